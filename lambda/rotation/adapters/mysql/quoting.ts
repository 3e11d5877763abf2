import { RotationError } from '../../engine/errors';

/** An account of MySQL or MariaDB: one user name may have several, each for the clients of some hosts. */
export interface Account {
  readonly user: string;
  readonly host: string;
}

/**
 * A text as a literal. It is right only where a backslash stands for itself: every session that writes sets `sql_mode` to
 * `NO_BACKSLASH_ESCAPES` first, so nothing depends on what the server is set to.
 */
export function quoteLiteral(text: string): string {
  refuseNul(text);
  return `'${text.replaceAll('\'', '\'\'')}'`;
}

/** The name of a database, table, column or routine. */
export function quoteIdentifier(name: string): string {
  refuseNul(name);
  return `\`${name.replaceAll('`', '``')}\``;
}

/** An account, where a statement wants one. Literals are accounts whatever `ANSI_QUOTES` says. */
export function quoteAccount({ user, host }: Account): string {
  return `${quoteLiteral(user)}@${quoteLiteral(host)}`;
}

/** No user name is empty: an empty one is the anonymous user, whom anybody is. */
export function checkUsername(username: string): void {
  if (username === '') throw new RotationError('configuration', 'the user name must not be empty; correct the secret');
  refuseNul(username);
}

/** An empty password is no password to MySQL. */
export function checkPassword(password: string): void {
  if (password === '') throw new RotationError('configuration', 'the password must not be empty; correct the secret');
  refuseNul(password);
}

/** The protocol ends a text at the first NUL: what follows would be lost. */
function refuseNul(text: string): void {
  if (text.includes('\0')) {
    throw new RotationError('configuration', 'a user name or password must not hold the character NUL; correct '
    + 'the secret');
  }
}
