import type { Document } from 'bson';
import { hasCode, NOT_PERMITTED, unknownAnswer } from './errors';
import type { Users } from './users';
import { MARKS_DATABASE } from '../../../../src/rotation/contract/database-user';
import { RotationError } from '../../engine/errors';

/**
 * Where it is written down whom the rotation has made. A user has a field for such a thing in MongoDB alone, and not on every server: so it
 * is a collection, of a database that applications have no business with.
 */
export const MARKS = { database: MARKS_DATABASE, collection: 'database_users' } as const;

/** A failover takes nothing back, as with the users themselves. */
const SAFELY = { w: 'majority' };

/** What a mark says of a user. */
export interface Mark {
  /** The secret for which the deployment has made it. */
  readonly owner?: string;
  /** The other one of two users that take turns: the one without `_clone`. */
  readonly cloneOf?: string;
}

export async function markOf({ run, database }: Users, username: string): Promise<Mark> {
  const filter = { _id: idOf(database, username) };
  const { cursor } = await explained(async () =>
    run(MARKS.database, { find: MARKS.collection, filter, limit: 1, singleBatch: true }));
  const batch: unknown = (cursor as Document | undefined)?.firstBatch;
  if (!Array.isArray(batch)) throw unknownAnswer();
  const [{ owner, cloneOf } = {} as Document] = batch as Document[];
  return { ...typeof owner === 'string' && { owner }, ...typeof cloneOf === 'string' && { cloneOf } };
}

/** Goes before the user is made: one that is there without its mark would be somebody else's at the next attempt. */
export async function mark({ run, database }: Users, username: string, what: Mark): Promise<void> {
  const updates = [{ q: { _id: idOf(database, username) }, u: { $set: what }, upsert: true }];
  await explained(async () => run(MARKS.database, { update: MARKS.collection, updates, writeConcern: SAFELY }));
}

export async function unmark({ run, database }: Users, usernames: readonly string[]): Promise<void> {
  const deletes = usernames.map((username) => ({ q: { _id: idOf(database, username) }, limit: 1 }));
  await explained(async () => run(MARKS.database, { delete: MARKS.collection, deletes, writeConcern: SAFELY }));
}

/** The name of a database has no dot, so that no two users have the same. */
function idOf(database: string, username: string): string {
  return `${database}.${username}`;
}

async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!hasCode(error, [NOT_PERMITTED])) throw error;
    throw new RotationError('configuration', 'the superuser may not write down which users the rotation makes; grant it the role '
      + `readWrite on the database ${MARKS.database}`, NOT_PERMITTED);
  }
}
