import {
  createHash, createPrivateKey, createPublicKey, createSecretKey, generateKeyPair, JsonWebKey, KeyObject, randomBytes,
} from 'crypto';
import { promisify } from 'util';
import type { KeyAlgorithmName } from '../../../../src/rotation/contract/keys';

/** A key in the form of JSON Web Key, with the private half. */
export interface RingKey extends JsonWebKey {
  readonly kid: string;
  readonly alg: string;
  readonly use: string;
}

const generated = promisify(generateKeyPair);

const CURVES: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' };

/** A key of HMAC is as long as the hash, at least. @see https://www.rfc-editor.org/rfc/rfc7518#section-3.2 */
export const SECRET_BYTES: Readonly<Record<string, number | undefined>> = { HS256: 32, HS384: 48, HS512: 64, A256GCM: 32, pepper: 32 };

export async function newKey(algorithm: KeyAlgorithmName, rsaBits: number): Promise<RingKey> {
  const names = { alg: algorithm, use: useOf(algorithm) };
  const bytes = SECRET_BYTES[algorithm];
  if (bytes !== undefined) {
    const k = randomBytes(bytes).toString('base64url');
    return { kid: randomBytes(12).toString('base64url'), ...names, kty: 'oct', k };
  }
  const jwk = (await newPair(algorithm, rsaBits)).export({ format: 'jwk' });
  return { kid: thumbprint(jwk), ...names, ...jwk };
}

async function newPair(algorithm: string, rsaBits: number): Promise<KeyObject> {
  if (algorithm === 'EdDSA') return (await generated('ed25519')).privateKey;
  if (algorithm in CURVES) return (await generated('ec', { namedCurve: CURVES[algorithm] })).privateKey;
  return (await generated('rsa', { modulusLength: rsaBits })).privateKey;
}

function useOf(algorithm: string): string {
  if (algorithm === 'A256GCM') return 'enc';
  return algorithm === 'pepper' ? 'pepper' : 'sig';
}

/** The id that follows from the public half alone. @see https://www.rfc-editor.org/rfc/rfc7638 */
function thumbprint({ crv, e, kty, n, x, y }: JsonWebKey): string {
  const required = Object.entries({ crv, e, kty, n, x, y }).filter(([, value]) => value !== undefined);
  return createHash('sha256').update(JSON.stringify(Object.fromEntries(required))).digest('base64url');
}

/** The halves with which a key works and is checked; throws what Node.js throws for a key that is none. */
export function halvesOf({ kid: _, alg: __, use: ___, ...jwk }: RingKey): { own: KeyObject; check: KeyObject } {
  if (jwk.kty === 'oct') {
    const own = createSecretKey(Buffer.from(jwk.k ?? '', 'base64url'));
    return { own, check: own };
  }
  const { d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...publicHalf } = jwk;
  return { own: createPrivateKey({ key: jwk, format: 'jwk' }), check: createPublicKey({ key: publicHalf, format: 'jwk' }) };
}
