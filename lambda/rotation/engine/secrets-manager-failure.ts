import { RotationError, RotationErrorKind } from './errors';
import { REMEDIES } from './remedies';

/** Names of errors of Secrets Manager, what an operator would do about each, and how we say it. */
const FAILURES: [names: string[], kind: RotationErrorKind, explanation: string][] = [
  [['AccessDeniedException'], 'configuration', 'is not allowed; check the role of the function, the resource policy of the secret and the '
    + 'policy of its KMS key'],
  [['DecryptionFailure', 'EncryptionFailure', 'KMSAccessDeniedException'], 'configuration',
    'fails at KMS; check that the key of the secret is enabled and that the role of the function may use it'],
  [['ResourceNotFoundException'], 'configuration', 'finds nothing; check that the secret and this version of it exist, and that '
    + 'createSecret has run'],
  [['InvalidRequestException'], 'configuration',
    'is refused in the state that the secret is in; check that it is not scheduled for deletion and that the version has its label'],
  [['InvalidParameterException', 'ValidationException', 'MalformedPolicyDocumentException'], 'configuration', 'is refused as invalid; '
    + 'check the secret'],
  [['ResourceExistsException'], 'transient', `meets a version that is there already; ${REMEDIES.transient}`],
  [['LimitExceededException'], 'configuration', 'exceeds a limit of Secrets Manager; remove staging labels or wait a day for old '
    + 'versions to go'],
  [
    ['ThrottlingException', 'InternalServiceError', 'InternalServiceErrorException', 'ServiceUnavailable', 'TooManyRequestsException'],
    'transient',
    'is throttled or fails at Secrets Manager; the retry of Secrets Manager may succeed',
  ],
  [['UnrecognizedClientException', 'InvalidSignatureException', 'ExpiredTokenException', 'CredentialsProviderError'], 'configuration',
    'is not authenticated; check the role of the function'],
];

const UNREACHABLE = 'does not reach Secrets Manager; check the VPC endpoint or NAT gateway, the security groups and the DNS of the subnets';

/** Turns an error of the SDK into one of ours. Only its name is looked at and kept. */
export function secretsManagerFailure(error: unknown, activity: string): RotationError {
  const name = codeOf(error);
  const known = FAILURES.find(([names]) => name !== undefined && names.includes(name));
  if (known) return new RotationError(known[1], `${activity} ${known[2]}`, name);
  return new RotationError('network', `${activity} ${UNREACHABLE}`, name);
}

/** Whether a failure was this error of Secrets Manager. */
export function isNamed(error: unknown, name: string): boolean {
  return error instanceof RotationError && error.code === name;
}

/** A socket's code says more than the name of the error that carries it. */
function codeOf(error: unknown): string | undefined {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  if (typeof code === 'string') return code;
  return typeof name === 'string' ? name : undefined;
}
