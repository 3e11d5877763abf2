import type { aws_secretsmanager as secretsmanager, Duration } from 'aws-cdk-lib';
import type { HttpAuthorization } from './http-authorization';
import type { SecretEncryption } from '../../encryption/secret-encryption';

/**
 * A call over HTTPS. The function fills in `{secret}`, the secret that is tried or given, `{id}`, the id of a secret that is ended, and
 * `{owner}`, a name that is the same for all rotations of one secret. Redirects are not followed, and of an answer at most 64 KiB are read.
 */
export interface HttpCallOptions {
  /** `GET`, `POST`, `PUT`, `PATCH` or `DELETE`. */
  readonly method: string;

  /**
   * The URL, which begins with `https://`. Its host is written here and nowhere else; `{id}` may stand behind it, and `{secret}` may not,
   * because URLs stand in logs.
   */
  readonly url: string;

  /**
   * Headers.
   *
   * @default - those of the body and of the authorization alone
   */
  readonly headers?: { [name: string]: string };

  /**
   * The body, as a JSON object. Excludes `form`.
   *
   * @default - no body
   */
  readonly json?: { [name: string]: any };

  /**
   * The body, as the fields of a form.
   *
   * @default - no body
   */
  readonly form?: { [field: string]: string };

  /**
   * Statuses from 400 to 499 that are no failure, besides those from 200 to 299. Not for `verify`.
   *
   * @default - none; for `revoke`, 404
   */
  readonly acceptedStatuses?: number[];

  /**
   * Where the answer has the secret, as a JSON pointer of RFC 6901 such as `/client_secret`. For `create` and `read`.
   *
   * @default - required there
   */
  readonly secretPointer?: string;

  /**
   * Where the answer to `create`, or an item of `list`, has the id of the secret, such as `/id`.
   *
   * @default - secrets have no ids
   */
  readonly idPointer?: string;

  /**
   * Where the answer to `list` has the items; the empty text for an answer that is the list itself.
   *
   * @default - the answer is the list
   */
  readonly itemsPointer?: string;

  /**
   * Where an item of `list` has the time at which it was made, in ISO 8601.
   *
   * @default - not known: with `dedicated`, a secret that no version holds is then ended at once, and not after 15 minutes
   */
  readonly createdPointer?: string;
}

/** How a credential is issued over HTTPS. */
export interface HttpCredentialOptions {
  /** The secret that authorizes the calls, of the account and region of the rotated one; `authorization` says what it holds. */
  readonly administratorSecret: secretsmanager.ISecret;

  /**
   * The key under which the administrator's secret is encrypted.
   *
   * @default - the key that `administratorSecret` knows, else the AWS managed key, which needs no permission
   */
  readonly administratorEncryption?: SecretEncryption;

  /** How the calls are authorized. `verify` is not: it uses the new secret. */
  readonly authorization: HttpAuthorization;

  /** Issues a new secret. */
  readonly create: HttpCallOptions;

  /** Uses a secret as a client would: a status from 200 to 299 when it is good. */
  readonly verify: HttpCallOptions;

  /**
   * Statuses of `verify` that mean that the secret is refused. Every other one is a failure of the service.
   *
   * @default [401]
   */
  readonly refusedStatuses?: number[];

  /**
   * Tells the secret that the service has, where it can be asked: what a function has issued that died is then taken.
   *
   * @default - it cannot be asked
   */
  readonly read?: HttpCallOptions;

  /**
   * Lists the secrets of the service. With `revoke`, the secret before the current one is good until the next rotation.
   *
   * @default - the service has one secret, and a new one ends the older
   */
  readonly list?: HttpCallOptions;

  /**
   * Ends the secret of an `{id}`, in one call or in several.
   *
   * @default - nothing is ended
   */
  readonly revoke?: HttpCallOptions[];

  /**
   * Whether nobody else has secrets in `list`: then one that no version of the secret holds was left behind by a function that died, and is
   * ended after 15 minutes.
   *
   * @default false
   */
  readonly dedicated?: boolean;

  /**
   * The field of the value that holds the secret.
   *
   * @default 'apiKey'
   */
  readonly secretField?: string;

  /**
   * Fields that every value has besides, such as the id of the client, for everyone to read in the template.
   *
   * @default - no other fields
   */
  readonly plainFields?: { [field: string]: string };

  /**
   * For how long a new secret may be refused until the whole service knows it, at most 5 minutes.
   *
   * @default Duration.seconds(0)
   */
  readonly propagation?: Duration;
}

/** A client of an OAuth authorization server. */
export interface OAuthClientOptions {
  /** By which the client says who it is; stands in the template. */
  readonly clientId: string;

  /**
   * The secret that authorizes the calls, of the account and region of the rotated one. A JSON object: for Keycloak, Entra ID and Auth0
   * `clientId` and `clientSecret` of a client that may manage this one, for Okta and a registered client the `token`.
   */
  readonly administratorSecret: secretsmanager.ISecret;

  /**
   * The key under which the administrator's secret is encrypted.
   *
   * @default - the key that `administratorSecret` knows, else the AWS managed key, which needs no permission
   */
  readonly administratorEncryption?: SecretEncryption;

  /**
   * Parameters, besides those of the grant `client_credentials`, with which the client asks for a token, such as `scope` or `audience`. A
   * new secret is good when it gets one.
   *
   * @default - none; for Entra ID, the scope of Microsoft Graph
   */
  readonly tokenParameters?: { [name: string]: string };

  /**
   * Whether the client sends its secret by HTTP Basic authentication (`client_secret_basic`), and not in the form (`client_secret_post`).
   *
   * @default false
   */
  readonly basicAuthentication?: boolean;
}

/** A client of Keycloak. */
export interface KeycloakClientOptions extends OAuthClientOptions {
  /**
   * Whether a client policy with the executor `secret-rotation` keeps the older secret valid.
   *
   * @default false - a new secret ends the older one at once
   */
  readonly keepsOlderSecret?: boolean;
}

/** A client of Okta. */
export interface OktaClientOptions extends OAuthClientOptions {
  /**
   * The id of the authorization server that issues tokens to the client.
   *
   * @default 'default'
   */
  readonly authorizationServer?: string;

  /**
   * Whether all secrets of the client are those of this one; then one that a function left behind that died is ended.
   *
   * @default false
   */
  readonly dedicated?: boolean;
}
