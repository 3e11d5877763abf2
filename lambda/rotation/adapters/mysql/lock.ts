import { createHash } from 'crypto';
import type { RunStatement } from './connection';
import { quoteLiteral } from './quoting';
import { RotationError } from '../../engine/errors';
import { REMEDIES } from '../../engine/remedies';

/** One runner at a time works on a user; the lock goes with the session. It is of the server, whatever database the session is in. */
export async function alone<T>(run: RunStatement, user: string, timeoutMs: number, work: () => Promise<T>): Promise<T> {
  const lock = quoteLiteral(`rotation ${createHash('sha256').update(user).digest('hex').slice(0, 32)}`);
  const [{ acquired }] = await run(`SELECT GET_LOCK(${lock}, ${Math.max(1, Math.floor(timeoutMs / 2000))}) AS acquired`);
  if (Number(acquired) !== 1) throw new RotationError('transient', `another rotation is working on the same user; ${REMEDIES.transient}`);
  try {
    return await work();
  } finally {
    // A session that is broken has lost its lock; the error that broke it says more.
    await run(`SELECT RELEASE_LOCK(${lock})`).catch(() => undefined);
  }
}
