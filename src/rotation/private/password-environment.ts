import { Token } from 'aws-cdk-lib';
import { ROTATION_ENVIRONMENT } from './handler-contract';
import { fail } from '../../private/errors';
import { requireWhole } from '../../private/validation';
import type { PasswordPolicy } from '../../secret/password-policy';

/** With fewer characters to choose from, a password could be guessed; the rotation function refuses it too. */
const MIN_ALPHABET = 10;

const KINDS = { uppercase: 26, lowercase: 26, numbers: 10, punctuation: 32 };

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
export function requireRotatable(path: string, policy: PasswordPolicy): void {
  requirePolicy(path, policy);
  policy._validate(path);
  if (Token.isUnresolved(policy.length) || Token.isUnresolved(policy.excludeCharacters)) {
    fail(path, '`passwordPolicy` must be known at synthesis, got a token; write its length and characters');
  }
  requireWhole(path, 'passwordPolicy.length', policy.length, { min: 8, max: 128 });
  if (policy._rules.space) fail(path, '`passwordPolicy` must not allow the space, which rotation does not make; leave `space` out');
  if (alphabetOf(policy) < MIN_ALPHABET) {
    fail(path, `\`passwordPolicy\` must leave at least ${MIN_ALPHABET} characters, got ${alphabetOf(policy)}; exclude fewer`);
  }
}

function alphabetOf(policy: PasswordPolicy): number {
  const excluded = [...new Set(policy.excludeCharacters)];
  return Object.entries(KINDS).filter(([kind]) => policy._rules[kind as keyof typeof KINDS])
    .reduce((sum, [kind, size]) => sum + size - excluded.filter(character => kindOf(character) === kind).length, 0);
}

function kindOf(character: string): keyof typeof KINDS | undefined {
  if (/[A-Z]/.test(character)) return 'uppercase';
  if (/[a-z]/.test(character)) return 'lowercase';
  if (/[0-9]/.test(character)) return 'numbers';
  return /[!-~]/.test(character) ? 'punctuation' : undefined;
}
