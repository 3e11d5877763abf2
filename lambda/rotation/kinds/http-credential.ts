import { createHash } from 'crypto';
import { textsIn } from './json-value';
import { markOf } from './secret-mark';
import {
  HTTP_CREDENTIAL_VARIABLE, HTTP_ID, HttpCredentialDescription as Description, HttpPickDescription, Json,
} from '../../../src/rotation/contract/http-credential';
import type { CredentialKind, KindContext, OccupiedSlot } from '../engine/credential-kind';
import type { Environment } from '../engine/environment';
import { RotationError } from '../engine/errors';
import { pointedAt } from '../http/json-pointer';
import { documentIn, pickedText } from '../http/picked';
import type { Answer } from '../http/send';
import { failure, HttpService, isSuccess } from '../http/service';
import { filled } from '../http/template';

/** A value, and what of it this function looks at. */
export interface HttpCredential {
  readonly document: Readonly<Record<string, unknown>>;
  readonly secret: string;
  readonly id?: string;
}

/** A credential that a service issues over HTTPS, by the description in the environment of the function. */
export function httpCredential(environment: Environment): CredentialKind<HttpCredential> {
  let read: Description | undefined;
  const of = () => read ??= descriptionIn(environment);
  return {
    name: 'httpCredential',
    get slots() { return of().slots; },
    createsOutside: true,
    get propagationMs() { return (of().propagationSeconds ?? 0) * 1000; },
    parse: (text, which) => parse(of(), text, which),
    format: ({ document }) => JSON.stringify(document),
    slotOf: ({ id, secret }) => id ?? createHash('sha256').update(secret).digest('hex'),
    generate: async (current, context) => generate(of(), current, context),
    list: async (current, context) => list(of(), current, context),
    apply: async (pending, _, context) => restore(of(), pending, context),
    verify: async (value, context) => verify(of(), value, context),
    retire: async (slot, _, context) => revoke(of(), slot, context),
    isDedicated: async () => of().isDedicated ?? false,
  };
}

function descriptionIn(environment: Environment): Description {
  try {
    return JSON.parse(environment[HTTP_CREDENTIAL_VARIABLE] ?? '') as Description;
  } catch {
    throw new RotationError('configuration', `\`${HTTP_CREDENTIAL_VARIABLE}\` must hold the description of the calls as JSON; correct `
      + 'the environment of the function');
  }
}

function parse({ secretField, idField }: Description, text: string, which: string): HttpCredential {
  const document: Record<string, unknown> = textsIn(text, which, [secretField]);
  const secret = document[secretField] as string;
  const id = idField === undefined ? undefined : document[idField];
  if (id !== undefined && !(typeof id === 'string' && HTTP_ID.test(id))) {
    throw new RotationError('configuration', `\`${idField}\` of ${which} must be the id by which the service knows the secret; correct it`);
  }
  return { document, secret, id };
}

/** What a function left behind that died is the secret that the service has: it is taken, for another one would end the one in use. */
async function generate(
  description: Description, current: HttpCredential | undefined, context: KindContext,
): Promise<HttpCredential> {
  const { create, read, authorization } = description;
  const service = serviceIn(context, authorization);
  const found = read && await service.administer('the secret that the service has', read, owner(context));
  if (found) {
    const value = valueOf(description, read, found, current);
    if (value.secret !== current?.secret) return value;
  }
  const made = await service.administer('a new secret', { ...create, ...bodyOfRead(create, found) }, owner(context));
  const value = valueOf(description, create, made, current);
  if (value.secret !== current?.secret) return value;
  throw new RotationError('configuration', 'the service has answered with the secret that is in use already; let it issue a new one for '
    + 'this call');
}

function bodyOfRead({ bodyOfRead: wanted }: HttpPickDescription, found: Answer | undefined): { json?: Json } {
  if (wanted === undefined || found === undefined) return {};
  const document = documentIn(found, 'the client') as Record<string, Json>;
  // No text of the service is a placeholder of ours.
  const fields = Object.entries(document).filter(([name]) => !wanted.without.includes(name));
  if (/\{(secret|id|owner)\}/.test(JSON.stringify(fields))) {
    throw new RotationError('configuration', 'the client must not hold a text such as {secret}, which would be filled in; correct '
      + 'the client');
  }
  return { json: Object.fromEntries(fields) };
}

function valueOf(
  { secretField, idField, constants }: Description, { secretAt, idAt }: HttpPickDescription, answer: Answer,
  current: HttpCredential | undefined,
): HttpCredential {
  const secret = pickedText(answer, secretAt, 'the new secret');
  const id = idAt === undefined ? undefined : idIn(documentIn(answer, 'the new secret'), idAt);
  const document = { ...current?.document, ...constants, [secretField]: secret, ...(idField !== undefined && { [idField]: id }) };
  return { document, secret, id };
}

function idIn(document: unknown, pointer: string): string {
  const id = pointedAt(document, pointer);
  if (typeof id === 'string' && HTTP_ID.test(id)) return id;
  throw new RotationError('configuration', `the answer of the service must have an id at ${pointer}; check the description of the call`);
}

async function list(
  { list: call, authorization, idField }: Description, current: HttpCredential | undefined, context: KindContext,
): Promise<OccupiedSlot[]> {
  if (call === undefined) return [];
  if (call.where === undefined && current !== undefined && current.id === undefined) {
    throw new RotationError('configuration', `AWSCURRENT must have \`${idField}\`, the id by which the service knows its secret, so that `
      + 'it is not ended for one that is not used; store it there, then rotate');
  }
  const answer = await serviceIn(context, authorization).administer('the list of secrets', call, owner(context));
  const items = pointedAt(documentIn(answer, 'the list of secrets'), call.itemsAt);
  if (!Array.isArray(items)) {
    throw new RotationError('configuration', `the answer of the service must have a list at ${call.itemsAt || 'its root'}; check the `
      + 'description of the call');
  }
  const mine = call.where === undefined ? items
    : items.filter(item => pointedAt(item, call.where!.at) === filled(call.where!.is, owner(context)));
  return mine.map(item => ({ slot: idIn(item, call.idAt), createdAt: dateAt(item, call.createdAt) }));
}

/** Without its time, a secret that another run has just made would pass for one that was left behind. */
function dateAt(item: unknown, pointer: string | undefined): Date | undefined {
  if (pointer === undefined) return undefined;
  const text = pointedAt(item, pointer);
  const date = new Date(typeof text === 'string' ? text : NaN);
  if (!Number.isNaN(date.getTime())) return date;
  throw new RotationError('configuration', `each item of the list must have a time of ISO 8601 at ${pointer}; check the description `
    + 'of the call');
}

async function restore({ restore: call, authorization }: Description, { secret }: HttpCredential, context: KindContext): Promise<void> {
  if (call === undefined) return;
  await serviceIn(context, authorization).administer('the new secret to be the one in use', call, { ...owner(context), secret });
}

async function verify({ verify: call, authorization }: Description, { secret }: HttpCredential, context: KindContext): Promise<boolean> {
  const answer = await serviceIn(context, authorization).answer('the use of the secret', call, { ...owner(context), secret });
  if (isSuccess(call, answer)) return true;
  if (call.refuses.includes(answer.status)) return false;
  throw failure('the use of the secret', answer);
}

async function revoke({ revoke: calls = [], authorization }: Description, slot: string, context: KindContext): Promise<void> {
  const service = serviceIn(context, authorization);
  for (const call of calls) {
    context.budget.enter('ending a secret');
    await service.administer('the end of a secret', { ...call, accepts: [404, ...call.accepts ?? []] }, { ...owner(context), id: slot });
  }
}

const services = new WeakMap<KindContext, HttpService>();

/** The administrator's secret is read once in an invocation, and one token asked for. */
function serviceIn(context: KindContext, authorization: Description['authorization']): HttpService {
  const service = services.get(context) ?? new HttpService(authorization, context);
  services.set(context, service);
  return service;
}

/** A name that is the same in every rotation of a secret, and that tells nothing. */
function owner({ secretArn }: KindContext): { owner: string } {
  return { owner: `cdk-managed-secrets ${markOf(secretArn)}` };
}
