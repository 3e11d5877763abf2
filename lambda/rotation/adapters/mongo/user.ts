import { randomBytes } from 'crypto';
import { CONCURRENT, hasCode, NOT_PERMITTED } from './errors';
import { mark, markOf, unmark } from './marks';
import { checkUsername } from './names';
import { rolesFor } from './roles';
import { create, haveSameRoles, passwordFor, update, userNamed, type Users } from './users';
import type { GrantDescription } from '../../../../src/rotation/contract/database-user';
import { otherOfTwo } from '../../../../src/rotation/contract/usernames';
import type { OwnedUser } from '../../engine/database-adapter';
import { RotationError } from '../../engine/errors';
import { takenByOthers } from '../../engine/remedies';

/** As a superuser, who may be of the same database. */
export interface Administration extends Users {
  readonly superuser: string | undefined;
}

export async function ensureUser(administration: Administration, user: OwnedUser, takeOver: boolean): Promise<void> {
  checkUsername(user.username);
  if (user.username === administration.superuser) {
    throw new RotationError('configuration', 'the user to create is the superuser itself; give another `username`');
  }
  await explained(async () => {
    const isThere = await userNamed(administration, user.username) !== undefined;
    const isOwned = (await markOf(administration, user.username)).owner === user.owner;
    if (isThere && !isOwned && !takeOver) throw takenByOthers();
    if (!isOwned) await mark(administration, user.username, { owner: user.owner });
    if (!isThere) await createWithoutRoles(administration, user.username);
  });
}

export async function ownsUser(administration: Administration, user: OwnedUser): Promise<boolean> {
  if (user.username === administration.superuser) return false;
  return await userNamed(administration, user.username) !== undefined && (await markOf(administration, user.username)).owner === user.owner;
}

export async function setGrants(administration: Administration, username: string, grants: readonly GrantDescription[]): Promise<void> {
  const wanted = rolesFor(grants);
  await explained(async () => {
    const user = await userNamed(administration, username);
    if (user && !haveSameRoles(user.roles, wanted)) await update(administration, username, { roles: wanted });
  });
}

export async function setPassword(administration: Administration, username: string, password: string): Promise<void> {
  await explained(async () => {
    const user = await userNamed(administration, username);
    if (user === undefined) {
      throw new RotationError('configuration', 'the user that the secret names does not exist in the database; correct `username` or '
        + '`dbname`');
    }
    await update(administration, username, passwordFor(user, password));
  });
}

/** With the one that takes turns with it, if a rotation has made that. */
export async function dropUser(administration: Administration, { username }: OwnedUser): Promise<void> {
  const { run, database } = administration;
  const clone = otherOfTwo(username);
  const isMade = (await markOf(administration, clone)).cloneOf === username;
  const dropped = [...isMade ? [clone] : [], username];
  for (const name of dropped) {
    if (await userNamed(administration, name) !== undefined) await run(database, { dropUser: name });
  }
  await unmark(administration, dropped);
}

/** Nobody knows its password until it is set. */
async function createWithoutRoles(administration: Administration, username: string): Promise<void> {
  try {
    await create(administration, username, { pwd: randomBytes(24).toString('base64url'), roles: [] });
  } catch (error) {
    if (!hasCode(error, CONCURRENT) || await userNamed(administration, username) === undefined) throw error;
  }
}

async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!hasCode(error, [NOT_PERMITTED]) || (error as RotationError).message.includes('grant it')) throw error;
    throw new RotationError('configuration', 'the user of the superuser secret may not look at, create or change users of this '
      + 'database, or may '
      + 'not grant as asked; grant it userAdmin on the databases of the grants and of the user, or root', NOT_PERMITTED);
  }
}
