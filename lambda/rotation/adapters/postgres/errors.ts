import { RotationError, RotationErrorKind } from '../../engine/errors';
import { REMEDIES } from '../../engine/remedies';
import { codeOf, isNetworkCode } from '../tls-failure';

/** The server does not tell a wrong password from an unknown user, an expired `VALID UNTIL`, `NOLOGIN` or a rule of pg_hba. */
const REFUSED = new Set(['28P01', '28000']);

/** Another session changed the same role at the same time; the whole change is worth another attempt. */
const CONCURRENT = new Set(['23505', '40001', '40P01', '42710', 'XX000']);

interface Explanation {
  readonly kind: RotationErrorKind;
  readonly message: string;
}

const READ_ONLY: Explanation = {
  kind: 'readOnly',
  message: `the database does not take writes: it is a reader, is set to read only, or a failover is going on; ${REMEDIES.readOnly}`,
};
const BUSY: Explanation = {
  kind: 'transient',
  message: 'the connection limit of the database or of the user is reached; '
  + `${REMEDIES.transient}`,
};
const RESTARTING: Explanation = {
  kind: 'transient',
  message: 'the database is starting, stopping or ended the session; '
  + `${REMEDIES.transient}`,
};
const TOO_SLOW: Explanation = {
  kind: 'transient',
  message: 'the database did not finish a statement in time, or another session holds a '
  + `lock; ${REMEDIES.transient}`,
};
const BROKEN: Explanation = { kind: 'network', message: `the connection to the database broke or was not made; ${REMEDIES.network}` };
const NOT_PERMITTED: Explanation = { kind: 'configuration', message: 'the user of the database lacks a privilege that the rotation needs' };
const REJECTED: Explanation = { kind: 'configuration', message: 'the database rejected a statement of the rotation' };

const BY_CODE: Record<string, Explanation> = {
  '25006': READ_ONLY,
  '25P03': RESTARTING,
  '3D000': { kind: 'configuration', message: 'the database that the secret names does not exist; correct `dbname`' },
  '42501': NOT_PERMITTED,
  '42704': { kind: 'configuration', message: 'a user that the secret names does not exist in the database' },
  '53300': BUSY,
  '55006': TOO_SLOW,
  '55P03': TOO_SLOW,
  '57014': TOO_SLOW,
  '57P01': RESTARTING,
  '57P02': RESTARTING,
  '57P03': RESTARTING,
  '57P05': RESTARTING,
};

/** The first two characters of a code. */
const BY_CLASS: Record<string, Explanation> = {
  '08': BROKEN,
  '53': { kind: 'transient', message: `the database lacks memory, disk or connections; ${REMEDIES.transient}` },
};

/** What poolers and proxies between us and the database end a login with. */
const OF_POOLERS = new Set(['08P01', 'XX000']);
const REFUSED_BY_POOLER: Explanation = {
  kind: 'configuration',
  message: 'what answers at the host and port ended the login with an error of its own, as connection poolers and proxies do; give the '
    + 'endpoint of the database itself',
};

const CONCURRENT_CHANGE: Explanation = {
  kind: 'transient',
  message: 'another session keeps changing the same user; '
  + `${REMEDIES.transient}`,
};

const SQLSTATE = /^[0-9A-Z]{5}$/;

export function isRefusal(error: unknown): boolean {
  return REFUSED.has(codeOf(error) ?? '');
}

export function isConcurrentChange(error: unknown): boolean {
  return CONCURRENT.has(codeOf(error) ?? '');
}

/** The same for an attempt to log in, where nothing is changed yet. */
export function postgresLoginError(error: unknown): RotationError {
  const code = codeOf(error);
  if (error instanceof RotationError || !OF_POOLERS.has(code ?? '')) return postgresError(error);
  return new RotationError(REFUSED_BY_POOLER.kind, REFUSED_BY_POOLER.message, code);
}

/** Our error for one of the driver's. Of that, nothing but the code comes through: its text may hold a statement. */
export function postgresError(error: unknown): RotationError {
  if (error instanceof RotationError) return error;
  const code = codeOf(error);
  const { kind, message } = explanationOf(code);
  return new RotationError(kind, message, code);
}

function explanationOf(code: string | undefined): Explanation {
  // The driver gives no code when the server closes the connection; whatever the server says has one.
  if (code === undefined || isNetworkCode(code) || !SQLSTATE.test(code)) return BROKEN;
  if (CONCURRENT.has(code)) return CONCURRENT_CHANGE;
  return BY_CODE[code] ?? BY_CLASS[code.slice(0, 2)] ?? REJECTED;
}
