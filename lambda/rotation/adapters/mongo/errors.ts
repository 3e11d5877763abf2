import { RotationError, RotationErrorKind } from '../../engine/errors';
import { REMEDIES } from '../../engine/remedies';

interface Explanation {
  readonly kind: RotationErrorKind;
  readonly message: string;
}

/** AuthenticationFailed. The server does not tell a wrong password from an unknown user. */
export const REFUSED = '18';
/** Unauthorized. */
export const NOT_PERMITTED = '13';
/** BadValue, FailedToParse, TypeMismatch, an unknown field, and what Amazon DocumentDB says of a feature that it does not have. */
export const UNKNOWN_FIELD: readonly string[] = ['2', '9', '14', '303', '40415'];
/** InternalError, WriteConflict, DuplicateKey and "user already exists": two that change the same user at once. */
export const CONCURRENT: readonly string[] = ['1', '112', '11000', '51003'];

const READ_ONLY: Explanation = {
  kind: 'readOnly',
  message: `the server does not take writes: it is a reader, or a failover is going on; ${REMEDIES.readOnly}`,
};
const STOPPING: Explanation = {
  kind: 'transient',
  message: `the database is starting, stopping or changes its primary; ${REMEDIES.transient}`,
};
const TOO_SLOW: Explanation = {
  kind: 'transient',
  message: `the database did not finish a command in time, or another session holds a lock; ${REMEDIES.transient}`,
};
const CHANGED: Explanation = { kind: 'transient', message: `another session keeps changing the same user; ${REMEDIES.transient}` };
const REJECTED: Explanation = { kind: 'configuration', message: 'the database rejected a command of the rotation' };

/** @see https://www.mongodb.com/docs/manual/reference/error-codes/ */
const BY_CODE = new Map<number, Explanation>([
  ...coded(READ_ONLY, 10058, 10107, 13435),
  ...coded(STOPPING, 91, 189, 11600, 11602, 13436),
  ...coded(TOO_SLOW, 24, 50, 89, 262),
  ...coded(CHANGED, 1, 112, 11000, 51003),
  [11, { kind: 'configuration', message: 'a user that the secret names does not exist in the database' }],
  [13, { kind: 'configuration', message: 'the user of the database lacks a privilege that the rotation needs' }],
  [18, { kind: 'configuration', message: 'the database takes back a login that it has taken before; find out who changes its users' }],
  [31, { kind: 'configuration', message: 'a role of a grant is not there; create it first, or correct the grant' }],
  [352, {
    kind: 'configuration',
    message: 'what answers at the host and port is no MongoDB that the rotation knows; give the endpoint of the database',
  }],
]);

function coded(explanation: Explanation, ...codes: number[]): [number, Explanation][] {
  return codes.map((code) => [code, explanation]);
}

/** Our error for one of the server's. Of that, nothing but the code comes through: its text may quote a command. */
export function mongoError(code: unknown): RotationError {
  if (typeof code !== 'number') return new RotationError(REJECTED.kind, REJECTED.message);
  const { kind, message } = BY_CODE.get(code) ?? REJECTED;
  return new RotationError(kind, message, String(code));
}

/** What answers does not speak the protocol of MongoDB, or says what nobody asked. */
export function unknownAnswer(): RotationError {
  return new RotationError('configuration', 'the database gave an answer that the rotation does not know; check that the host and port '
    + 'are those '
    + 'of MongoDB or Amazon DocumentDB');
}

export function hasCode(error: unknown, codes: readonly string[]): boolean {
  return error instanceof RotationError && codes.includes(error.code ?? '');
}
