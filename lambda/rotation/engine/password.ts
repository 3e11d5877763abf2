import { randomBytes } from 'crypto';
import { RotationError } from './errors';

/** Which passwords may be made. */
export interface PasswordPolicy {
  readonly length: number;
  readonly excludedCharacters: string;
  readonly numbers: boolean;
  readonly punctuation: boolean;
  readonly uppercase: boolean;
  readonly lowercase: boolean;
  /** Each kind of character that may occur does occur. */
  readonly requireEachIncludedType: boolean;
}

const MIN_LENGTH = 8;
const MAX_LENGTH = 128;

/** A policy that leaves fewer is a mistake: such passwords can be guessed. */
const MIN_ALPHABET = 10;

/** The draw is this many bits wider than the number of passwords, so that no password is likelier than another by more than 2^-128. */
const SURPLUS_BITS = 128;

/** The kinds of GetRandomPassword, so that a policy means what it means there. */
const NUMBERS = '0123456789';
const LOWERCASE = 'abcdefghijklmnopqrstuvwxyz';
const UPPERCASE = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/**
 * A password of the policy, every one of them equally likely. It numbers all passwords of the policy and takes the one with a
 * random number: so nothing is drawn and thrown away, and no character stands where it does because a rule needed it there.
 */
export function newPassword(policy: PasswordPolicy, refusedCharacters = ''): string {
  const kinds = kindsOf(policy, refusedCharacters);
  const required = policy.requireEachIncludedType ? kinds : [];
  let missing = new Set(required);
  let number = randomBelow(countPasswords(policy.length, kinds, missing));
  let password = '';
  for (let left = policy.length - 1; left >= 0; left--) {
    for (const kind of kinds) {
      const stillMissing = without(missing, kind);
      const tails = countPasswords(left, kinds, stillMissing);
      const all = tails * BigInt(kind.length);
      if (number < all) {
        password += kind[Number(number / tails)];
        number %= tails;
        missing = stillMissing;
        break;
      }
      number -= all;
    }
  }
  return password;
}

function kindsOf(policy: PasswordPolicy, refusedCharacters: string): string[] {
  const kinds = [
    policy.numbers ? NUMBERS : '', policy.lowercase ? LOWERCASE : '', policy.uppercase ? UPPERCASE : '', policy.punctuation ? PUNCTUATION : '',
  ].map(kind => [...kind].filter(character => !`${policy.excludedCharacters}${refusedCharacters}`.includes(character)).join(''))
    .filter(kind => kind !== '');
  if (!Number.isInteger(policy.length) || policy.length < MIN_LENGTH || policy.length > MAX_LENGTH) {
    throw new RotationError('configuration', `\`PASSWORD_LENGTH\` must be a whole number from ${MIN_LENGTH} to ${MAX_LENGTH}; correct the password policy`);
  }
  if (kinds.join('').length < MIN_ALPHABET) {
    throw new RotationError('configuration', `the password policy leaves fewer than ${MIN_ALPHABET} characters; exclude fewer`);
  }
  return kinds;
}

/** How many strings of this length there are in which each missing kind occurs: inclusion and exclusion over the missing kinds. */
function countPasswords(length: number, kinds: readonly string[], missing: ReadonlySet<string>): bigint {
  const alphabet = kinds.reduce((sum, kind) => sum + kind.length, 0);
  let terms: [size: number, sign: bigint][] = [[alphabet, 1n]];
  for (const kind of missing) {
    terms = terms.flatMap(([size, sign]): typeof terms => [[size, sign], [size - kind.length, -sign]]);
  }
  return terms.reduce((sum, [size, sign]) => sum + sign * BigInt(size) ** BigInt(length), 0n);
}

function without(kinds: ReadonlySet<string>, kind: string): Set<string> {
  const rest = new Set(kinds);
  rest.delete(kind);
  return rest;
}

function randomBelow(limit: bigint): bigint {
  const bytes = Math.ceil((limit.toString(2).length + SURPLUS_BITS) / 8);
  return BigInt(`0x${randomBytes(bytes).toString('hex')}`) % limit;
}
