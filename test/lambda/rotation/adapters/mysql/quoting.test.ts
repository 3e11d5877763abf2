import * as fc from 'fast-check';
import { nativePasswordHash } from '../../../../../lambda/rotation/adapters/mysql/native-password';
import { checkPassword, checkUsername, quoteAccount, quoteIdentifier, quoteLiteral } from '../../../../../lambda/rotation/adapters/mysql/quoting';

const text = fc.string({ unit: 'binary' }).filter((value) => !value.includes('\0'));

test.each([
  ['plain', '\'plain\'', '`plain`'],
  ['o\'brien', '\'o\'\'brien\'', '`o\'brien`'],
  ['\\\'; DROP TABLE t; --', '\'\\\'\'; DROP TABLE t; --\'', '`\\\'; DROP TABLE t; --`'],
  ['`tick`', '\'`tick`\'', '```tick```'],
  ['"', '\'"\'', '`"`'],
])('%s is quoted', (value, literal, identifier) => {
  expect([quoteLiteral(value), quoteIdentifier(value)]).toEqual([literal, identifier]);
});

test('a quote within ends nothing, whatever the text', () => {
  fc.assert(fc.property(text, (value) => {
    expect(quoteLiteral(value).slice(1, -1).replaceAll('\'\'', '')).not.toContain('\'');
    expect(quoteLiteral(value).slice(1, -1).replaceAll('\'\'', '\'')).toBe(value);
    expect(quoteIdentifier(value).slice(1, -1).replaceAll('``', '')).not.toContain('`');
    expect(quoteIdentifier(value).slice(1, -1).replaceAll('``', '`')).toBe(value);
  }));
});

test('an account has a user and a host', () => {
  expect(quoteAccount({ user: 'a\'@\'b', host: '10.%' })).toBe('\'a\'\'@\'\'b\'@\'10.%\'');
});

test.each([
  ['a literal', () => quoteLiteral('a\0b')],
  ['an identifier', () => quoteIdentifier('a\0b')],
  ['a user name', () => checkUsername('a\0b')],
  ['an empty user name', () => checkUsername('')],
  ['a password', () => checkPassword('a\0b')],
  ['an empty password', () => checkPassword('')],
])('%s with NUL or without anything is refused', (_, check) => {
  expect(check).toThrow(expect.objectContaining({ kind: 'configuration' }));
});

// As `SELECT PASSWORD('mariadb')` gives it; the tests on a real server log in with such hashes.
test('a password is hashed as the server does it', () => {
  expect(nativePasswordHash('mariadb')).toBe('*54958E764CE10E50764C2EECBB71D01F08549980');
});
