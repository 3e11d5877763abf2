import type { Outcome, Rotated, Rotation } from './rotation';

/**
 * Stores a new value as AWSPENDING. Secrets Manager takes one value for a version and refuses another, so a repetition changes
 * nothing and two at once agree on one; a database password is made for nothing then, which costs less than to look first.
 */
export async function createSecret({ store }: Rotation, rotated: Rotated): Promise<Outcome> {
  if (rotated.createsOutside && await store.pendingNow()) return 'alreadyStored';
  const text = await rotated.create();
  const outcome = await store.putPending(text);
  if (outcome === 'alreadyStored') await rotated.discard?.(text);
  return outcome;
}
