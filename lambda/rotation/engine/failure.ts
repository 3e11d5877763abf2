import { RotationError } from './errors';
import type { RotationEvent } from './rotation-event';

/** The one error that leaves the function: names the secret and the step, and holds nothing of the error that it stands for. */
export function failureOf(event: RotationEvent, error: unknown): RotationError {
  const { kind, message, code } = explained(error);
  return new RotationError(kind, `${event.SecretId}: ${event.Step} failed: ${message}`, code);
}

/** An error of ours, which holds nothing of any other. */
export function explained(error: unknown): RotationError {
  return error instanceof RotationError ? error : unexpected(error);
}

/** Any text of it may quote a secret. */
function unexpected(error: unknown): RotationError {
  const name = error instanceof Error && /^[A-Za-z]{1,40}$/.test(error.name) ? error.name : 'unknown';
  return new RotationError('transient', 'an unexpected error; its text is not shown, for it may hold a secret', name);
}
