import { ENGINES } from '../../../../src/rotation/contract/engines';
import { RotationError } from '../../engine/errors';

/** PostgreSQL cuts a longer name off without an error, and so would name another role. */
const MAX_NAME_BYTES = ENGINES.postgres.usernameLimit.max;

/** The name of a role, a database or a parameter, as SQL. */
export function quoteIdentifier(name: string, maxBytes: number = MAX_NAME_BYTES): string {
  if (name === '') throw new RotationError('configuration', 'a name of a user must not be empty; correct the secret');
  refuseNul(name, 'a name of a user');
  if (Buffer.byteLength(name) > maxBytes) {
    throw new RotationError('configuration', `a name of a user must not be longer than ${maxBytes} bytes; correct the secret`);
  }
  return `"${name.replaceAll('"', '""')}"`;
}

/** A string, as SQL that means the same whether `standard_conforming_strings` is on or off. */
export function quoteLiteral(value: string): string {
  refuseNul(value, 'a value');
  const quoted = value.replaceAll('\'', '\'\'');
  return value.includes('\\') ? ` E'${quoted.replaceAll('\\', '\\\\')}'` : `'${quoted}'`;
}

/** The protocol ends a string at NUL: what follows it would be read as something else. */
function refuseNul(value: string, what: string): void {
  if (value.includes('\0')) throw new RotationError('configuration', `${what} must not hold the character NUL; correct the secret`);
}
