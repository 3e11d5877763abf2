import { createHash } from 'crypto';
import { passwordVerifier, scramVerifier } from '../../../../../lambda/rotation/adapters/postgres/password-verifier';
import { RotationError } from '../../../../../lambda/rotation/engine/errors';
import { newPassword } from '../../../../../tools/servers/new-password';

const SCRAM = { algorithm: 'scram-sha-256', username: 'app' };

/** Passwords that no server has: those of the RFC's example and of the test of hashing itself. */
const EXAMPLE = { password: 'pencil', salt: 'W22ZaJ0SNY7soEsUEjb6gQ==' };

test('agrees with the exchange of RFC 7677', () => {
  // The RFC gives the server's signature over a known exchange, and so the server key.
  const verifier = scramVerifier(EXAMPLE.password, Buffer.from(EXAMPLE.salt, 'base64'));
  const serverKey = Buffer.from(verifier.split(':')[2], 'base64');
  const exchange = 'n=user,r=rOprNGfwEbeRWgbNEkqO,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,'
    + 'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0';
  const { createHmac } = jest.requireActual<typeof import('crypto')>('crypto');
  expect(createHmac('sha256', serverKey).update(exchange).digest('base64')).toBe('6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=');
});

test('has the form that PostgreSQL stores', () => {
  expect(passwordVerifier(newPassword(), SCRAM)).toMatch(/^SCRAM-SHA-256\$4096:[A-Za-z0-9+/]{22}==\$[A-Za-z0-9+/]{43}=:[A-Za-z0-9+/]{43}=$/);
});

test('is another one each time, and never holds the password', () => {
  const password = newPassword();
  const verifiers = [1, 2].map(() => passwordVerifier(password, SCRAM));
  expect(verifiers[0]).not.toBe(verifiers[1]);
  expect(verifiers.join()).not.toContain(password);
});

test('is an MD5 hash for a server that is set to MD5', () => {
  const password = newPassword();
  const hash = createHash('md5').update(`${password}app`).digest('hex');
  expect(passwordVerifier(password, { ...SCRAM, algorithm: 'md5' })).toBe(`md5${hash}`);
});

test.each([
  ['a space that is none', '\u00a0'], ['a soft hyphen', '\u00ad'], ['a zero width joiner', '\u200d'], ['a ligature', '\ufb01'], ['a full-width letter', '\uff21'],
  ['a letter in two pieces', 'u\u0308'], ['NUL', '\0'],
])('refuses %s, for clients differ in what they make of it', (_, character) => {
  for (const algorithm of ['md5', 'scram-sha-256']) {
    expect(() => passwordVerifier(newPassword(character), { ...SCRAM, algorithm })).toThrow(RotationError);
  }
});

test('refuses the empty password', () => expect(() => passwordVerifier('', SCRAM)).toThrow(RotationError));
