import { randomInt } from 'crypto';
import { RotationError } from './errors';
import { includedTypes, MIN_ALPHABET, PASSWORD_LENGTH, PasswordRules } from '../../../src/rotation/contract/passwords';

/**
 * A password of the policy, every one of them equally likely: one that lacks a type of character is thrown away whole, so no character
 * stands where it does because a rule needed it there.
 */
export function newPassword(rules: PasswordRules, refusedCharacters = ''): string {
  const types = includedTypes(rules, refusedCharacters);
  const alphabet = types.join('');
  checkPolicy(rules, alphabet);
  const required = rules.requireEachIncludedType ? types : [];
  for (;;) {
    const password = Array.from({ length: rules.length }, () => alphabet[randomInt(alphabet.length)]);
    if (required.every(type => password.some(character => type.includes(character)))) return password.join('');
  }
}

function checkPolicy({ length }: PasswordRules, alphabet: string): void {
  const { min, max } = PASSWORD_LENGTH;
  if (!Number.isInteger(length) || length < min || length > max) {
    throw new RotationError('configuration', `\`PASSWORD_LENGTH\` must be a whole number from ${min} to ${max}; correct the `
      + 'password policy');
  }
  if (alphabet.length < MIN_ALPHABET) {
    throw new RotationError('configuration', `the password policy leaves fewer than ${MIN_ALPHABET} characters; exclude fewer`);
  }
}
