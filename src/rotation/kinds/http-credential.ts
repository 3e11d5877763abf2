import { Duration } from 'aws-cdk-lib';
import type { HttpCallOptions, HttpCredentialOptions } from './http-credential-options';
import { fail } from '../../private/errors';
import type { HttpCallDescription, HttpCredentialDescription, Json } from '../contract/http-credential';
import { CredentialKind } from '../credential-kind';
import type { BoundKind } from '../private/bound-kind';
import { boundTo, requireHeader, requireHttpUrl, requireTexts } from '../private/http-fit';

const METHODS: readonly string[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const LONGEST_PROPAGATION_SECONDS = 300;

/**
 * An API key or another secret that a service issues over HTTPS, by a description of the calls: create, verify, and where the service can
 * have two, list and revoke. No code of yours runs. For an OAuth client see `OAuthClient`.
 *
 * The value is a JSON object with the secret in `apiKey`, its id in `secretId` where the service has one, and `plainFields`.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda.html
 *
 * @example
 * new RotatedSecret(this, 'MailApiKey', {
 *   namespace: secrets,
 *   purpose: 'mail-api-key',
 *   kind: HttpCredential.of({
 *     administratorSecret,
 *     authorization: HttpAuthorization.token(),
 *     create: {
 *       method: 'POST', url: 'https://api.example.com/v1/keys', json: { name: '{owner}' }, secretPointer: '/key', idPointer: '/id',
 *     },
 *     list: { method: 'GET', url: 'https://api.example.com/v1/keys', itemsPointer: '/keys', idPointer: '/id', createdPointer: '/created' },
 *     revoke: [{ method: 'DELETE', url: 'https://api.example.com/v1/keys/{id}' }],
 *     verify: { method: 'GET', url: 'https://api.example.com/v1/me', headers: { authorization: 'Bearer {secret}' } },
 *   }),
 * });
 */
export class HttpCredential extends CredentialKind {
  /** A credential by the calls of its service. */
  public static of(options: HttpCredentialOptions): HttpCredential {
    return new HttpCredential(options);
  }

  private constructor(private readonly options: HttpCredentialOptions) {
    super('credentials over HTTPS');
  }

  /** @internal */
  public _bind(path: string): BoundKind {
    return boundTo(path, this._title, descriptionOf(path, this.options), this.options);
  }
}

function descriptionOf(path: string, options: HttpCredentialOptions): HttpCredentialDescription {
  const { create, read, list, revoke, verify, secretField = 'apiKey', plainFields = {}, refusedStatuses = [401] } = options ?? {};
  if (options?.authorization?._describe === undefined) {
    fail(path, '`authorization` must be an HttpAuthorization, such as HttpAuthorization.token()');
  }
  requireTexts(path, 'plainFields', plainFields);
  requireSlots(path, options);
  if (!/^\w{1,64}$/.test(secretField) || secretField in plainFields || secretField === 'secretId') {
    fail(path, '`secretField` must be a name of its own, of letters, digits and _; rename it');
  }
  requireStatuses(path, 'refusedStatuses', refusedStatuses);
  if (refusedStatuses.length === 0) fail(path, '`refusedStatuses` must name at least one; leave it out for 401');
  return {
    slots: list ? 2 : 1,
    secretField,
    ...(list && { idField: 'secretId' }),
    constants: plainFields,
    authorization: options.authorization._describe(path),
    create: {
      ...callOf(path, 'create', create),
      secretAt: pointerOf(path, 'create.secretPointer', create.secretPointer),
      idAt: create.idPointer && pointerOf(path, 'create.idPointer', create.idPointer),
    },
    ...(read && { read: { ...callOf(path, 'read', read), secretAt: pointerOf(path, 'read.secretPointer', read.secretPointer) } }),
    ...(list && {
      list: {
        ...callOf(path, 'list', list),
        itemsAt: pointerOf(path, 'list.itemsPointer', list.itemsPointer ?? ''),
        idAt: pointerOf(path, 'list.idPointer', list.idPointer),
        createdAt: list.createdPointer && pointerOf(path, 'list.createdPointer', list.createdPointer),
      },
    }),
    revoke: revoke?.map((call, index) => callOf(path, `revoke[${index}]`, call, { mayHoldId: true })),
    verify: { ...callOf(path, 'verify', verify), refuses: refusedStatuses },
    isDedicated: options.dedicated,
    propagationSeconds: propagationOf(path, options.propagation),
  };
}

/** Two at once need all that tells and ends them. */
function requireSlots(path: string, { create, read, list, revoke }: HttpCredentialOptions): void {
  if ((list === undefined) !== (revoke === undefined)) {
    fail(path, '`list` and `revoke` must be given together, to end the secret before the last');
  }
  if (list !== undefined && read !== undefined) {
    fail(path, 'only one of `list` and `read` may be given; keep `list` where secrets have ids');
  }
  if (list !== undefined && create?.idPointer === undefined) {
    fail(path, '`create.idPointer` must be given with `list`, so that the secret in use is known among them');
  }
  if (revoke !== undefined && !JSON.stringify(revoke).includes('{id}')) {
    fail(path, '`revoke` must hold a call with {id}, by which the service knows the secret to end; put it into the URL or the body');
  }
}

function callOf(path: string, prop: string, call: HttpCallOptions | undefined, { mayHoldId = false } = {}): HttpCallDescription {
  const { method, url, headers = {}, json, form, acceptedStatuses } = call ?? fail(path, `\`${prop}\` must be given: a call over HTTPS`);
  if (!METHODS.includes(method)) fail(path, `\`${prop}.method\` must be one of ${METHODS.join(', ')}; correct it`);
  requireHttpUrl(path, `${prop}.url`, url, { mayHoldId });
  requireTexts(path, `${prop}.headers`, headers);
  Object.entries(headers).forEach(([name, value]) => requireHeader(path, name, value));
  if (json !== undefined && form !== undefined) fail(path, `only one of \`${prop}.json\` and \`${prop}.form\` may be given; keep one`);
  if (method === 'GET' && (json ?? form) !== undefined) {
    fail(path, `\`${prop}\` must have no body, because its method is GET; leave it out`);
  }
  if (form !== undefined) requireTexts(path, `${prop}.form`, form);
  requireStatuses(path, `${prop}.acceptedStatuses`, acceptedStatuses ?? []);
  if (prop !== 'verify' && JSON.stringify([headers, json, form]).includes('{secret}')) {
    fail(path, `\`${prop}\` must not hold {secret}, which is for \`verify\` alone`);
  }
  if (prop === 'verify' && !JSON.stringify([headers, json, form]).includes('{secret}')) {
    fail(path, '`verify` must hold {secret} in a header or in the body, so that the new secret is tried');
  }
  if (prop === 'verify' && acceptedStatuses !== undefined) {
    fail(path, '`verify.acceptedStatuses` must be left out, because a secret that is refused would pass for a good one');
  }
  return { method: method as HttpCallDescription['method'], url, headers, json: json as Json | undefined, form, accepts: acceptedStatuses };
}

function requireStatuses(path: string, prop: string, statuses: readonly number[]): void {
  if (Array.isArray(statuses) && statuses.every(status => status >= 400 && status < 500 && status !== 429)) return;
  fail(path, `\`${prop}\` must be from 400 to 499, and not 429, which only asks for patience; correct them`);
}

function pointerOf(path: string, prop: string, pointer: string | undefined): string {
  if (pointer !== undefined && /^(\/[^\s]*)*$/.test(pointer) && (pointer !== '' || prop === 'list.itemsPointer')) return pointer;
  return fail(path, `\`${prop}\` must be a JSON pointer, such as /client_secret; correct it`);
}

function propagationOf(path: string, propagation: Duration | undefined): number | undefined {
  const seconds = propagation?.toSeconds({ integral: false });
  if (seconds !== undefined && !(seconds >= 0 && seconds <= LONGEST_PROPAGATION_SECONDS)) {
    fail(path, `\`propagation\` must be at most ${LONGEST_PROPAGATION_SECONDS} seconds, got ${seconds}; the function cannot wait longer`);
  }
  return seconds;
}
