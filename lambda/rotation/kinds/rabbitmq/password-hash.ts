import { createHash, randomBytes } from 'crypto';

const SALT_BYTES = 4;

/** The digests of RabbitMQ that are good enough, by the modules of the broker. */
const DIGESTS: Readonly<Record<string, string>> = { rabbit_password_hashing_sha256: 'sha256', rabbit_password_hashing_sha512: 'sha512' };
const DEFAULT_MODULE = 'rabbit_password_hashing_sha256';

/** What the broker keeps of a password. @see https://www.rabbitmq.com/docs/passwords */
export interface HashedPassword {
  readonly password_hash: string;
  readonly hashing_algorithm: string;
}

/** No password at all: nobody logs in. */
export const NO_PASSWORD: HashedPassword = { password_hash: '', hashing_algorithm: DEFAULT_MODULE };

/** Salted here, so that the broker gets no password before a login. As strong as what the user has, and never weaker than SHA-256. */
export function hashed(password: string, module: unknown): HashedPassword {
  const algorithm = typeof module === 'string' && Object.hasOwn(DIGESTS, module) ? module : DEFAULT_MODULE;
  const salt = randomBytes(SALT_BYTES);
  const digest = createHash(DIGESTS[algorithm]).update(salt).update(password).digest();
  return { password_hash: Buffer.concat([salt, digest]).toString('base64'), hashing_algorithm: algorithm };
}
