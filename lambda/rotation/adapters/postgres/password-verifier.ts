import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'crypto';
import { RotationError } from '../../engine/errors';

/** What libpq uses. A generated password is no word of a dictionary: more iterations would only slow every login down. */
const ITERATIONS = 4096;
const SALT_BYTES = 16;
const KEY_BYTES = 32;

/** Spaces that SASLprep turns into the plain one (RFC 3454, table C.1.2). */
const OTHER_SPACES = /[\u00A0\u1680\u2000-\u200B\u202F\u205F\u3000]/g;
/** What SASLprep leaves out (RFC 3454, table B.1). */
const LEFT_OUT = /\u00AD|\u034F|\u1806|[\u180B-\u180D]|\u200C|\u200D|\u2060|[\uFE00-\uFE0F]|\uFEFF/g;

export interface VerifierOptions {
  /** The server's `password_encryption`. */
  readonly algorithm: string;
  /** An MD5 hash is salted with the name of the role. */
  readonly username: string;
}

/**
 * What the server stores of a password, computed here so that the password itself never reaches the server, whose log may
 * hold every statement.
 *
 * A server that is set to MD5 gets an MD5 hash, because its clients may know nothing else. Who reads such a hash can log in
 * with it; with `password_encryption = scram-sha-256` that is not so.
 */
export function passwordVerifier(password: string, { algorithm, username }: VerifierOptions): string {
  refuseUnfit(password);
  return algorithm === 'md5' ? md5Verifier(password, username) : scramVerifier(password, randomBytes(SALT_BYTES));
}

/** RFC 5803, as PostgreSQL writes it. */
export function scramVerifier(password: string, salt: Buffer): string {
  const salted = pbkdf2Sync(password, salt, ITERATIONS, KEY_BYTES, 'sha256');
  const storedKey = createHash('sha256').update(hmac(salted, 'Client Key')).digest('base64');
  const serverKey = hmac(salted, 'Server Key').toString('base64');
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}

function md5Verifier(password: string, username: string): string {
  return `md5${createHash('md5').update(password + username).digest('hex')}`;
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function refuseUnfit(password: string): void {
  if (password === '') throw new RotationError('configuration', 'the password must not be empty');
  if (password.includes('\0')) throw new RotationError('configuration', 'the password must not hold the character NUL');
  if (changesUnderSaslprep(password)) {
    throw new RotationError(
      'configuration',
      'the password holds characters that clients of PostgreSQL prepare in different ways (SASLprep), so that some could not log in; '
        + 'use others',
    );
  }
}

/** Some clients send such a password as it is, others as SASLprep makes it. */
function changesUnderSaslprep(password: string): boolean {
  return password.replace(OTHER_SPACES, ' ').replace(LEFT_OUT, '').normalize('NFKC') !== password;
}
