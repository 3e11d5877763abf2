import type { KeycloakClientOptions, OAuthClientOptions, OktaClientOptions } from './http-credential-options';
import { fail } from '../../private/errors';
import { isHost } from '../contract/hosts';
import type { HttpCredentialDescription } from '../contract/http-credential';
import { CredentialKind } from '../credential-kind';
import type { BoundKind } from '../private/bound-kind';
import { boundTo, requireHttpUrl, requirePart, requireTexts } from '../private/http-fit';
import {
  auth0Client, type ClientOfProvider, entraClient, keycloakClient, oktaClient, registeredClient,
} from '../private/oauth-descriptions';

type Describe = (path: string, client: ClientOfProvider) => HttpCredentialDescription;

/**
 * The secret of an OAuth client, which its authorization server issues. The value is a JSON object with `clientId` and `clientSecret`, and
 * at Entra ID `keyId`, at Okta `secretId`. What each provider can do, and what it needs, is in the guide on credentials over HTTPS.
 *
 * With Entra ID, Okta and a Keycloak that keeps the older secret, that one is good until the next rotation. Elsewhere it ends when the new
 * one is made, a few seconds before AWSCURRENT moves.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda.html
 *
 * @example
 * new RotatedSecret(this, 'ReportingClient', {
 *   namespace: secrets,
 *   purpose: 'reporting-client',
 *   kind: OAuthClient.entraId('00000000-0000-0000-0000-000000000000', {
 *     clientId: '11111111-1111-1111-1111-111111111111',
 *     administratorSecret,
 *   }),
 * });
 */
export class OAuthClient extends CredentialKind {
  /**
   * A client of Keycloak, by its Admin REST API. The administrator is a client of the same realm with the role `manage-clients`.
   *
   * @param url where Keycloak is, such as `https://sso.example.com`
   * @param realm the realm
   * @param id the id of the client in the API, a UUID, which is not its client id
   * @param options the client
   */
  public static keycloak(url: string, realm: string, id: string, options: KeycloakClientOptions): OAuthClient {
    return new OAuthClient('OAuth clients of Keycloak', options, (path, client) => {
      const host = baseUrl(path, url);
      requirePart(path, 'realm', realm);
      requirePart(path, 'id', id);
      return keycloakClient({ ...client, host, realm, id, rotationPolicy: options.keepsOlderSecret ?? false });
    });
  }

  /**
   * An application of Microsoft Entra ID, by Microsoft Graph. The administrator is an owner of it with the application permission
   * `Application.ReadWrite.OwnedBy`. Secrets that others make are neither counted nor ended.
   *
   * @param tenantId the id of the tenant
   * @param options the client
   */
  public static entraId(tenantId: string, options: OAuthClientOptions): OAuthClient {
    return new OAuthClient('OAuth clients of Entra ID', options, (path, client) => {
      requirePart(path, 'tenantId', tenantId);
      return entraClient({ ...client, tenantId, login: 'https://login.microsoftonline.com', graph: 'https://graph.microsoft.com' });
    });
  }

  /**
   * An application of Auth0. The administrator is a client with the scopes `update:client_keys` and `read:client_keys` of the Management
   * API.
   *
   * @param domain the domain of the tenant, such as `example.eu.auth0.com`
   * @param options the client
   */
  public static auth0(domain: string, options: OAuthClientOptions): OAuthClient {
    return new OAuthClient('OAuth clients of Auth0', options, (path, client) =>
      auth0Client({ ...client, host: ofDomain(path, domain) }));
  }

  /**
   * An application of Okta. The administrator's `token` is an API token of somebody who may manage the application.
   *
   * @param domain the domain of the organization, such as `example.okta.com`
   * @param options the client
   */
  public static okta(domain: string, options: OktaClientOptions): OAuthClient {
    return new OAuthClient('OAuth clients of Okta', options, (path, client) => {
      const { authorizationServer = 'default', dedicated = false } = options;
      requirePart(path, 'authorizationServer', authorizationServer);
      return oktaClient({ ...client, host: ofDomain(path, domain), authorizationServer, dedicated });
    });
  }

  /**
   * A client that was registered dynamically (RFC 7591), by its client configuration endpoint (RFC 7592). The administrator's `token` is
   * the registration access token. The server must issue a new secret when the client is updated, and must keep that token.
   *
   * @param configurationUrl what the registration has answered as `registration_client_uri`
   * @param tokenUrl the token endpoint
   * @param options the client
   */
  public static registered(configurationUrl: string, tokenUrl: string, options: OAuthClientOptions): OAuthClient {
    return new OAuthClient('registered OAuth clients', options, (path, client) => {
      requireHttpUrl(path, 'configurationUrl', configurationUrl);
      requireHttpUrl(path, 'tokenUrl', tokenUrl);
      return registeredClient({ ...client, configurationUrl, tokenUrl });
    });
  }

  private constructor(title: string, private readonly options: OAuthClientOptions, private readonly describe: Describe) {
    super(title);
  }

  /** @internal */
  public _bind(path: string): BoundKind {
    const { clientId, tokenParameters = {}, basicAuthentication } = this.options ?? {};
    requirePart(path, 'clientId', clientId);
    requireTexts(path, 'tokenParameters', tokenParameters);
    const description = this.describe(path, {
      clientId, tokenParameters, authentication: basicAuthentication ? 'client_secret_basic' : 'client_secret_post',
    });
    return boundTo(path, this._title, description, this.options);
  }
}

/** Without the slash at its end. */
function baseUrl(path: string, url: string): string {
  const base = String(url).replace(/\/+$/, '');
  requireHttpUrl(path, 'url', `${base}/`);
  if (base.includes('?')) fail(path, '`url` must have no query; leave it out');
  return base;
}

function ofDomain(path: string, domain: string): string {
  if (typeof domain !== 'string' || !isHost(domain)) {
    fail(path, '`domain` must be a host name, such as example.okta.com, without https://; correct it');
  }
  requireHttpUrl(path, 'domain', `https://${domain}/`);
  return `https://${domain}`;
}
