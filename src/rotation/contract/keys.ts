/** What a construct and a rotation function know of keys that the function makes itself. */

/** Algorithms of JSON Web Signature. @see https://www.rfc-editor.org/rfc/rfc7518#section-3.1 and RFC 8037 for EdDSA */
export const SIGNING_ALGORITHMS = [
  'HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA',
] as const;

export type SigningAlgorithmName = typeof SIGNING_ALGORITHMS[number];

/** What a ring of keys may hold besides: keys of AES-256-GCM, and random texts that a hash is made with. */
export const KEY_ALGORITHMS = [...SIGNING_ALGORITHMS, 'A256GCM', 'pepper'] as const;

export type KeyAlgorithmName = typeof KEY_ALGORITHMS[number];

/** Environment variables of the function for keys. */
export const KEY_ENVIRONMENT = {
  /** One of `KEY_ALGORITHMS`. */
  ALGORITHM: 'KEY_ALGORITHM',
  /** Of a new RSA key: one of `RSA_BITS`; when absent, 2048, and 3072 for SSH. */
  RSA_BITS: 'KEY_RSA_BITS',
  /** For so many seconds a key is kept when another one has taken its place; for ever when absent. */
  RETENTION_SECONDS: 'KEY_RETENTION_SECONDS',
  /** `ed25519` or `rsa`, of a key pair for SSH. */
  SSH_TYPE: 'KEY_SSH_TYPE',
  /** What stands behind a public key of SSH. */
  SSH_COMMENT: 'KEY_SSH_COMMENT',
} as const;

export const RSA_BITS = [2048, 3072, 4096] as const;

export const SSH_TYPES = ['ed25519', 'rsa'] as const;

/** The most bytes of one key in a secret, its id and the day when it was replaced included. */
export function bytesOfKey(algorithm: KeyAlgorithmName, rsaBits: number): number {
  if (/^[RP]S/.test(algorithm)) return 400 + rsaBits * 0.8;
  return /^HS|^A256GCM$|^pepper$/.test(algorithm) ? 300 : 500;
}
