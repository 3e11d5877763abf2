import { RotationError } from '../engine/errors';
import { REMEDIES } from '../engine/remedies';

/** Waits for `work` no longer than that, and then calls `giveUp`, which must end it. */
export async function withinTime<T>(timeoutMs: number, work: Promise<T>, giveUp: () => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      giveUp();
      reject(new RotationError('network', `the database did not answer within ${timeoutMs} ms; ${REMEDIES.network}`, 'ETIMEDOUT'));
    }, timeoutMs);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
