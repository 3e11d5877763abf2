import { RotationError } from './errors';
import type { SecretState } from './secret-store';

/** Refuses to go on with a version that is not being made, or that nobody should make. */
export function checkState(state: SecretState): void {
  if (state.deleted) {
    throw new RotationError('configuration', 'the secret is scheduled for deletion; restore it, or leave it and ignore this error');
  }
  // It is absent in answers about secrets that never had a rotation schedule, such as one that is rotated by hand.
  if (state.rotationEnabled === false) {
    throw new RotationError('configuration', 'rotation of the secret is off; turn it on, then rotate');
  }
  if (state.stages.length === 0) {
    throw new RotationError('configuration', 'the version of the event has no staging label; begin another rotation, with RotateSecret');
  }
  if (!state.stages.includes('AWSCURRENT') && !state.stages.includes('AWSPENDING')) {
    throw new RotationError('configuration', 'the version of the event is not AWSPENDING; begin another rotation, with RotateSecret');
  }
}
