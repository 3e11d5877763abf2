import type { HttpCallDescription, HttpCredentialDescription } from '../contract/http-credential';

/**
 * How the client secrets of some identity providers are rotated, as their public documents say. Hosts begin with `https://` and have no slash
 * at the end; every other text is one part of a path.
 */

/** How a client says who it is when it asks for a token. */
export type ClientAuthentication = 'client_secret_post' | 'client_secret_basic';

export interface ClientOfProvider {
  readonly clientId: string;
  readonly authentication: ClientAuthentication;
  /** Further parameters of the request for a token, by which a secret is tried. */
  readonly tokenParameters: { readonly [name: string]: string };
}

type Shared = Pick<HttpCredentialDescription, 'secretField' | 'constants' | 'verify'>;

/** RFC 6749, section 4.4. A client that is refused gets 401; its secret is right when it gets a token. */
function shared(tokenUrl: string, { clientId, authentication, tokenParameters }: ClientOfProvider): Shared {
  const isBasic = authentication === 'client_secret_basic';
  return {
    secretField: 'clientSecret',
    constants: { clientId },
    verify: {
      method: 'POST',
      url: tokenUrl,
      form: { grant_type: 'client_credentials', ...tokenParameters, ...(!isBasic && { client_id: clientId, client_secret: '{secret}' }) },
      ...(isBasic && { basicUser: clientId }),
      refuses: [401],
    },
  };
}

/** The header of a token that is stored as it is. */
const BEARER = { header: { name: 'Authorization', scheme: 'Bearer' } };

/** @see https://www.rfc-editor.org/rfc/rfc7592 */
export function registeredClient(client: ClientOfProvider & { configurationUrl: string; tokenUrl: string }): HttpCredentialDescription {
  const { configurationUrl: url } = client;
  return {
    ...shared(client.tokenUrl, client),
    slots: 1,
    authorization: BEARER,
    read: { method: 'GET', url, secretAt: '/client_secret' },
    create: {
      method: 'PUT',
      url,
      secretAt: '/client_secret',
      bodyOfRead: {
        without: [
          'client_secret', 'client_secret_expires_at', 'client_id_issued_at', 'registration_access_token', 'registration_client_uri',
        ],
      },
    },
  };
}

/**
 * The older secret stays valid where a client policy has the executor `secret-rotation`; without it, there is one.
 *
 * @see https://www.keycloak.org/docs/latest/server_admin/#_secret_rotation
 */
export function keycloakClient(
  client: ClientOfProvider & { host: string; realm: string; id: string; rotationPolicy: boolean },
): HttpCredentialDescription {
  const { host, realm, id } = client;
  const tokenUrl = `${host}/realms/${realm}/protocol/openid-connect/token`;
  const url = `${host}/admin/realms/${realm}/clients/${id}`;
  const secret: Pick<HttpCallDescription, 'url'> & { secretAt: string } = { url: `${url}/client-secret`, secretAt: '/value' };
  return {
    ...shared(tokenUrl, client),
    slots: client.rotationPolicy ? 2 : 1,
    authorization: { tokenUrl },
    read: { method: 'GET', ...secret },
    create: { method: 'POST', ...secret },
    restore: { method: 'PUT', url, json: { clientId: client.clientId, secret: '{secret}' } },
  };
}

/** Secrets of its own are known by their display name; those of somebody else are neither counted nor ended. */
export function entraClient(client: ClientOfProvider & { tenantId: string; login: string; graph: string }): HttpCredentialDescription {
  const tokenUrl = `${client.login}/${client.tenantId}/oauth2/v2.0/token`;
  const url = `${client.graph}/v1.0/applications(appId='${client.clientId}')`;
  return {
    ...shared(tokenUrl, { ...client, tokenParameters: { scope: `${client.graph}/.default`, ...client.tokenParameters } }),
    slots: 2,
    idField: 'keyId',
    authorization: { tokenUrl, parameters: { scope: `${client.graph}/.default` } },
    create: {
      method: 'POST',
      url: `${url}/addPassword`,
      json: { passwordCredential: { displayName: '{owner}' } },
      secretAt: '/secretText',
      idAt: '/keyId',
    },
    list: {
      method: 'GET',
      url: `${url}?$select=passwordCredentials`,
      itemsAt: '/passwordCredentials',
      idAt: '/keyId',
      createdAt: '/startDateTime',
      where: { at: '/displayName', is: '{owner}' },
    },
    revoke: [{ method: 'POST', url: `${url}/removePassword`, json: { keyId: '{id}' } }],
    isDedicated: true,
    propagationSeconds: 30,
  };
}

/** @see https://auth0.com/docs/get-started/applications/rotate-client-secret */
export function auth0Client(client: ClientOfProvider & { host: string }): HttpCredentialDescription {
  const { host, clientId } = client;
  const url = `${host}/api/v2/clients/${clientId}`;
  const tokenUrl = `${host}/oauth/token`;
  return {
    ...shared(tokenUrl, client),
    slots: 1,
    authorization: { tokenUrl, parameters: { audience: `${host}/api/v2/` } },
    read: { method: 'GET', url: `${url}?fields=client_secret`, secretAt: '/client_secret' },
    create: { method: 'POST', url: `${url}/rotate-secret`, secretAt: '/client_secret' },
  };
}

/** @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ApplicationSSOCredentialOAuth2ClientAuth/ */
export function oktaClient(
  client: ClientOfProvider & { host: string; authorizationServer: string; dedicated: boolean },
): HttpCredentialDescription {
  const { host, clientId, authorizationServer } = client;
  const url = `${host}/api/v1/apps/${clientId}/credentials/secrets`;
  return {
    ...shared(`${host}/oauth2/${authorizationServer}/v1/token`, client),
    slots: 2,
    idField: 'secretId',
    authorization: { header: { name: 'Authorization', scheme: 'SSWS' } },
    create: { method: 'POST', url, json: {}, secretAt: '/client_secret', idAt: '/id' },
    list: { method: 'GET', url, itemsAt: '', idAt: '/id', createdAt: '/created' },
    // One that is not active any more cannot be deactivated, and can be deleted.
    revoke: [{ method: 'POST', url: `${url}/{id}/lifecycle/deactivate`, accepts: [400] }, { method: 'DELETE', url: `${url}/{id}` }],
    isDedicated: client.dedicated,
  };
}
