import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'crypto';
import { saslprep } from '@mongodb-js/saslprep';

export const HASHES = { 'SCRAM-SHA-256': 'sha256', 'SCRAM-SHA-1': 'sha1' } as const;

export type MechanismName = keyof typeof HASHES;

/** The fewest that a client takes; MongoDB has three times as many. */
const ITERATIONS = 4_096;

/** What a server keeps of a password. */
export interface Credential {
  readonly salt: Buffer;
  readonly iterations: number;
  readonly storedKey: Buffer;
  readonly serverKey: Buffer;
}

export function credentialFor(mechanism: MechanismName, username: string, password: string): Credential {
  const hash = HASHES[mechanism];
  const salt = randomBytes(mechanism === 'SCRAM-SHA-256' ? 28 : 16);
  const secret = mechanism === 'SCRAM-SHA-256' ? saslprep(password, { allowUnassigned: true })
    : createHash('md5').update(`${username}:mongo:${password}`).digest('hex');
  const key = pbkdf2Sync(secret, salt, ITERATIONS, createHash(hash).update('').digest().length, hash);
  const hmac = (text: string) => createHmac(hash, key).update(text).digest();
  return { salt, iterations: ITERATIONS, storedKey: createHash(hash).update(hmac('Client Key')).digest(), serverKey: hmac('Server Key') };
}

/** One login, as RFC 5802 has it for the server. */
export class ScramConversation {
  public readonly username: string;
  private readonly clientFirst: string;
  private serverFirst = '';
  private nonce = '';

  constructor(private readonly mechanism: MechanismName, payload: string) {
    this.clientFirst = payload.replace(/^n,,/, '');
    this.username = (/^n=([^,]*)/.exec(this.clientFirst)?.[1] ?? '').replaceAll('=2C', ',').replaceAll('=3D', '=');
  }

  public first({ salt, iterations }: Pick<Credential, 'salt' | 'iterations'>): string {
    this.nonce = `${/,r=(.*)$/.exec(this.clientFirst)?.[1]}${randomBytes(18).toString('base64')}`;
    this.serverFirst = `r=${this.nonce},s=${salt.toString('base64')},i=${iterations}`;
    return this.serverFirst;
  }

  /** Nothing when the client does not know the password. */
  public final(payload: string, { storedKey, serverKey }: Credential): string | undefined {
    const hash = HASHES[this.mechanism];
    const [, withoutProof, proof] = /^(c=biws,r=[^,]+),p=(.+)$/.exec(payload) ?? [];
    if (withoutProof !== `c=biws,r=${this.nonce}`) return undefined;
    const hmac = (key: Buffer) => createHmac(hash, key).update([this.clientFirst, this.serverFirst, withoutProof].join(',')).digest();
    const signature = hmac(storedKey);
    // eslint-disable-next-line no-bitwise -- what RFC 5802 makes the proof of
    const clientKey = Buffer.from(Buffer.from(proof, 'base64').map((byte, index) => byte ^ signature[index]));
    return createHash(hash).update(clientKey).digest().equals(storedKey) ? `v=${hmac(serverKey).toString('base64')}` : undefined;
  }
}
