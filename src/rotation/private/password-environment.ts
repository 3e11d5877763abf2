import { Token } from 'aws-cdk-lib';
import { fail } from '../../private/errors';
import { requireWhole } from '../../private/validation';
import type { PasswordPolicy } from '../../secret/password-policy';
import type { RotatedEngine } from '../contract/engines';
import { ROTATION_ENVIRONMENT } from '../contract/environment';
import { includedTypes, MIN_ALPHABET, PASSWORD_LENGTH } from '../contract/passwords';

/** The password policy as the rotation function reads it. */
export function passwordEnvironment(policy: PasswordPolicy): { [variable: string]: string } {
  const { uppercase, lowercase, numbers, punctuation, requireEachIncludedType } = policy._rules;
  const names = ROTATION_ENVIRONMENT;
  return {
    [names.PASSWORD_LENGTH]: String(policy.length),
    [names.EXCLUDE_CHARACTERS]: policy.excludeCharacters,
    [names.EXCLUDE_UPPERCASE]: String(!uppercase),
    [names.EXCLUDE_LOWERCASE]: String(!lowercase),
    [names.EXCLUDE_NUMBERS]: String(!numbers),
    [names.EXCLUDE_PUNCTUATION]: String(!punctuation),
    [names.REQUIRE_EACH_INCLUDED_TYPE]: String(requireEachIncludedType),
  };
}

/** JavaScript passes the rules alone. */
export function requirePolicy(path: string, policy: PasswordPolicy): void {
  if (policy?._rules === undefined) fail(path, '`passwordPolicy` must be a PasswordPolicy, such as PasswordPolicy.of({ length: 32 })');
}

/** Fails on a policy that Secrets Manager can meet at creation, and the rotation function could not. */
export function requireRotatable(path: string, policy: PasswordPolicy, engine?: RotatedEngine): void {
  requirePolicy(path, policy);
  policy._validate(path);
  if (Token.isUnresolved(policy.length) || Token.isUnresolved(policy.excludeCharacters)) {
    fail(path, '`passwordPolicy` must be known at synthesis, got a token; write its length and characters');
  }
  const { min, max } = PASSWORD_LENGTH;
  requireWhole(path, 'passwordPolicy.length', policy.length, { min, max: engine?.passwordLimit ?? max });
  if (policy._rules.space) fail(path, '`passwordPolicy` must not allow the space, which rotation does not make; leave `space` out');
  requireNeeded(path, policy, engine);
  const alphabet = includedTypes(policy._rules, engine?.refusedCharacters).join('').length;
  if (alphabet < MIN_ALPHABET) {
    fail(path, `\`passwordPolicy\` must leave at least ${MIN_ALPHABET} characters, got ${alphabet}; `
    + 'exclude fewer');
  }
}

/** Each type that the engine wants must occur, and not only may. */
function requireNeeded(path: string, { _rules: rules }: PasswordPolicy, { passwordNeeds = [], name }: Partial<RotatedEngine> = {}): void {
  const occurs = (type: keyof typeof NO_TYPES) => includedTypes({ ...rules, ...NO_TYPES, [type]: rules[type] }).length > 0;
  if (passwordNeeds.every(type => rules.requireEachIncludedType && occurs(type))) return;
  fail(path, `\`passwordPolicy\` must have ${passwordNeeds.join(', ')} in each password for ${name}; leave \`requireEachIncludedType\` and `
    + 'these out, or use PasswordPolicy.DATABASE');
}

const NO_TYPES = { numbers: false, lowercase: false, uppercase: false, punctuation: false };
