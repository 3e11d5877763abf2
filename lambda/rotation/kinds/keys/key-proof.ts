import { constants, createCipheriv, createDecipheriv, createHmac, KeyObject, randomBytes, sign, timingSafeEqual, verify } from 'crypto';
import { halvesOf, RingKey } from './key-making';

/** Uses a key as its owner does, and its other half as everybody else does. */
export function works(key: RingKey): boolean {
  try {
    const { own, check } = halvesOf(key);
    const text = randomBytes(32);
    if (key.alg === 'A256GCM') return opens(own, check, text);
    if (key.alg === 'pepper') return own.symmetricKeySize! >= 32;
    return key.alg.startsWith('HS') ? isSame(key.alg, own, check, text) : isSigned(key.alg, own, check, text);
  } catch {
    return false;
  }
}

function isSame(algorithm: string, own: KeyObject, check: KeyObject, text: Buffer): boolean {
  const [hash, bytes] = [hashOf(algorithm)!, Number(algorithm.slice(2)) / 8];
  if (own.symmetricKeySize! < bytes) return false;
  return timingSafeEqual(createHmac(hash, own).update(text).digest(), createHmac(hash, check).update(text).digest());
}

function isSigned(algorithm: string, own: KeyObject, check: KeyObject, text: Buffer): boolean {
  const options = {
    ...(algorithm.startsWith('PS') && { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }),
    ...(algorithm.startsWith('ES') && { dsaEncoding: 'ieee-p1363' as const }),
  };
  const hash = hashOf(algorithm);
  return verify(hash, text, { key: check, ...options }, sign(hash, text, { key: own, ...options }));
}

function opens(own: KeyObject, check: KeyObject, text: Buffer): boolean {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', own, iv);
  const sealed = Buffer.concat([cipher.update(text), cipher.final()]);
  const decipher = createDecipheriv('aes-256-gcm', check, iv).setAuthTag(cipher.getAuthTag());
  return Buffer.concat([decipher.update(sealed), decipher.final()]).equals(text);
}

/** Ed25519 has its own. */
function hashOf(algorithm: string): string | null {
  return algorithm === 'EdDSA' ? null : `sha${algorithm.slice(2)}`;
}
