import fc from 'fast-check';
import { escapeIdentifier, escapeLiteral } from 'pg';
import { quoteIdentifier, quoteLiteral } from '../../../../../lambda/rotation/adapters/postgres/quoting';
import { RotationError } from '../../../../../lambda/rotation/engine/errors';

describe('quoteIdentifier', () => {
  test.each([
    ['app', '"app"'],
    ['Mixed Case', '"Mixed Case"'],
    ['quo"te', '"quo""te"'],
    ['"', '""""'],
    ['x"; DROP ROLE admin; --', '"x""; DROP ROLE admin; --"'],
    ['back\\slash', '"back\\slash"'],
    ['Ünïcode', '"Ünïcode"'],
  ])('%s becomes %s', (name, quoted) => expect(quoteIdentifier(name)).toBe(quoted));

  test('holds 63 bytes and not one more, counted as the server counts', () => {
    expect(quoteIdentifier('x'.repeat(63))).toHaveLength(65);
    expect(() => quoteIdentifier('x'.repeat(64))).toThrow(RotationError);
    expect(() => quoteIdentifier('ü'.repeat(32))).toThrow(/63 bytes/);
  });

  test.each(['', 'a\0b'])('%j is refused', (name) => expect(() => quoteIdentifier(name)).toThrow(RotationError));

  test('says what the driver says of every other name', () => {
    fc.assert(fc.property(fc.string({ minLength: 1, maxLength: 15, unit: 'binary' }), (name) => {
      fc.pre(!name.includes('\0'));
      expect(quoteIdentifier(name)).toBe(escapeIdentifier(name));
    }));
  });
});

describe('quoteLiteral', () => {
  test.each([
    ['', '\'\''],
    ['it\'s', '\'it\'\'s\''],
    ['\'; DROP ROLE admin; --', '\'\'\'; DROP ROLE admin; --\''],
    ['\\', ' E\'\\\\\''],
    ['\\\'', ' E\'\\\\\'\'\''],
    ['$$', '\'$$\''],
  ])('%j becomes %s', (value, quoted) => expect(quoteLiteral(value)).toBe(quoted));

  test('refuses NUL', () => expect(() => quoteLiteral('a\0b')).toThrow(RotationError));

  test('says what the driver says of every other value', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (value) => {
      fc.pre(!value.includes('\0'));
      expect(quoteLiteral(value)).toBe(escapeLiteral(value));
    }));
  });
});
