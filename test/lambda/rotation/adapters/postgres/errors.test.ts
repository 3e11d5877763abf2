import { isConcurrentChange, isRefusal, postgresError, postgresLoginError } from '../../../../../lambda/rotation/adapters/postgres/errors';
import { RotationError } from '../../../../../lambda/rotation/engine/errors';
import { newPassword } from '../../../../../tools/servers/new-password';

function driverError(code: string | undefined, text = 'driver'): Error {
  return Object.assign(new Error(text), { code, detail: text, query: text });
}

test.each([
  ['25006', 'readOnly'], ['25P03', 'transient'],
  ['53300', 'transient'], ['53200', 'transient'], ['57P01', 'transient'], ['57P02', 'transient'], ['57P03', 'transient'], ['57014', 'transient'],
  ['40001', 'transient'], ['40P01', 'transient'], ['55P03', 'transient'], ['55006', 'transient'], ['XX000', 'transient'], ['42710', 'transient'],
  ['08006', 'network'], ['ECONNREFUSED', 'network'], ['ECONNRESET', 'network'], ['EPIPE', 'network'], ['ENOTFOUND', 'network'], [undefined, 'network'],
  ['3D000', 'configuration'], ['42501', 'configuration'], ['42704', 'configuration'], ['0LP01', 'configuration'],
])('%s is of the kind %s', (code, kind) => {
  expect(postgresError(driverError(code))).toMatchObject({ kind, code });
});

test.each(['08P01', 'XX000'])('%s at a login comes from a pooler or proxy, and the endpoint is what is wrong', (code) => {
  expect(postgresLoginError(driverError(code))).toMatchObject({ kind: 'configuration', code, message: expect.stringMatching(/poolers.*endpoint of the database itself/) });
});

test.each([['53300', 'transient'], ['ECONNREFUSED', 'network']])('%s at a login is what it is elsewhere', (code, kind) => {
  expect(postgresLoginError(driverError(code))).toMatchObject({ kind, code });
});

test('only a wrong password and a login that is not allowed are refusals', () => {
  const codes = ['28P01', '28000', '53300', '57P03', '3D000', '25006', 'ECONNREFUSED', 'XX000', undefined];
  expect(codes.filter((code) => isRefusal(driverError(code)))).toEqual(['28P01', '28000']);
});

test('what another session did at the same time is worth another attempt; what it holds is not', () => {
  const codes = ['XX000', '23505', '42710', '40001', '40P01', '55P03', '57014', '42501', 'ECONNRESET'];
  expect(codes.filter((code) => isConcurrentChange(driverError(code)))).toEqual(['XX000', '23505', '42710', '40001', '40P01']);
});

test('nothing that the driver says comes through', () => {
  const password = newPassword();
  for (const code of ['42601', 'XX000', undefined, password]) {
    const error = postgresError(driverError(code, `ALTER ROLE app PASSWORD '${password}'`));
    expect(`${error.message} ${error.stack} ${String(error.cause)}`).not.toContain(password);
  }
});

test('an error of ours stays as it is', () => {
  const error = new RotationError('tls', 'ours');
  expect(postgresError(error)).toBe(error);
});
