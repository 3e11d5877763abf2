import { checkState } from './check-state';
import { createSecret } from './create-secret';
import { finishSecret } from './finish-secret';
import type { Outcome, Rotated, Rotation } from './rotation';
import type { RotationEvent } from './rotation-event';
import { setSecret } from './set-secret';
import { testSecret } from './test-secret';

/** The state machine: checks where the rotation stands, then does the step. Every step may come again, late, or twice at once. */
export async function rotate(event: RotationEvent, rotation: Rotation, rotated: Rotated): Promise<Outcome> {
  const { store } = rotation;
  if (event.Step === 'testSecret') {
    // The labels come with the value, so this step, which changes nothing, needs no other call.
    const pending = await store.pendingNow();
    if (pending) return pending.stages.includes('AWSCURRENT') ? 'alreadyCurrent' : testSecret(rotation, rotated);
  }
  const state = await store.describeLabelled();
  checkState(state);
  if (state.stages.includes('AWSCURRENT')) return 'alreadyCurrent';
  switch (event.Step) {
    case 'createSecret': return createSecret(rotation, rotated);
    case 'setSecret': return setSecret(rotation, rotated);
    case 'testSecret': return testSecret(rotation, rotated);
    case 'finishSecret': return finishSecret(rotation, state);
  }
}
