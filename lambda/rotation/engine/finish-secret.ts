import { checkState } from './check-state';
import { RotationError } from './errors';
import type { Outcome, Rotated, Rotation } from './rotation';
import { SecretState, VISIBILITY_DELAYS_MS } from './secret-store';

const POLL_MS = 1_000;

/** Longer, and clients that read AWSCURRENT of the primary would wait for a region that nobody may need. */
const MAX_WAIT_MS = 20_000;

/**
 * Moves AWSCURRENT, to a version that works: where this function has not just tested it, as when a person calls the steps, it is
 * tested now. Secrets Manager moves AWSPREVIOUS itself and takes AWSPENDING away after the step. When another runner was
 * faster, there is nothing left to do.
 */
export async function finishSecret(rotation: Rotation, rotated: Rotated, described: SecretState): Promise<Outcome> {
  const { store } = rotation;
  if (!store.isTested()) await rotated.test();
  let state = await replicated(rotation, described);
  for (const delay of VISIBILITY_DELAYS_MS) {
    // The rotation may have been given up, or be over and a later one finished: moving the label would move it back.
    checkState(state);
    if (state.stages.includes('AWSCURRENT')) return 'alreadyCurrent';
    if (await store.promote(state.currentVersionId) === 'promoted') return 'promoted';
    // It is not where the description said: another runner or a person moved it, or the description is old.
    await store.wait(delay, 'waiting to see where AWSCURRENT is');
    state = await store.describe();
  }
  throw new RotationError('transient', 'AWSCURRENT is moved by someone else all the time; see in CloudTrail who calls '
    + 'UpdateSecretVersionStage');
}

/**
 * Waits until the regions have the pending value: labels that move twice in a row overtake it. It waits in bounds and then goes on,
 * for with a single user the old password no longer works, and a region that failed to replicate would keep all others out.
 */
async function replicated({ store, budget, log }: Rotation, described: SecretState): Promise<SecretState> {
  let state = described;
  const until = Math.min(MAX_WAIT_MS, budget.left() / 2);
  for (let waited = 0; isInProgress(state) && waited + POLL_MS <= until; waited += POLL_MS) {
    await store.wait(POLL_MS, 'waiting for the replicas');
    state = await store.describe();
  }
  if (state.replicas.some(status => status !== 'InSync')) {
    log.warn('A replica is not in sync; AWSCURRENT is moved all the same.', { outcome: 'replicaNotInSync' });
  }
  return state;
}

function isInProgress({ replicas }: SecretState): boolean {
  return replicas.includes('InProgress');
}
