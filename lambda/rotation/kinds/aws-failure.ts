import { RotationError, RotationErrorKind } from '../engine/errors';
import { REMEDIES } from '../engine/remedies';

/** Names of errors that mean the same in every service, and how we say it. */
const FAILURES: [names: string[], kind: RotationErrorKind, explanation: string][] = [
  [['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation', 'OptInRequired'], 'configuration',
    'is not allowed; check the policies of the function\'s role, its permissions boundary and the policies of the organization'],
  [['Throttling', 'ThrottlingException', 'ThrottledException', 'TooManyRequestsException', 'RequestLimitExceeded', 'ServiceFailure',
    'ServiceFailureException', 'InternalFailure', 'InternalError', 'ServiceUnavailable', 'ServiceUnavailableException'],
  'transient', `is throttled or fails at the service; ${REMEDIES.transient}`],
  [['InvalidClientTokenId', 'UnrecognizedClientException', 'SignatureDoesNotMatch', 'ExpiredToken', 'ExpiredTokenException',
    'CredentialsProviderError'], 'configuration', 'is not authenticated; check the role of the function'],
];

/** What an error of one service, or of one operation, means. */
export type KnownFailures = readonly (readonly [name: string, kind: RotationErrorKind, explanation: string])[];

/** Turns an error of an SDK client into one of ours. Only its name is looked at and kept: its text may quote what was sent. */
export function awsFailure(error: unknown, activity: string, known: KnownFailures = []): RotationError {
  if (error instanceof RotationError) return error;
  const name = nameOf(error);
  const own = known.find(each => each[0] === name);
  if (own) return new RotationError(own[1], `${activity} ${own[2]}`, name);
  const common = FAILURES.find(([names]) => names.includes(name));
  if (common) return new RotationError(common[1], `${activity} ${common[2]}`, name);
  if (isAnswer(error)) return new RotationError('configuration', `${activity} is refused; look the call up in CloudTrail`, name);
  return new RotationError('network', `${activity} does not reach the service; check that the function has a way to the internet, or to an `
    + 'endpoint of the service in its VPC', name);
}

/** A socket's code says more than the name of the error that carries it. */
export function nameOf(error: unknown): string {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  return typeof code === 'string' ? code : String(name);
}

/** Whether the service has said no, in contrast to not having said anything. */
function isAnswer(error: unknown): boolean {
  const { $metadata } = (error ?? {}) as { $metadata?: { httpStatusCode?: number } };
  return $metadata?.httpStatusCode !== undefined && $metadata.httpStatusCode < 500;
}
