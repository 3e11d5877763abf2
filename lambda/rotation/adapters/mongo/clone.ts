import type { Document } from 'bson';
import { CONCURRENT, hasCode, NOT_PERMITTED } from './errors';
import { mark, markOf, MARKS } from './marks';
import { checkUsername } from './names';
import { isPowerful } from './roles';
import { create, haveSameRoles, passwordFor, update, type User, userNamed, type Users, without } from './users';
import { isClone, otherOfTwo } from '../../../../src/rotation/contract/usernames';
import { RotationError } from '../../engine/errors';

export interface Clone {
  readonly original: string;
  readonly clone: string;
  readonly password: string;
  /** Who is logged in, if it is of the same database as the two. */
  readonly superuser: string | undefined;
  /** Whether the user who is there logs in with a password that the secret holds for it. */
  readonly proof: () => Promise<boolean>;
}

/**
 * Makes the clone of a user, or brings it up to date: roles, restrictions and what people wrote to it, with the password, in one command.
 *
 * Back from `app_clone` to `app`, only the password is set: `app` is the one that people grant roles to, and the clone never adds to them.
 * A user who is there already is refused without proof that it takes turns with the other.
 */
export async function cloneUser(users: Users, names: Clone): Promise<void> {
  checkUsername(names.original);
  checkUsername(names.clone);
  if (names.original === names.clone) throw new RotationError('configuration', 'a user cannot be a clone of itself; correct the secret');
  if (names.clone === names.superuser) throw isSuperuser();
  try {
    await makeClone(users, names);
  } catch (error) {
    throw hasCode(error, [NOT_PERMITTED]) ? explainDenial(error as RotationError) : error;
  }
}

async function makeClone(users: Users, names: Clone): Promise<void> {
  const original = await userNamed(users, names.original);
  if (original === undefined) {
    throw new RotationError('configuration', 'the user to clone does not exist in the database; correct `username` or `dbname` in the '
      + 'secret');
  }
  const present = await userNamed(users, names.clone);
  if (present === undefined) return createClone(users, names, original);
  await refuseUnproven(users, names);
  const isBack = isClone(names.original) && otherOfTwo(names.original) === names.clone;
  if (isBack) refuseMorePowerful(present, original);
  const likeness = isBack ? {} : differences(original, present);
  await update(users, names.clone, { ...likeness, ...passwordFor(isBack ? present : original, names.password) });
}

/** Another runner may be faster; then it is there, and has its mark. */
async function createClone(users: Users, names: Clone, original: User): Promise<void> {
  await mark(users, names.clone, { cloneOf: baseOf(names) });
  try {
    const { mechanisms, ...likeness } = original;
    await create(users, names.clone, { ...likeness, ...passwordFor({ ...likeness, mechanisms }, names.password) });
  } catch (error) {
    if (!hasCode(error, CONCURRENT) || await userNamed(users, names.clone) === undefined) throw error;
    await update(users, names.clone, passwordFor(original, names.password));
  }
}

/** Only what is not so already: a server that lets nobody change a role is no hindrance to a new password. */
function differences(original: User, present: User): Document {
  const isSame = (one: unknown, other: unknown) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
  return {
    ...!haveSameRoles(original.roles, present.roles) && { roles: original.roles },
    ...!isSame(original.customData, present.customData) && { customData: original.customData ?? {} },
    ...!isSame(original.authenticationRestrictions, present.authenticationRestrictions)
      && { authenticationRestrictions: original.authenticationRestrictions ?? [] },
  };
}

/** A mark is at the one of the two that was made after the other, or, of a user whom the deployment has made, at both. */
async function refuseUnproven(users: Users, names: Clone): Promise<void> {
  const base = baseOf(names);
  const made = names.clone === base ? names.original : names.clone;
  if ((await markOf(users, made)).cloneOf === base) return;
  if (!await names.proof()) throw unproven();
  await mark(users, made, { cloneOf: base });
}

/** Else whoever reads the secret would have, by a likeness of names, what an administrator has. */
function refuseMorePowerful(base: User, clone: User): void {
  if (!without(base.roles, clone.roles).some(isPowerful)) return;
  throw new RotationError('configuration', 'the user whose name is that of the current user without `_clone` may do to the whole '
    + 'server what the '
    + 'current one may not; if they belong together, give both the same roles; if not, put another user name into the secret');
}

function baseOf({ original, clone }: Clone): string {
  return original.length < clone.length ? original : clone;
}

function isSuperuser(): RotationError {
  return new RotationError('configuration', 'the other of the two alternating users is the superuser itself; put another user name '
    + 'into the secret, or name another superuser secret');
}

/** The names are part of the secret and are not told. */
function unproven(): RotationError {
  const command = 'updateOne({ _id: "<dbname>.<user>_clone" }, { $set: { cloneOf: "<user>" } }, { upsert: true })';
  return new RotationError('configuration', 'the other of the two alternating users exists already, and nothing shows that the two belong '
    + 'together; drop it, or put another user name into the secret. To hand it over, run as an administrator, in the database '
    + `${MARKS.database}: db.${MARKS.collection}.${command}`);
}

/** A remedy that is there already is the better one. */
function explainDenial(error: RotationError): RotationError {
  if (error.message.includes(MARKS.database)) return error;
  return new RotationError('configuration', 'the superuser may not look at, create or change users of this database, or may not grant a '
    + 'role that the user has; grant it userAdmin on that database, or root', NOT_PERMITTED);
}
