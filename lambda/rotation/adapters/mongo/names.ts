import { preparedPassword } from './scram';
import { MONGO_DATABASE } from '../../../../src/rotation/contract/engines';
import { RotationError } from '../../engine/errors';

/** Where servers keep users when nobody says otherwise, and Amazon DocumentDB keeps them all. */
export const DEFAULT_DATABASE = 'admin';

/** A name is data in each command, whatever it holds; NUL would end it. */
export function checkUsername(username: string): void {
  check('user name', username);
}

export function checkPassword(password: string): void {
  check('password', password);
}

function check(what: string, text: string): void {
  if (text === '') throw new RotationError('configuration', `the ${what} must not be empty; correct the secret`);
  if (text.includes('\0')) throw new RotationError('configuration', `the ${what} must not hold the character NUL; correct the secret`);
}

/** One that logs in nowhere must not be set; a server that knows SCRAM-SHA-1 alone would take it. */
export function checkNewPassword(password: string): void {
  checkPassword(password);
  preparedPassword(password);
}

/** The authentication database stands before the user name, parted from it by a dot; users of `$external` have no password. */
export function checkDatabase(database: string): void {
  if (MONGO_DATABASE.test(database)) return;
  throw new RotationError('configuration', '`dbname` must be the database that holds the user, such as admin: at most 63 characters, '
    + 'none of '
    + '/ \\ . " $ * < > : | ? and no space; correct the secret');
}
