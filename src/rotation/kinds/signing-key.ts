import type { Duration } from 'aws-cdk-lib';
import { fail } from '../../private/errors';
import { KEY_ENVIRONMENT, RSA_BITS, SIGNING_ALGORITHMS } from '../contract/keys';
import { CredentialKind } from '../credential-kind';
import { type BoundKind, placeholder } from '../private/bound-kind';
import { requireRoom, retentionSeconds } from '../private/key-retention';

/**
 * Algorithms of JSON Web Signature.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7518#section-3.1
 */
export enum SigningAlgorithm {
  /** HMAC with SHA-256: who checks a signature has the key, and can sign. */
  HS256 = 'HS256',
  /** HMAC with SHA-384. */
  HS384 = 'HS384',
  /** HMAC with SHA-512. */
  HS512 = 'HS512',
  /** RSA, PKCS #1 v1.5, with SHA-256. */
  RS256 = 'RS256',
  /** RSA, PKCS #1 v1.5, with SHA-384. */
  RS384 = 'RS384',
  /** RSA, PKCS #1 v1.5, with SHA-512. */
  RS512 = 'RS512',
  /** RSA, PSS, with SHA-256. */
  PS256 = 'PS256',
  /** RSA, PSS, with SHA-384. */
  PS384 = 'PS384',
  /** RSA, PSS, with SHA-512. */
  PS512 = 'PS512',
  /** ECDSA on P-256. */
  ES256 = 'ES256',
  /** ECDSA on P-384. */
  ES384 = 'ES384',
  /** ECDSA on P-521. */
  ES512 = 'ES512',
  /** EdDSA on Ed25519. */
  EDDSA = 'EdDSA',
}

/** Options for `SigningKey`. */
export interface SigningKeyOptions {
  /**
   * For how long after a rotation a signature of the key that was active until then is checked: the longest life of a token, and the time
   * for which signers keep what they read of the secret. The key stays in the set for so long.
   */
  readonly tokenLifetime: Duration;

  /**
   * Bits of an RSA key: 2048, 3072 or 4096. Give the `CredentialRotator` of a large key `memorySize` from 1024 on, because Lambda gives
   * processor time by memory.
   *
   * @default 2048
   */
  readonly rsaBits?: number;
}

/**
 * Keys that sign tokens, as a JSON Web Key Set: `keys`, and the ids of the `active` key, which signs, and of the `next` one.
 *
 * A rotation makes a key, lets the one sign that was made by the rotation before, and keeps those of the past for `tokenLifetime`. So a
 * verifier knows a key one rotation before it meets a signature of it. The set holds the private halves: let the signer publish the public
 * ones, as the guide shows, and grant nobody else to read the secret.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7517#section-5
 */
export class SigningKey extends CredentialKind {
  /** A key of an algorithm, with the time for which its signatures are checked. */
  public static of(algorithm: SigningAlgorithm, options: SigningKeyOptions): SigningKey {
    return new SigningKey(algorithm, options);
  }

  private constructor(private readonly algorithm: SigningAlgorithm, private readonly options: SigningKeyOptions) {
    super('signing keys');
  }

  /** @internal */
  public _bind(path: string): BoundKind {
    const { algorithm, options } = this;
    const { tokenLifetime, rsaBits }: Partial<SigningKeyOptions> = options ?? {};
    if (!SIGNING_ALGORITHMS.some(each => each === algorithm)) {
      fail(path, `\`algorithm\` must be one of SigningAlgorithm, such as SigningAlgorithm.ES256, got ${JSON.stringify(algorithm)}`);
    }
    requireBits(path, algorithm, rsaBits);
    const seconds = retentionSeconds(path, 'tokenLifetime', tokenLifetime);
    return {
      name: 'signingKey',
      title: this._title,
      rotatedBy: 'keys',
      overlap: 'untilNextRotation',
      ...placeholder(),
      environment: {
        [KEY_ENVIRONMENT.ALGORITHM]: algorithm,
        [KEY_ENVIRONMENT.RETENTION_SECONDS]: `${seconds}`,
        ...(rsaBits !== undefined && { [KEY_ENVIRONMENT.RSA_BITS]: `${rsaBits}` }),
      },
      requireSchedule: (construct, rotation) => requireRoom(construct, rotation, { prop: 'tokenLifetime', seconds, algorithm, rsaBits }),
    };
  }
}

function requireBits(path: string, algorithm: SigningAlgorithm, bits: number | undefined): void {
  if (bits === undefined) return;
  if (!/^[RP]S/.test(algorithm)) fail(path, `\`rsaBits\` must be left out for ${algorithm}, whose key has a length of its own`);
  if (!RSA_BITS.some(each => each === bits)) fail(path, `\`rsaBits\` must be one of ${RSA_BITS.join(', ')}, got ${bits}`);
}
