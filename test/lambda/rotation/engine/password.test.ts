import * as fc from 'fast-check';
import { settingsIn } from '../../../../lambda/rotation/engine/environment';
import { newPassword } from '../../../../lambda/rotation/engine/password';
import type { PasswordRules } from '../../../../src/rotation/contract/passwords';

const KINDS = { numbers: /[0-9]/, lowercase: /[a-z]/, uppercase: /[A-Z]/, punctuation: /[!-/:-@[-`{-~]/ };

const POLICIES = fc.record({
  length: fc.integer({ min: 8, max: 128 }),
  excludeCharacters: fc.string({ unit: 'grapheme-ascii', maxLength: 20 }),
  numbers: fc.boolean(),
  punctuation: fc.boolean(),
  uppercase: fc.boolean(),
  lowercase: fc.boolean(),
  requireEachIncludedType: fc.boolean(),
});

const DIGITS: PasswordRules = {
  length: 8, excludeCharacters: '', numbers: true, punctuation: false, uppercase: false, lowercase: false, requireEachIncludedType: true,
};

test('a password obeys its policy, and the adapter', () => {
  fc.assert(fc.property(POLICIES, fc.constantFrom('', '\'"', '\\$@'), (policy, refused) => {
    const alphabet = alphabetOf(policy, refused);
    fc.pre(alphabet.length >= 10);
    const password = newPassword(policy, refused);
    expect(password).toHaveLength(policy.length);
    expect([...password].every(character => alphabet.includes(character))).toBe(true);
    for (const kind of Object.values(KINDS)) {
      if (policy.requireEachIncludedType && alphabet.some(character => kind.test(character))) expect(password).toMatch(kind);
    }
  }), { numRuns: 300 });
});

/** Each of eight positions is as likely to be any character, and no position is kept for a kind: chi-squared over 20000 characters. */
test('every password is equally likely', () => {
  const policy = { ...DIGITS, lowercase: true, excludeCharacters: '0123456bcdefghijklmnopqrstuvwxyz', length: 8 };
  expect(() => newPassword(policy)).toThrow('fewer than 10');
  const small = { ...policy, excludeCharacters: '0123456jklmnopqrstuvwxyz' }; // 7 8 9 and a to i
  const counts = Array.from({ length: 8 }, () => 0);
  const runs = 20_000;
  for (let run = 0; run < runs; run++) {
    [...newPassword(small)].forEach((character, index) => {
      if ('789'.includes(character)) counts[index] += 1;
    });
  }
  // With all strings of 12 characters that hold both kinds: (3·12^7 − 3^8) of (12^8 − 9^8 − 3^8) have a digit at a given position.
  const expected = runs * (3 * 12 ** 7 - 3 ** 8) / (12 ** 8 - 9 ** 8 - 3 ** 8);
  const variance = expected * (1 - expected / runs);
  for (const count of counts) expect(Math.abs(count - expected)).toBeLessThan(6 * Math.sqrt(variance));
});

test('no two are the same', () => {
  const passwords = Array.from({ length: 1000 }, () => newPassword(settingsIn({}).passwordPolicy));
  expect(new Set(passwords).size).toBe(1000);
});

test.each(Object.keys(KINDS) as (keyof typeof KINDS)[])('leaves out %s when the environment says so', (kind) => {
  const { passwordPolicy } = settingsIn({ [`EXCLUDE_${kind.toUpperCase()}`]: 'yes' });
  expect(newPassword({ ...passwordPolicy, length: 128 })).not.toMatch(KINDS[kind]);
});

test('the defaults are those of the functions of AWS: 32 characters, each kind, none that breaks a URL or a quoted text', () => {
  const password = newPassword(settingsIn({}).passwordPolicy);
  expect(password).toHaveLength(32);
  for (const kind of Object.values(KINDS)) expect(password).toMatch(kind);
  expect(password).not.toMatch(/[/@"'\\:]/);
});

test.each(['true', '1', 'y', 'yes', 'TRUE', 'Yes'])('%s is true', value => expect(settingsIn({ EXCLUDE_NUMBERS: value }).passwordPolicy.numbers).toBe(false));
test.each(['false', '0', 'n', 'no', '', 'False'])('%j is false', value => expect(settingsIn({ EXCLUDE_NUMBERS: value }).passwordPolicy.numbers).toBe(true));

function alphabetOf(policy: PasswordRules, refused: string): string[] {
  const printable = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index));
  return printable.filter(character => !`${policy.excludeCharacters}${refused}`.includes(character)
    && (Object.keys(KINDS) as (keyof typeof KINDS)[]).some(kind => policy[kind] && KINDS[kind].test(character)));
}
