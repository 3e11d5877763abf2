import { RotationError } from '../../engine/errors';

/** A word, a name without its quotes, or a sign. */
export interface Token {
  readonly type: 'word' | 'name' | 'symbol';
  readonly text: string;
}

/** Words and numbers, names in either kind of quotes, and the signs that the server puts between them. */
const TOKEN = /\s*(?:([A-Za-z0-9_$-]+)|`((?:[^`]|``)*)`|'((?:[^']|'')*)'|([*.,()@])|(\S))/gy;

export function tokensOf(line: string): Token[] {
  const tokens: Token[] = [];
  for (const [, word, identifier, text, symbol, unknown] of line.trim().matchAll(TOKEN)) {
    if (unknown !== undefined) throw notUnderstood();
    if (word !== undefined) tokens.push({ type: 'word', text: word });
    else if (identifier !== undefined) tokens.push({ type: 'name', text: identifier.replaceAll('``', '`') });
    else if (text !== undefined) tokens.push({ type: 'name', text: text.replaceAll('\'\'', '\'') });
    else tokens.push({ type: 'symbol', text: symbol });
  }
  return tokens;
}

export function isWord(token: Token | undefined, word: string): boolean {
  return token?.type === 'word' && token.text.toUpperCase() === word;
}

/** The line may hold the hash of a password: nothing of it is told. */
export function notUnderstood(): RotationError {
  return new RotationError('configuration', 'the user to clone has a grant of a form that the rotation does not know; SHOW GRANTS '
    + 'lists it');
}
