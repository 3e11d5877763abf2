/** Which passwords may be made. */
export interface PasswordRules {
  /** In characters. */
  readonly length: number;
  readonly excludeCharacters: string;
  readonly numbers: boolean;
  readonly punctuation: boolean;
  readonly uppercase: boolean;
  readonly lowercase: boolean;
  /** Each type of character that may occur does occur. */
  readonly requireEachIncludedType: boolean;
}

/** Lengths of a password that a rotation makes, in characters. */
export const PASSWORD_LENGTH = { min: 8, max: 128 };

/** With fewer characters to choose from, a password could be guessed. */
export const MIN_ALPHABET = 10;

/** The types of GetRandomPassword, so that a policy means what it means there. */
const TYPES = {
  numbers: '0123456789',
  lowercase: 'abcdefghijklmnopqrstuvwxyz',
  uppercase: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  punctuation: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
};

/** The characters of each type of which some may occur. */
export function includedTypes(rules: PasswordRules, refusedCharacters = ''): string[] {
  const excluded = `${rules.excludeCharacters}${refusedCharacters}`;
  return Object.entries(TYPES).filter(([type]) => rules[type as keyof typeof TYPES])
    .map(([, characters]) => [...characters].filter(character => !excluded.includes(character)).join(''))
    .filter(characters => characters !== '');
}
