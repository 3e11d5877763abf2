import { Token } from 'aws-cdk-lib';
import { fail } from './errors';
import { arnLike } from './guarded-caller';
import { partitionOf } from './regions';

/** What a text must look like, in words for the error and as an anchored pattern. */
export interface TextRule {
  readonly pattern: RegExp;
  readonly words: string;
}

export const ORGANIZATION_ID: TextRule = { pattern: /^o-[a-z0-9]{10,32}$/, words: 'an organization id such as o-a1b2c3d4e5' };
export const VPC_ENDPOINT_ID: TextRule = { pattern: /^vpce-[0-9a-f]{8,17}$/, words: 'a VPC endpoint id such as vpce-0123456789abcdef0' };
export const ACCOUNT_ID: TextRule = { pattern: /^\d{12}$/, words: 'an account id of 12 digits' };
export const REGION: TextRule = { pattern: /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/, words: 'a region such as eu-west-1' };
export const KEY_ARN: TextRule = {
  pattern: /^arn:[^:]+:kms:[^:]+:\d{12}:key\/[A-Za-z0-9-]+$/,
  words: 'the ARN of a key such as arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
};
/** What `aws:PrincipalArn` can hold: a session of a role has the ARN of its role there, never that of the session. */
export const PRINCIPAL_ARN_PATTERN: TextRule = {
  pattern: /^arn:[^:]+:(iam::[0-9*?]+:(root|(role|user)\/.+)|sts::[0-9*?]+:federated-user\/.+)$/,
  words: 'an IAM principal ARN or pattern such as arn:aws:iam::111122223333:role/staging-*',
};
/** A pattern with nothing in front of its first wildcard would take in every secret. */
export const SECRET_ARN_PATTERN: TextRule = {
  pattern: /^arn:[^:]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@!-][A-Za-z0-9/_+=.@!*?-]*$/,
  words: 'the ARN of a secret, or a pattern that begins with a part of its name, such as '
    + 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:legacy-key-??????',
};
export const ROLE_ARN: TextRule = {
  pattern: /^arn:[^:]+:iam::\d{12}:role\/[A-Za-z0-9/_+=,.@-]+$/,
  words: 'the ARN of a role such as arn:aws:iam::444455556666:role/reporting',
};
export const ORGANIZATION_PATH: TextRule = {
  pattern: /^o-[a-z0-9]{10,32}\/r-[a-z0-9]{4,32}\/((ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}\/)*(ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}\/?|\*))?$/,
  words: 'a path in an organization such as o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*',
};
export const ORGANIZATION_TARGET: TextRule = {
  pattern: /^(r-[a-z0-9]{4,32}|ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}|\d{12})$/,
  words: 'a root such as r-ab12, an organizational unit such as ou-ab12-11111111, or an account id of 12 digits',
};
export const SERVICE_PRINCIPAL: TextRule = {
  pattern: /^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?$/,
  words: 'a service principal such as appflow.amazonaws.com',
};

/** Fails unless `value` satisfies `rule`; a token passes, because its text is known at deployment only. */
export function requireText(path: string, prop: string, value: string, rule: TextRule): void {
  if (Token.isUnresolved(value)) return;
  // JavaScript passes nothing, which a pattern would take for the word undefined.
  if (typeof value !== 'string' || !rule.pattern.test(value)) fail(path, `\`${prop}\` must be ${rule.words}, got ${JSON.stringify(value)}`);
}

/** Fails unless every one of `values` satisfies `rule`; a list that is itself a token passes. */
export function requireTexts(path: string, prop: string, values: readonly string[], rule: TextRule): void {
  if (Token.isUnresolved(values)) return;
  values.forEach(value => requireText(path, prop, value, rule));
}

/** Fails on an ARN or a pattern of another partition than that of the region, which names nobody there; a token passes. */
export function requirePartition(path: string, prop: string, region: string, arns: readonly string[]): void {
  const partition = partitionOf(region);
  if (partition === undefined || Token.isUnresolved(arns)) return;
  const other = arns.find(arn => !Token.isUnresolved(arn) && !arnLike(`arn:${partition}`, arn.split(':').slice(0, 2).join(':')));
  if (other !== undefined) {
    fail(path, `\`${prop}\` must be of the partition ${partition} of ${region}, got ${JSON.stringify(other)}; `
    + 'correct the partition');
  }
}

/** Fails on an empty list, and on what is none; a list that is itself a token passes. */
export function requireSome(path: string, prop: string, values: readonly unknown[], remedy: string): void {
  if (Token.isUnresolved(values)) return;
  if (!Array.isArray(values) || values.length === 0) fail(path, `\`${prop}\` must name at least one; ${remedy}`);
}

/** Objects of one of our classes: a member that no others have, in whatever copy of this package, and how to make one. */
export interface Made {
  readonly member: string;
  readonly words: string;
}

/**
 * Fails unless the value of a prop, when it has one, was made by our class. No compiler looks at JavaScript, where it may be null, or what
 * the class is made from. The value may be a secret, and stays out of the message.
 */
export function requireMade(path: string, prop: string, value: unknown, { member, words }: Made): void {
  if (value === undefined) return;
  const isMade = typeof value === 'object' && value !== null && member in value;
  if (!isMade) fail(path, `\`${prop}\` must be ${words}, got ${kindOf(value)}`);
}

/** As `requireMade`, for each of a list; a list that is itself a token passes. */
export function requireEachMade(path: string, prop: string, values: unknown, made: Made): void {
  if (values === undefined || Token.isUnresolved(values)) return;
  if (!Array.isArray(values)) fail(path, `\`${prop}\` must be a list, each ${made.words}, got ${kindOf(values)}`);
  values.forEach((value, index) => requireMade(path, `${prop}[${index}]`, value ?? null, made));
}

/** Fails unless there are values, each by its name. */
export function requireNamed(path: string, prop: string, values: object): void {
  if (typeof values === 'object' && values !== null) return;
  fail(path, `\`${prop}\` must be an object, each value by its name, got ${kindOf(values ?? null)}`);
}

/** A value by its class, or its type, alone. */
export function kindOf(value: unknown): string {
  if (value === null) return 'nothing';
  const name = typeof value === 'object' ? value.constructor?.name ?? 'object' : typeof value;
  return `${/^[aeiou]/i.test(name) ? 'an' : 'a'} ${name}`;
}

/** Fails unless `value` is a whole number from `min` to `max`; a token passes. */
export function requireWhole(path: string, prop: string, value: number, range: { readonly min: number; readonly max: number }): void {
  if (Token.isUnresolved(value)) return;
  if (!Number.isInteger(value) || value < range.min || value > range.max) {
    fail(path, `\`${prop}\` must be a whole number from ${range.min} to ${range.max}, got ${value}`);
  }
}

/** The names of those props that have a value, for errors about props that exclude or need each other. */
export function namesOfGiven(props: Record<string, unknown>): string[] {
  return Object.keys(props).filter(name => props[name] !== undefined);
}
