import type { Placed } from './placed';
import { isUnknown, unknown } from '../assembly/unknown';

/** A policy statement, as a resolved template holds it. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Action?: string | string[];
  readonly NotAction?: string | string[];
  readonly Resource?: string | string[];
  readonly Condition?: Record<string, Record<string, unknown>>;
}

export interface PolicyDocument {
  readonly Version?: string;
  /** A statement that is not known is an `UnknownValue`. */
  readonly Statement: Statement[];
}

export interface NamedPolicy {
  readonly name: string;
  readonly policy: PolicyDocument;
  /** Absent for one that is in no template. */
  readonly placed?: Pick<Placed, 'stack' | 'logicalId'>;
}

export function policyOf(...statements: Statement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: statements };
}

/** CloudFormation takes one statement without a list, and some policies as a JSON string. What is no policy says something that is not known. */
export function asDocument(policy: unknown): PolicyDocument {
  const document = typeof policy === 'string' ? parsed(policy) : policy;
  if (isUnknown(document)) return unknownPolicy(document.unknown);
  if (typeof document !== 'object' || document === null) return unknownPolicy('what a policy says that is no JSON object');
  return { ...document, Statement: [(document as PolicyDocument).Statement].flat().filter(each => typeof each === 'object' && each !== null) };
}

/** A policy of which nothing is known: it may allow and deny anything to anybody. */
export function unknownPolicy(what: string): PolicyDocument {
  const Condition = unknown(what) as unknown as Statement['Condition'];
  return policyOf(...(['Allow', 'Deny'] as const).map(Effect => ({ Effect, Principal: '*', Action: '*', Resource: '*', Condition })));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function listOf<T>(oneOrMany: T | T[] | undefined): T[] {
  return oneOrMany === undefined ? [] : [oneOrMany].flat() as T[];
}

/** The tags of a resource, in either of the two forms that CloudFormation has; those that are not known are left out. */
export function tagsOf(tags: unknown = []): Record<string, string> {
  const pairs = Array.isArray(tags) ? tags.map(tag => [tag?.Key, tag?.Value]) : isUnknown(tags) ? [] : Object.entries(tags as object);
  return Object.fromEntries(pairs.filter(([key, value]) => typeof key === 'string' && (typeof value === 'string' || typeof value === 'number')).map(([key, value]) => [key, String(value)]));
}
