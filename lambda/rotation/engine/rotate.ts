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
  const reading = store.readAhead(rotated.reads(event.Step));
  const state = await store.describeLabelled().finally(async () => reading);
  checkState(state);
  if (state.stages.includes('AWSCURRENT') || await store.readAsCurrent()) return 'alreadyCurrent';
  switch (event.Step) {
    case 'createSecret': return createSecret(rotation, rotated);
    case 'setSecret': return setSecret(rotation, rotated);
    case 'testSecret': return testSecret(rotation, rotated);
    case 'finishSecret': return finishSecret(rotation, rotated, state);
  }
}
