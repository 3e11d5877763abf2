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
  readonly Statement: Statement[];
}

export interface NamedPolicy {
  readonly name: string;
  readonly policy: PolicyDocument;
}

export function policyOf(...statements: Statement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: statements };
}

/** CloudFormation takes one statement without a list, and some policies as a JSON string. */
export function asDocument(policy: unknown): PolicyDocument {
  const document = typeof policy === 'string' ? JSON.parse(policy) : policy;
  return { ...document, Statement: [document.Statement].flat() };
}

export function listOf<T>(oneOrMany: T | T[] | undefined): T[] {
  return oneOrMany === undefined ? [] : [oneOrMany].flat() as T[];
}

/** The tags of a resource, in either of the two forms that CloudFormation has. */
export function tagsOf(tags: { Key: string; Value: string }[] | Record<string, string> = []): Record<string, string> {
  return Array.isArray(tags) ? Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])) : tags;
}
