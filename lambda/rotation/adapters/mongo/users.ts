import type { Document } from 'bson';
import { hasCode, NOT_PERMITTED, UNKNOWN_FIELD, unknownAnswer } from './errors';
import { checkNewPassword } from './names';
import { MECHANISMS } from './scram';

/** Runs a command in a database; what the server refuses is thrown with its code. */
export type RunCommand = (database: string, command: Document) => Promise<Document>;

/** A built-in role, or one of somebody's own, in the database where it is. */
export interface Role {
  readonly role: string;
  readonly db: string;
}

/** What the server tells of a user. */
export interface User {
  readonly roles: readonly Role[];
  /** By which the user may log in; Amazon DocumentDB does not say. */
  readonly mechanisms?: readonly string[];
  /** From where. */
  readonly authenticationRestrictions?: readonly Document[];
  /** What people have written there. */
  readonly customData?: Document;
}

/** The database where users are, and how to ask it. */
export interface Users {
  readonly run: RunCommand;
  readonly database: string;
}

/** Nothing when there is none. */
export async function userNamed(users: Users, username: string): Promise<User | undefined> {
  return infoOf(users, username, { showAuthenticationRestrictions: true }).catch(async (error: unknown) => {
    // A server that does not know the field has no restrictions either.
    if (hasCode(error, UNKNOWN_FIELD)) return infoOf(users, username, {});
    throw error;
  });
}

/** What a user may be told of itself; a server that tells it nothing is no reason to give up. */
export async function oneself(users: Users, username: string): Promise<User | undefined> {
  return infoOf(users, username, {}).catch((error: unknown) => {
    if (hasCode(error, [NOT_PERMITTED])) return undefined;
    throw error;
  });
}

async function infoOf({ run, database }: Users, username: string, options: Document): Promise<User | undefined> {
  const { users = [] } = await run(database, { usersInfo: { user: username, db: database }, ...options });
  if (!Array.isArray(users)) throw unknownAnswer();
  const user = (users as Document[]).find((each) => each?.user === username && each?.db === database);
  return user && {
    roles: rolesIn(user.roles),
    ...Array.isArray(user.mechanisms) && { mechanisms: user.mechanisms as string[] },
    ...Array.isArray(user.authenticationRestrictions) && { authenticationRestrictions: user.authenticationRestrictions as Document[] },
    ...isDocument(user.customData) && { customData: user.customData },
  };
}

/** Sets what is given, in one command: all of it holds afterwards, or nothing. */
export async function update({ run, database }: Users, username: string, change: Document): Promise<void> {
  await withMechanisms(change, async (fields) => run(database, { updateUser: username, ...fields }));
}

export async function create({ run, database }: Users, username: string, user: Document): Promise<void> {
  await withMechanisms(user, async (fields) => run(database, { createUser: username, ...fields }));
}

/** A new password, for the mechanisms that there are: a server makes it for all that it knows otherwise. */
export function passwordFor(user: User | undefined, password: string): Document {
  checkNewPassword(password);
  const mechanisms = user?.mechanisms?.filter((each) => each in MECHANISMS) ?? [];
  return { pwd: password, ...mechanisms.length > 0 && { mechanisms } };
}

export function isSameRole(one: Role, other: Role): boolean {
  return one.role === other.role && one.db === other.db;
}

export function haveSameRoles(some: readonly Role[], others: readonly Role[]): boolean {
  return without(some, others).length === 0 && without(others, some).length === 0;
}

export function without(roles: readonly Role[], taken: readonly Role[]): Role[] {
  return roles.filter((role) => !taken.some((other) => isSameRole(role, other)));
}

/** Amazon DocumentDB and FerretDB choose the mechanism themselves, and may not know the field. */
async function withMechanisms({ mechanisms, ...fields }: Document, run: (fields: Document) => Promise<unknown>): Promise<void> {
  if (mechanisms === undefined) return void await run(fields);
  await run({ ...fields, mechanisms }).catch(async (error: unknown) => {
    if (!hasCode(error, UNKNOWN_FIELD)) throw error;
    await run(fields);
  });
}

function rolesIn(roles: unknown): Role[] {
  if (!Array.isArray(roles)) throw unknownAnswer();
  return roles.map((each: unknown) => {
    if (!isDocument(each) || typeof each.role !== 'string' || typeof each.db !== 'string') throw unknownAnswer();
    return { role: each.role, db: each.db };
  });
}

function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
