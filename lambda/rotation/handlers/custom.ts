import { customHandler } from '../engine/custom';
import type { CustomRotation } from '../engine/custom-rotation';

export type { CustomRotation, CustomRotationRequest, PendingRotationRequest } from '../engine/custom-rotation';
export { RotationError } from '../engine/errors';

/** The handler of a rotation function of your own: `exports.handler = customRotation({ create, set, test })`. */
export function customRotation(functions: CustomRotation): (event: unknown, context: { getRemainingTimeInMillis(): number }) =>
Promise<void> {
  return customHandler(functions);
}
