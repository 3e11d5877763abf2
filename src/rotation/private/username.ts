import { Token } from 'aws-cdk-lib';
import { fail } from '../../private/errors';
import { MONGO_DATABASE } from '../contract/engines';
import { CLONE_SUFFIX, isClone, isFolded, otherOfTwo, usernameLength } from '../contract/usernames';
import type { DatabaseEngine } from '../database-engine';
import type { RotationStrategy } from '../rotation-strategy';
import type { BoundTarget } from './bound-target';

/** Fails on a user that the engine could not have, or whose password is not ours to rotate. */
export function requireUsername(
  path: string, username: string, { target, strategy }: { target: BoundTarget; strategy: RotationStrategy },
): void {
  if (!username) fail(path, '`username` must be given: the database user whose password is rotated');
  if (Token.isUnresolved(username)) return;
  if (username.includes('\0')) fail(path, '`username` must not hold a NUL character');
  const alternates = strategy._name === 'alternatingUsers';
  if (alternates && isClone(username)) {
    fail(path, `\`username\` must be the first of the two users, whose name the other one extends by ${CLONE_SUFFIX}, `
      + `got ${JSON.stringify(username)}; leave the suffix out`);
  }
  requireLength(path, alternates ? otherOfTwo(username) : username, target.engine, alternates);
  requireNotMaster(path, username, target);
}

/** Where a user is of a database, that stands before its name. */
export function requireUsersDatabase(path: string, databaseName: string | undefined, { _rotated: engine }: DatabaseEngine): void {
  if (!engine?.usersAreOfDatabase || databaseName === undefined || Token.isUnresolved(databaseName)) return;
  if (MONGO_DATABASE.test(databaseName)) return;
  fail(path, `\`databaseName\` must be the database of ${engine.title} that holds the user, such as admin: at most 63 characters, `
    + `without / \\ . " $ * < > : | ? and space, got ${JSON.stringify(databaseName)}; users of $external have no password to rotate`);
}

function requireLength(path: string, longest: string, { _rotated: engine, name }: DatabaseEngine, alternates: boolean): void {
  if (engine === undefined) return;
  if (isFolded(longest, engine)) {
    fail(path, `\`username\` must be in lower case for ${name}, which keeps names of users so, got ${JSON.stringify(longest)}; write it `
      + 'so');
  }
  const [{ max, unit }, length] = [engine.usernameLimit, usernameLength(longest, engine)];
  if (length <= max) return;
  fail(path, `\`username\`${alternates ? ` and its ${CLONE_SUFFIX}` : ''} must have at most ${max} ${unit} for ${name}, got ${length}; `
    + 'rotate a user with a shorter name');
}

function requireNotMaster(path: string, username: string, { master }: BoundTarget): void {
  if (master?.username?.toLowerCase() !== username.toLowerCase()) return;
  fail(path, `\`username\` must not be the master user ${JSON.stringify(master.username)}, `
    + `whose password ${master.service} rotates itself: set \`${master.property}\` on `
    + `${master.path} and its schedule by MasterUserRotation; for applications create a user of their own`);
}
