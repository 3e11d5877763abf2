import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'crypto';
import { promisify } from 'util';
import { saslprep } from '@mongodb-js/saslprep';
import { RotationError } from '../../engine/errors';

/** The two ways to log in by which a server sees no password, and shows that it knows it, too. */
export const MECHANISMS = { 'SCRAM-SHA-256': 'sha256', 'SCRAM-SHA-1': 'sha1' } as const;

export type Mechanism = keyof typeof MECHANISMS;

/** With fewer, whoever answers could try passwords too fast; with more, it would only keep the function busy. */
const ITERATIONS = { min: 4_096, max: 100_000 };

const HASH_BYTES = { sha256: 32, sha1: 20 };

const SERVER_FIRST = /^r=(?<nonce>[\x21-\x2b\x2d-\x7e]+),s=(?<salt>[A-Za-z0-9+/]+={0,2}),i=(?<iterations>\d{1,9})$/;

const derive = promisify(pbkdf2);

export interface ScramUser {
  readonly username: string;
  readonly password: string;
}

/**
 * One login by SCRAM. @see https://www.rfc-editor.org/rfc/rfc5802 and
 * https://github.com/mongodb/specifications/blob/master/source/auth/auth.md
 */
export class Scram {
  private readonly nonce: string;
  private readonly hash: 'sha256' | 'sha1';
  private readonly bare: string;
  private serverSignature?: Buffer;

  /** @param nonce for tests alone, which compare with what is published */
  constructor(public readonly mechanism: Mechanism, private readonly user: ScramUser, nonce = randomBytes(24).toString('base64')) {
    this.hash = MECHANISMS[mechanism];
    this.nonce = nonce;
    this.bare = `n=${user.username.replaceAll('=', '=3D').replaceAll(',', '=2C')},r=${nonce}`;
  }

  public first(): string {
    return `n,,${this.bare}`;
  }

  /** The answer to what the server says first: a proof, and nothing to log in with. */
  public async proof(serverFirst: string): Promise<string> {
    const { nonce, salt, iterations } = this.parsed(serverFirst);
    const key = await derive(this.secret(), salt, iterations, HASH_BYTES[this.hash], this.hash);
    const withoutProof = `c=biws,r=${nonce}`;
    const message = [this.bare, serverFirst, withoutProof].join(',');
    const clientKey = this.hmac(key, 'Client Key');
    const signature = this.hmac(createHash(this.hash).update(clientKey).digest(), message);
    this.serverSignature = this.hmac(this.hmac(key, 'Server Key'), message);
    return `${withoutProof},p=${exclusiveOr(clientKey, signature).toString('base64')}`;
  }

  /** Whoever let the user in must know the password, too. */
  public verify(serverFinal: string): void {
    const given = Buffer.from(/^v=([A-Za-z0-9+/]+={0,2})$/.exec(serverFinal)?.[1] ?? '', 'base64');
    const known = this.serverSignature;
    if (known !== undefined && given.length === known.length && timingSafeEqual(given, known)) return;
    throw new RotationError('configuration', 'the database lets the user in and does not show that it knows the password; check the '
      + 'host and port');
  }

  private parsed(serverFirst: string): { nonce: string; salt: Buffer; iterations: number } {
    const { nonce = '', salt = '', iterations = '' } = SERVER_FIRST.exec(serverFirst)?.groups ?? {};
    const count = Number(iterations);
    if (!nonce.startsWith(this.nonce) || nonce.length === this.nonce.length) throw unknownLogin();
    if (count < ITERATIONS.min || count > ITERATIONS.max) throw unknownLogin();
    return { nonce, salt: Buffer.from(salt, 'base64'), iterations: count };
  }

  private secret(): string {
    const { username, password } = this.user;
    if (this.mechanism === 'SCRAM-SHA-256') return preparedPassword(password);
    return createHash('md5').update(`${username}:mongo:${password}`).digest('hex');
  }

  private hmac(key: Buffer, text: string): Buffer {
    return createHmac(this.hash, key).update(text).digest();
  }
}

function exclusiveOr(one: Buffer, other: Buffer): Buffer {
  return Buffer.from(one.map((byte, index) => byte ^ other[index])); // eslint-disable-line no-bitwise -- what RFC 5802 makes the proof of
}

export function unknownLogin(): RotationError {
  return new RotationError('configuration', 'the database wants a kind of login that the rotation does not know; it knows '
    + 'SCRAM-SHA-256 and '
    + `SCRAM-SHA-1 with ${ITERATIONS.min} to ${ITERATIONS.max} iterations`);
}

/** As the server prepares it; what may be in no password is told without it. */
export function preparedPassword(password: string): string {
  try {
    return saslprep(password);
  } catch {
    throw new RotationError('configuration', 'the password holds characters that SCRAM-SHA-256 does not allow; correct the secret');
  }
}
