import { newKey, RingKey } from './key-making';
import { works } from './key-proof';
import { settingIn, wholeIn } from './key-settings';
import { KEY_ALGORITHMS, KEY_ENVIRONMENT, KeyAlgorithmName, RSA_BITS } from '../../../../src/rotation/contract/keys';
import { MAX_SECRET_BYTES } from '../../../../src/rotation/contract/secrets';
import type { CredentialKind, KindContext } from '../../engine/credential-kind';
import { RotationError } from '../../engine/errors';
import { objectIn } from '../json-value';

/** A JSON Web Key Set, with what each key is for. */
export interface KeyRing {
  /** The id of the key that signs, encrypts or hashes now. */
  readonly active: string;
  /** The id of the key that does so after the next rotation; verifiers know it already. */
  readonly next: string;
  /** When each key of the past was replaced, in ISO 8601. */
  readonly retired: Readonly<Record<string, string>>;
  readonly keys: readonly RingKey[];
}

/**
 * Keys that take turns. A rotation makes a key that nobody uses yet, lets the one sign that was made before, and keeps those of the past
 * for as long as what they made may come back.
 */
export function keyRing(name: string): CredentialKind<KeyRing> {
  return {
    name,
    slots: 2,
    createsOutside: false,
    parse: ringIn,
    format: ring => JSON.stringify(ring),
    slotOf: ({ active }) => active,
    generate: async (current, context) => checkSize(current ? await turned(current, context) : await first(context)),
    apply: async () => undefined,
    verify: async ({ active, next, keys }) => keys.filter(({ kid }) => kid === active || kid === next).every(works),
  };
}

async function first(context: KindContext): Promise<KeyRing> {
  const [active, next] = [await made(context), await made(context)];
  return { active: active.kid, next: next.kid, retired: {}, keys: [next, active] };
}

async function turned({ active, next, retired, keys }: KeyRing, context: KindContext): Promise<KeyRing> {
  const key = await made(context);
  const kept = Object.fromEntries(Object.entries({ ...retired, [active]: new Date(context.now()).toISOString() })
    .filter(([, replaced]) => !isOver(replaced, context)));
  return { active: next, next: key.kid, retired: kept, keys: [key, ...keys.filter(({ kid }) => kid === next || kid in kept)] };
}

function isOver(replaced: string, { environment, now }: KindContext): boolean {
  const name = KEY_ENVIRONMENT.RETENTION_SECONDS;
  if (!environment[name]) return false;
  return now() - Date.parse(replaced) > wholeIn(environment, name) * 1_000;
}

async function made({ environment, budget }: KindContext): Promise<RingKey> {
  budget.enter('making a key');
  const algorithm = settingIn(environment, KEY_ENVIRONMENT.ALGORITHM, KEY_ALGORITHMS);
  const bits = settingIn(environment, KEY_ENVIRONMENT.RSA_BITS, RSA_BITS.map(String), String(RSA_BITS[0]));
  return newKey(algorithm as KeyAlgorithmName, Number(bits));
}

function checkSize(ring: KeyRing): KeyRing {
  if (Buffer.byteLength(JSON.stringify(ring)) <= MAX_SECRET_BYTES) return ring;
  throw new RotationError('configuration', `the keys have more than the ${MAX_SECRET_BYTES} bytes that a secret may have; keep those of `
    + 'the past for a shorter time');
}

function ringIn(text: string, which: string): KeyRing {
  const ring: Partial<KeyRing> = objectIn(text, which);
  if (!Array.isArray(ring.keys)) throw wrong(which, 'must hold a list in `keys`');
  const ids = ring.keys.map(keyIdIn);
  if (ids.includes(undefined)) throw wrong(which, 'must have a `kid`, an `alg` and a `kty` in each of its `keys`');
  if (new Set(ids).size < ids.length) throw wrong(which, 'must not have one `kid` twice');
  const { active, next, retired = {} } = ring;
  if (!ids.includes(active!) || !ids.includes(next!) || active === next) {
    throw wrong(which, 'must name two of its `keys` in `active` and `next`');
  }
  if (typeof retired !== 'object' || retired === null || !Object.values(retired).every(isDate)) {
    throw wrong(which, 'must have dates in `retired`, as 2030-12-31T00:00:00Z');
  }
  return { active: active!, next: next!, retired, keys: ring.keys as RingKey[] };
}

function keyIdIn(key: unknown): string | undefined {
  const { kid, alg, kty } = (key ?? {}) as Record<string, unknown>;
  return [kid, alg, kty].every(text => typeof text === 'string' && text !== '') ? kid as string : undefined;
}

function isDate(text: unknown): boolean {
  return typeof text === 'string' && !Number.isNaN(Date.parse(text));
}

function wrong(which: string, what: string): RotationError {
  return new RotationError('configuration', `${which} ${what}; correct the secret`);
}
