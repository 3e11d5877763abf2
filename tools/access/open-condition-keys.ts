import { allowedContextKeysForRequest } from '@cloud-copilot/iam-simulate';
import { asDocument, NamedPolicy, PolicyDocument } from '../../src/review/model/policy';
import type { Context } from '../../src/review/model/request';

/** Condition keys whose name ends in a name of the user's, and the form under which AWS lists them for an action. */
const OPEN_KEYS: Record<string, string> = {
  'kms:encryptioncontext:': 'kms:encryptioncontext:${encryptioncontextkey}',
  'secretsmanager:resourcetag/': 'secretsmanager:resourcetag/tag-key',
};

/**
 * The simulator knows these keys, but takes none of their values: it drops them from the request, and a policy that asks for
 * an encryption context never matches. Under a name that it passes on, in policies and request alike, they are compared as
 * what they are: strings.
 */
const STAND_IN = 'aws:RequestTag/';

function formOf(key: string): string | undefined {
  const prefix = Object.keys(OPEN_KEYS).find(each => key.toLowerCase().startsWith(each));
  return prefix && OPEN_KEYS[prefix];
}

function renamed<T>(byKey: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(byKey).map(([key, value]) => [formOf(key) === undefined ? key : `${STAND_IN}${key}`, value]));
}

export function renameInContext(context: Context): Context {
  return renamed(context);
}

export function renameInPolicy(policy: PolicyDocument): PolicyDocument {
  const document = asDocument(policy);
  return {
    ...document,
    Statement: document.Statement.map(({ Condition, ...statement }) => Condition === undefined ? statement : {
      ...statement,
      Condition: Object.fromEntries(Object.entries(Condition).map(([operator, byKey]) => [operator, renamed(byKey)])),
    }),
  };
}

export function renameInPolicies(policies: NamedPolicy[]): NamedPolicy[] {
  return policies.map(({ name, policy }) => ({ name, policy: renameInPolicy(policy) }));
}

/** The open keys of a context that the action does not have. */
export async function openKeysWithoutMeaning(action: string, resource: string, context: Context): Promise<string[]> {
  const open = Object.keys(context).filter(key => formOf(key) !== undefined);
  if (open.length === 0) return [];
  const [service, name] = action.split(':');
  const known = (await allowedContextKeysForRequest(service, name, resource, false, undefined)).map(key => key.toLowerCase());
  return open.filter(key => !known.includes(formOf(key)!));
}
