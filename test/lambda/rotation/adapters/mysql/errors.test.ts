import { mysqlError } from '../../../../../lambda/rotation/adapters/mysql/errors';
import { RotationError, RotationErrorKind } from '../../../../../lambda/rotation/engine/errors';

const SECRET = 'the-password';

/** As the driver makes them. */
const ofServer = (errno: number, code = 'ER_ANY') =>
  Object.assign(new Error(`near '${SECRET}'`), { errno, code, sqlState: '42000', sqlMessage: SECRET, sql: `SET PASSWORD = '${SECRET}'` });

test.each<[RotationErrorKind, number[]]>([
  ['transient', [1040, 1041, 1053, 1135, 1203, 1205, 1213, 1226, 1317, 1396, 1927, 1969, 3032, 3169, 4031]],
  ['readOnly', [1290, 1792, 1836, 3100]],
  ['locked', [1129, 3118, 3955, 4150, 4151]],
  ['configuration', [1044, 1045, 1049, 1064, 1130, 1142, 1227, 1251, 1267, 1370, 1410, 1524, 1698, 1819, 1820, 1862, 3638, 3878, 9999]],
])('%s', (kind, numbers) => {
  for (const number of numbers) expect([number, mysqlError(ofServer(number)).kind]).toEqual([number, kind]);
});

test.each<[string, RotationErrorKind]>([
  ['ECONNREFUSED', 'network'], ['ECONNRESET', 'network'], ['ENOTFOUND', 'network'], ['EAI_AGAIN', 'network'], ['ETIMEDOUT', 'network'],
  ['PROTOCOL_CONNECTION_LOST', 'network'], ['PROTOCOL_PACKETS_OUT_OF_ORDER', 'network'],
  ['HANDSHAKE_NO_SSL_SUPPORT', 'tls'], ['AUTH_SWITCH_PLUGIN_ERROR', 'configuration'], ['MYSQL_CLEAR_PASSWORD_NOT_ENABLED', 'configuration'],
])('%s of the driver is %s', (code, kind) => {
  // The operating system's numbers are negative, and none of the server's.
  expect(mysqlError(Object.assign(new Error(SECRET), { errno: -1045, code })).kind).toBe(kind);
  expect(mysqlError(Object.assign(new Error(SECRET), { code })).code).toBe(code);
});

test('the number tells, not the name: MariaDB gives numbers out to other errors than MySQL', () => {
  expect(mysqlError(ofServer(4151, 'ER_BULK_PARSER_INCOMPLETE_ESCAPE_SEQUENCE'))).toMatchObject({ kind: 'locked', code: '4151' });
});

test('nothing of the driver\'s text comes through', () => {
  for (const error of [ofServer(1064), ofServer(1819), new Error(SECRET), SECRET, { sql: SECRET }, undefined, null]) {
    const ours = mysqlError(error);
    expect(`${ours.stack} ${JSON.stringify(ours)} ${String(ours.cause)}`).not.toContain(SECRET);
  }
});

test('an error of ours stays what it is', () => {
  const ours = new RotationError('tls', 'as it was');
  expect(mysqlError(ours)).toBe(ours);
});
