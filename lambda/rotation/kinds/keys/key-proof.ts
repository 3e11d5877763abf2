import { constants, KeyObject, randomBytes, sign, verify } from 'crypto';
import { halvesOf, RingKey, SECRET_BYTES } from './key-making';

/** What the private half signs, the public one takes; a secret key has the length of its algorithm. */
export function works(key: RingKey): boolean {
  try {
    const { own, check } = halvesOf(key);
    const bytes = SECRET_BYTES[key.alg];
    return bytes === undefined ? isSigned(key.alg, own, check) : isLongEnough(own, bytes, key.alg);
  } catch {
    return false;
  }
}

/** A key of HMAC or a pepper may be longer; one of AES may not. */
function isLongEnough({ symmetricKeySize = 0 }: KeyObject, bytes: number, algorithm: string): boolean {
  return algorithm === 'A256GCM' ? symmetricKeySize === bytes : symmetricKeySize >= bytes;
}

function isSigned(algorithm: string, own: KeyObject, check: KeyObject): boolean {
  const text = randomBytes(32);
  const options = {
    ...(algorithm.startsWith('PS') && { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }),
    ...(algorithm.startsWith('ES') && { dsaEncoding: 'ieee-p1363' as const }),
  };
  const hash = hashOf(algorithm);
  return verify(hash, text, { key: check, ...options }, sign(hash, text, { key: own, ...options }));
}

/** Ed25519 has its own. */
function hashOf(algorithm: string): string | null {
  return algorithm === 'EdDSA' ? null : `sha${algorithm.slice(2)}`;
}
