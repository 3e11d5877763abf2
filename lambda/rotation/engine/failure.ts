import { RotationError, RotationErrorKind } from './errors';
import type { RotationEvent } from './rotation-event';

/** What to do about an error that does not say it itself. */
const ADVICE: Partial<Record<RotationErrorKind, string>> = {
  network: 'check the subnets, routes and security groups of the function, and the host and port of the secret',
  tls: 'check the certificate of the database, TLS_CA_BUNDLE and TLS_SERVER_NAME',
  transient: 'Secrets Manager will try again',
  locked: 'unlock the user in the database; Secrets Manager will try again',
  readOnly: 'give the endpoint of the writer in the secret, or wait until the failover is over',
};

/** Messages say what is wrong and then, behind a semicolon, what to do. */
const SAYS_ITSELF = /;/;

/** The one error that leaves the function: names the secret and the step, and holds nothing of the error that it stands for. */
export function failureOf(event: RotationEvent, error: unknown): RotationError {
  const known = error instanceof RotationError ? error : unexpected(error);
  const advice = SAYS_ITSELF.test(known.message) ? undefined : ADVICE[known.kind];
  const reason = known.message.replace(/\.$/, '');
  return new RotationError(known.kind, `${event.SecretId}: ${event.Step} failed: ${reason}${advice ? ` (${advice})` : ''}`, known.code);
}

/** Any text of it may quote a secret. */
function unexpected(error: unknown): RotationError {
  const name = error instanceof Error && /^[A-Za-z]{1,40}$/.test(error.name) ? error.name : 'unknown';
  return new RotationError('transient', 'an unexpected error; its text is not shown, for it may hold a secret', name);
}
