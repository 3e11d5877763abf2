/**
 * How a credential is made, tried and ended by calls over HTTPS. The construct writes it into the environment of the function, so that
 * nothing of it comes from the value of a secret.
 */

/** Environment variable that holds an `HttpCredentialDescription` as JSON. */
export const HTTP_CREDENTIAL_VARIABLE = 'HTTP_CREDENTIAL';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** The texts of a call that the function fills in: the secret that is tried, the id of a secret, and a name for those of this secret. */
export const HTTP_PLACEHOLDERS = ['secret', 'id', 'owner'] as const;

export type HttpPlaceholder = typeof HTTP_PLACEHOLDERS[number];

/** One call. `{secret}`, `{id}` and `{owner}` in the path, the query, headers and the body are filled in. */
export interface HttpCallDescription {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Begins with `https://`, a host and a slash, and holds no placeholder in them. */
  readonly url: string;
  readonly headers?: { readonly [name: string]: string };
  readonly json?: Json;
  readonly form?: { readonly [field: string]: string };
  /** The user of HTTP Basic authentication, with the secret as the password. */
  readonly basicUser?: string;
  /** Statuses that are no failure, besides those from 200 to 299. */
  readonly accepts?: readonly number[];
}

/** A call of an administrator of the service, of whose answer something is picked by JSON pointers (RFC 6901). */
export interface HttpPickDescription extends HttpCallDescription {
  readonly secretAt: string;
  readonly idAt?: string;
  /** The body is the answer of `read`, without these fields. */
  readonly bodyOfRead?: { readonly without: readonly string[] };
}

export interface HttpListDescription extends HttpCallDescription {
  readonly itemsAt: string;
  readonly idAt: string;
  readonly createdAt?: string;
  /** Only items with this text count; `{owner}` is filled in. */
  readonly where?: { readonly at: string; readonly is: string };
}

/** Who makes the calls: the fields of the secret in SUPERUSER_SECRET_ARN, as a token or as a client that asks for one. */
export interface HttpAuthorizationDescription {
  /** A header of this name has the field `token`, after this word. */
  readonly header?: { readonly name: string; readonly scheme: string };
  /** The fields `clientId` and `clientSecret` are exchanged for a token here, with these further parameters. */
  readonly tokenUrl?: string;
  readonly parameters?: { readonly [name: string]: string };
}

export interface HttpCredentialDescription {
  readonly slots: 1 | 2;
  /** The field of the value that is the secret. */
  readonly secretField: string;
  /** The field that is its id, where the service names its secrets. */
  readonly idField?: string;
  /** Fields of every value, such as `clientId`. */
  readonly constants: { readonly [field: string]: string };
  readonly authorization: HttpAuthorizationDescription;
  readonly create: HttpPickDescription;
  /** Tells the secret that the service has: one that a function left behind that died is taken, and none is made. */
  readonly read?: HttpPickDescription;
  /** Makes a given secret the one that the service has. */
  readonly restore?: HttpCallDescription;
  readonly list?: HttpListDescription;
  /** One after the other; an id that is gone is no failure. */
  readonly revoke?: readonly HttpCallDescription[];
  /** Uses a secret as a client would. */
  readonly verify: HttpCallDescription & {
    /** Statuses that mean that the secret is refused. */
    readonly refuses: readonly number[];
  };
  /** Nobody else has secrets with the service that `list` shows. */
  readonly isDedicated?: boolean;
  readonly propagationSeconds?: number;
}

/** What an id may be, so that it is one part of a path. */
export const HTTP_ID = /^[A-Za-z0-9_][A-Za-z0-9._~-]{0,255}$/;
