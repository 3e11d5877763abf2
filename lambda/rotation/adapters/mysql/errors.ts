import { RotationError, RotationErrorKind } from '../../engine/errors';
import { REMEDIES } from '../../engine/remedies';

interface Explanation {
  readonly kind: RotationErrorKind;
  readonly message: string;
}

/**
 * ER_ACCESS_DENIED_ERROR: a wrong password, an unknown user, or a clause of `REQUIRE` that the connection does not meet; and
 * ER_ACCESS_DENIED_NO_PASSWORD_ERROR, which MariaDB says for a wrong password where an account may also log in by its socket.
 */
export const ACCESS_DENIED: readonly (number | undefined)[] = [1045, 1698];
/** ER_OPTION_PREVENTS_STATEMENT: `--read-only`, or MariaDB's `--strict-password-validation`. */
export const PREVENTED_BY_OPTION = '1290';
/** ER_INCORRECT_CURRENT_PASSWORD and ER_MISSING_CURRENT_PASSWORD, of the clause `REPLACE`. */
export const INCORRECT_CURRENT_PASSWORD = '3891';
export const MISSING_CURRENT_PASSWORD = '3892';
/** ER_MUST_CHANGE_PASSWORD: what a session is told whose password has expired, whatever else it wants to do. */
export const MUST_CHANGE_PASSWORD = '1820';
/** A grant on a table, column or routine that is no longer there. */
export const DANGLING_GRANT: readonly string[] = ['1054', '1146', '1305'];
/** A grant that somebody has taken away already. */
export const MISSING_GRANT: readonly string[] = ['1141', '1147', '1403', '1269'];

const CANNOT_USER = 1396;

const BROKEN: Explanation = { kind: 'network', message: `the connection to the database broke or was not made; ${REMEDIES.network}` };
const BUSY: Explanation = {
  kind: 'transient',
  message: 'the database has no room for another connection or query, for the server or for '
  + `this user; ${REMEDIES.transient}`,
};
const STOPPING: Explanation = {
  kind: 'transient',
  message: 'the database is starting, stopping or ended the session; '
  + `${REMEDIES.transient}`,
};
const WAITED: Explanation = { kind: 'transient', message: `another session holds a lock that the change needs; ${REMEDIES.transient}` };
const CHANGED: Explanation = {
  kind: 'transient',
  message: 'a user of the database was changed or dropped at the same time, or its name is '
  + `that of a role; ${REMEDIES.transient}`,
};
const READ_ONLY: Explanation = {
  kind: 'readOnly',
  message: 'the endpoint does not take writes: it is a reader, or a failover is going on; put the endpoint of the writer into the secret',
};
const LOCKED: Explanation = { kind: 'locked', message: 'the database user is locked; unlock it, and find out why it was locked' };
const BLOCKED: Explanation = {
  kind: 'locked',
  message: 'the database no longer listens to this user or host, after too many failed '
  + 'attempts; unblock it, and find out why',
};
const EXPIRED: Explanation = {
  kind: 'configuration',
  message: 'the password of the database user has expired and must be set by a '
  + 'superuser',
};
const POLICY: Explanation = {
  kind: 'configuration',
  message: 'the password policy of the database does not take the password; make it longer, or require each kind of character',
};
const OTHER_PLUGIN: Explanation = {
  kind: 'configuration',
  message: 'the database user does not log in with a password that the rotation can set: it knows caching_sha2_password, sha256_password '
    + 'and mysql_native_password',
};
const NO_DATABASE: Explanation = {
  kind: 'configuration',
  message: 'the database that the secret names does not exist, or its user may not '
  + 'use it; correct `dbname`',
};
const NOT_PERMITTED: Explanation = { kind: 'configuration', message: 'the user of the database lacks a privilege that the rotation needs' };
const NAME_NOT_KEPT: Explanation = {
  kind: 'configuration',
  message: 'the server keeps names of users without characters of four bytes, such as emoji, and cannot compare this one; rotate a user '
    + 'with another name',
};
const NO_TLS: Explanation = { kind: 'tls', message: 'the database does not offer TLS; turn it on, for the rotation never logs in without' };
const REJECTED: Explanation = { kind: 'configuration', message: 'the database rejected a statement of the rotation' };

/**
 * By the number of the error. The driver's names are MySQL's, and name something else where MariaDB gave out the number.
 *
 * @see https://dev.mysql.com/doc/mysql-errors/9.0/en/server-error-reference.html
 * @see https://mariadb.com/kb/en/mariadb-error-code-reference/
 */
const BY_NUMBER = new Map<number, Explanation>([
  ...numbered(NO_DATABASE, 1044, 1049),
  ...numbered(NOT_PERMITTED, 1045, 1142, 1143, 1227, 1370, 1410, 1698, 1961),
  ...numbered(BUSY, 1040, 1041, 1135, 1203, 1226),
  ...numbered(STOPPING, 1053, 1077, 1080, 1152, 1184, 1317, 1927, 3032, 3169, 4031),
  ...numbered(WAITED, 1205, 1213, 1969),
  ...numbered(CHANGED, CANNOT_USER),
  ...numbered(READ_ONLY, 1290, 1792, 1836, 3100),
  ...numbered(LOCKED, 3118, 4151),
  ...numbered(BLOCKED, 1129, 3955, 4150),
  ...numbered(EXPIRED, 1820, 1862),
  ...numbered(POLICY, 1819, 3638),
  ...numbered(OTHER_PLUGIN, 1251, 1275, 1524),
  ...numbered(NAME_NOT_KEPT, 1267),
  [1130, {
    kind: 'configuration',
    message: 'the database lets nobody in from the address of the rotation function; make the user for '
    + 'its subnets',
  }],
]);

/** What the driver itself finds. */
const BY_DRIVER_CODE = new Map<string, Explanation>([
  ['HANDSHAKE_NO_SSL_SUPPORT', NO_TLS],
  ['AUTH_SWITCH_PLUGIN_ERROR', OTHER_PLUGIN],
  ['MYSQL_CLEAR_PASSWORD_NOT_ENABLED', OTHER_PLUGIN],
]);

function numbered(explanation: Explanation, ...numbers: number[]): [number, Explanation][] {
  return numbers.map((number) => [number, explanation]);
}

/** The server's own number of an error; those of the operating system are negative. */
export function numberOf(error: unknown): number | undefined {
  const number = fieldOf(error, 'errno');
  return typeof number === 'number' && number > 0 ? number : undefined;
}

/** The code that the driver, Node or the operating system gave an error, and nothing else of it. */
export function codeOf(error: unknown): string | undefined {
  const code = fieldOf(error, 'code');
  return typeof code === 'string' ? code : undefined;
}

function fieldOf(error: unknown, name: string): unknown {
  return typeof error === 'object' && error !== null ? (error as Record<string, unknown>)[name] : undefined;
}

/** ER_CANNOT_USER: that an account could not be changed, and not why. */
export function isVague(error: unknown): boolean {
  return numberOf(error) === CANNOT_USER;
}

/** Our error for one of the driver's. Of that, nothing but the code comes through: its text and its `sql` hold passwords. */
export function mysqlError(error: unknown): RotationError {
  if (error instanceof RotationError) return error;
  const number = numberOf(error);
  if (number !== undefined) {
    const { kind, message } = BY_NUMBER.get(number) ?? REJECTED;
    return new RotationError(kind, message, String(number));
  }
  // Whatever has no number was not said by the server: the connection is gone, or what came over it made no sense.
  const { kind, message } = BY_DRIVER_CODE.get(codeOf(error) ?? '') ?? BROKEN;
  return new RotationError(kind, message, codeOf(error));
}
