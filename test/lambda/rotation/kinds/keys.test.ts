import { execFileSync } from 'child_process';
import { constants, createHmac, createPrivateKey, createSecretKey, JsonWebKey, sign } from 'crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { passesKindSuite } from './shared-suite';
import type { CredentialKind } from '../../../../lambda/rotation/engine/credential-kind';
import { newKey, RingKey } from '../../../../lambda/rotation/kinds/keys/key-making';
import { keyRing, KeyRing } from '../../../../lambda/rotation/kinds/keys/key-ring';
import { randomToken } from '../../../../lambda/rotation/kinds/keys/random-token';
import { sshKeyPair, SshKeyPairs } from '../../../../lambda/rotation/kinds/keys/ssh-key-pair';
import { bytesOfKey, KEY_ALGORITHMS, KEY_ENVIRONMENT, KeyAlgorithmName, RSA_BITS, SIGNING_ALGORITHMS } from '../../../../src/rotation/contract/keys';
import { MAX_SECRET_BYTES } from '../../../../src/rotation/contract/secrets';
import { newPassword } from '../../../../tools/servers/new-password';
import { proved } from '../../../support/proofs';
import { KindWorld, OwnerUnderTest } from '../../../support/rotation/kind-world';
import { whenAtHand } from '../../../support/servers/at-hand';
import { SSHD } from '../../../support/servers/servers-at-hand';

const DAY_MS = 24 * 3_600_000;
const RETENTION = 2 * 24 * 3600;

function owner(kind: CredentialKind<any>, environment: Record<string, string>, valuesIn: (text: string) => string[]): OwnerUnderTest {
  const accepts = async (text: string) => kind.verify(kind.parse(text, 'AWSCURRENT'), {} as never);
  return { kind, environment, accepts, valuesIn };
}

const ringOwner = (name: string, algorithm: string, more = {}) => owner(
  keyRing(name), { [KEY_ENVIRONMENT.ALGORITHM]: algorithm, [KEY_ENVIRONMENT.RETENTION_SECONDS]: `${RETENTION}`, ...more },
  text => (JSON.parse(text) as KeyRing).keys.map(({ d, k }) => (d ?? k)!),
);
const sshOwner = (type: string, more = {}) => owner(
  sshKeyPair, { [KEY_ENVIRONMENT.SSH_TYPE]: type, [KEY_ENVIRONMENT.SSH_COMMENT]: 'deploy', ...more },
  text => (JSON.parse(text) as SshKeyPairs).privateKey.split('\n').slice(1, -2),
);

/** Whoever uses these values reads them from the secret. */
const NO_SERVER = 'needs no server';
const KEPT = { strategies: ['the value before stays valid'] };

passesKindSuite({
  title: 'random token',
  provedOn: async () => NO_SERVER,
  keepsPrevious: true,
  make: async () => ({ kind: randomToken, text: newPassword(), accepts: async text => text.length >= 8, valuesIn: text => [text] }),
});
passesKindSuite({ title: 'signing key, HS256', provedOn: async () => NO_SERVER, keepsPrevious: true, make: async () => ringOwner('signingKey', 'HS256') });
passesKindSuite({ title: 'SSH key pair', provedOn: async () => NO_SERVER, keepsPrevious: true, make: async () => sshOwner('ed25519') }, { runs: 10 });

const world = async (make: () => OwnerUnderTest) => KindWorld.make({ title: 'keys', provedOn: undefined, keepsPrevious: true, make: async () => make() });

describe('a ring of keys', () => {
  test('a key is known one rotation before it signs, and is kept until what it signed is over', async () => {
    const here = await world(() => ringOwner('signingKey', 'HS256'));
    const rings: KeyRing[] = [];
    for (let day = 0; day < 6; day++) {
      await here.rotateWholly(1);
      rings.push(JSON.parse(here.textOf('AWSCURRENT')!) as KeyRing);
      here.secretsManager.advance(DAY_MS);
    }
    rings.slice(1).forEach((ring, index) => {
      const before = rings[index];
      expect(ring.active).toBe(before.next);
      expect(before.keys.map(({ kid }) => kid)).toContain(ring.active);
      expect(Object.keys(ring.retired)).toContain(before.active);
    });
    // Next, active, and those that were replaced within two days.
    expect(rings.map(({ keys }) => keys.length)).toEqual([2, 3, 4, 4, 4, 4]);
    expect(rings.at(-1)!.keys.map(({ kid }) => kid)).not.toContain(rings[0].active);
  });

  test('rotations right after one another take no key away', async () => {
    const here = await world(() => ringOwner('signingKey', 'HS256'));
    const seen = new Set<string>();
    for (let rotation = 0; rotation < 8; rotation++) {
      await here.rotateWholly(1);
      const ids = (JSON.parse(here.textOf('AWSCURRENT')!) as KeyRing).keys.map(({ kid }) => kid);
      ids.forEach(id => seen.add(id));
      expect(ids).toHaveLength(seen.size);
    }
  });

  test('without an end, every key is kept, until they no longer fit: then the rotation says so and AWSCURRENT stays', async () => {
    const here = await world(() => ringOwner('pepper', 'pepper', { [KEY_ENVIRONMENT.RETENTION_SECONDS]: '' }));
    await here.rotateWholly(1);
    const ring = JSON.parse(here.textOf('AWSCURRENT')!) as KeyRing;
    const withMany = (length: number) => {
      const many = Array.from({ length }, (_, index) => ({ ...ring.keys[0], kid: `kid-${index}` }));
      return JSON.stringify({ ...ring, keys: [...ring.keys, ...many], retired: Object.fromEntries(many.map(({ kid }) => [kid, '2030-01-01T00:00:00Z'])) });
    };
    let count = 0;
    while (Buffer.byteLength(withMany(count + 1)) <= MAX_SECRET_BYTES) count += 1;
    here.secretsManager.perform('PutSecretValue', { SecretId: here.secretArn, SecretString: withMany(count) });
    await expect(here.rotateWholly(1)).rejects.toThrow(/more than the 65536 bytes that a secret may have; keep those of the past for a shorter time/);
    expect(here.textOf('AWSCURRENT')).toBe(withMany(count));
    expect(count).toBeGreaterThan(300);
  });

  test.each([
    ['an algorithm that is none', { [KEY_ENVIRONMENT.ALGORITHM]: 'none' }], ['no algorithm', { [KEY_ENVIRONMENT.ALGORITHM]: '' }],
    ['a small RSA key', { [KEY_ENVIRONMENT.ALGORITHM]: 'RS256', [KEY_ENVIRONMENT.RSA_BITS]: '1024' }],
    ['a retention in words', { [KEY_ENVIRONMENT.RETENTION_SECONDS]: 'a day' }],
  ])('%s in the environment of the function is an error', async (_, environment) => {
    const here = await world(() => ringOwner('signingKey', 'HS256', environment));
    await expect(here.rotateWholly(1).then(async () => here.rotateWholly(1))).rejects.toThrow(/must be (one of|a whole number).*correct the environment/s);
  });
});

/** A secret that somebody has written by hand, or with a key of somebody else. */
describe('a key that does not work', () => {
  const made = async (algorithm: KeyAlgorithmName) => newKey(algorithm, RSA_BITS[0]);
  const isTaken = async (active: RingKey, next: RingKey) =>
    keyRing('any').verify({ active: active.kid, next: next.kid, retired: {}, keys: [active, next] }, {} as never);

  test.each(KEY_ALGORITHMS)('of %s is refused, as the active key and as the next', async (algorithm) => {
    const [own, other] = [await made(algorithm), await made(algorithm)];
    const short = Buffer.from(own.k ?? '', 'base64url').subarray(1).toString('base64url');
    const { d, p, q, dp, dq, qi } = other;
    const wrong = own.k === undefined ? { ...own, ...JSON.parse(JSON.stringify({ d, p, q, dp, dq, qi })) as JsonWebKey } : { ...own, k: short };
    expect(await Promise.all([isTaken(own, other), isTaken(wrong, other), isTaken(other, wrong)])).toEqual([true, false, false]);
  });

  test('of AES is refused when it is longer, too', async () => {
    const [own, other] = [await made('A256GCM'), await made('A256GCM')];
    expect(await isTaken({ ...own, k: `${own.k}AAAA` }, other)).toBe(false);
  });
});

/** What a signer does with the active key, with Node.js alone. */
function token(ring: KeyRing): string {
  const key = ring.keys.find(({ kid }) => kid === ring.active)!;
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: key.alg, kid: key.kid })}.${part({ sub: 'payments', exp: Math.floor(Date.now() / 1000) + 60 })}`;
  return `${text}.${signature(key.alg, key as JsonWebKey, Buffer.from(text)).toString('base64url')}`;
}

function signature(algorithm: string, jwk: JsonWebKey, text: Buffer): Buffer {
  const hash = `sha${algorithm.slice(2)}`;
  if (jwk.kty === 'oct') return createHmac(hash, createSecretKey(Buffer.from(jwk.k!, 'base64url'))).update(text).digest();
  const padding = algorithm.startsWith('PS') ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST } : {};
  const key = { key: createPrivateKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' as const, ...padding };
  return sign(algorithm === 'EdDSA' ? null : hash, text, key);
}

/** `jose` is an ES module, and reads the key set as any verifier does: without the private halves, or for HMAC with the key. */
const VERIFIER = `
  import { createLocalJWKSet, importJWK, jwtVerify } from 'jose';
  import { readFileSync } from 'fs';
  for (const { token, keys } of JSON.parse(readFileSync(0, 'utf8'))) {
    const { payload, protectedHeader } = await jwtVerify(token, keys[0].kty === 'oct' ? async ({ kid }) =>
      importJWK(keys.find(each => each.kid === kid)) : createLocalJWKSet({ keys }));
    console.log(protectedHeader.alg, payload.sub);
  }`;

test('jose takes what the active key of each algorithm signs, with the keys that were public one rotation before', async () => {
  const cases: unknown[] = [];
  // One after the other: six RSA keys at once may take longer on a busy machine than the function has.
  for (const algorithm of SIGNING_ALGORITHMS) {
    const here = await world(() => ringOwner('signingKey', algorithm));
    await here.rotateWholly(1);
    const { keys } = JSON.parse(here.textOf('AWSCURRENT')!) as KeyRing;
    await here.rotateWholly(1);
    const sizes = keys.map(key => Buffer.byteLength(JSON.stringify({ ...key, [key.kid]: new Date().toISOString() })));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(bytesOfKey(algorithm, RSA_BITS[0]));
    const published = keys.map(({ kid, alg, use, kty, crv, x, y, n, e, k }) => ({ kid, alg, use, kty, crv, x, y, n, e, k }));
    cases.push({ token: token(JSON.parse(here.textOf('AWSCURRENT')!) as KeyRing), keys: published });
  }
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', VERIFIER], { input: JSON.stringify(cases), cwd: __dirname }).toString();
  expect(output.trim().split('\n')).toEqual(SIGNING_ALGORITHMS.map(algorithm => `${algorithm} payments`));
  const { version } = JSON.parse(readFileSync(path.join(__dirname, '../../../../node_modules/jose/package.json'), 'utf8')) as { version: string };
  proved({ ...KEPT, credential: 'signing key, HS256', server: `jose ${version}` });
}, 180_000);

test.each([['ed25519', {}, 'ED25519'], ['rsa', { [KEY_ENVIRONMENT.RSA_BITS]: '2048' }, 'RSA']])('ssh-keygen reads a pair of %s, and it is the pair', async (type, more, title) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ssh-'));
  try {
    const here = await world(() => sshOwner(type, more));
    await here.rotateWholly(1);
    const { privateKey, publicKey, authorizedKeys, next } = JSON.parse(here.textOf('AWSCURRENT')!) as SshKeyPairs;
    const file = path.join(folder, 'key');
    writeFileSync(file, privateKey, { mode: 0o600 });
    expect(execFileSync('ssh-keygen', ['-y', '-f', file]).toString().trim()).toBe(publicKey);
    expect(execFileSync('ssh-keygen', ['-l', '-f', file]).toString()).toContain(`deploy (${title})`);
    expect(authorizedKeys).toBe(`${publicKey}\n${next.publicKey}\n`);
    await here.rotateWholly(1);
    const later = JSON.parse(here.textOf('AWSCURRENT')!) as SshKeyPairs;
    expect(later.publicKey).toBe(next.publicKey);
    expect(later.authorizedKeys.trim().split('\n')).toEqual([later.publicKey, later.next.publicKey, publicKey]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

whenAtHand(SSHD, (server) => {
  test('sshd lets a client in whose key stands in a file that is one rotation old, and nobody else', async () => {
    const sshd = await server();
    const here = await world(() => sshOwner('ed25519'));
    await here.rotateWholly(1);
    const stranger = (JSON.parse(here.textOf('AWSCURRENT')!) as SshKeyPairs);
    for (let rotation = 0; rotation < 4; rotation++) {
      sshd.authorize((JSON.parse(here.textOf('AWSCURRENT')!) as SshKeyPairs).authorizedKeys);
      await here.rotateWholly(1);
      const { privateKey, next } = JSON.parse(here.textOf('AWSCURRENT')!) as SshKeyPairs;
      expect([sshd.letsIn(privateKey), sshd.letsIn(next.privateKey)]).toEqual([true, false]);
    }
    // Its pair was that of today four rotations ago.
    expect(sshd.letsIn(stranger.privateKey)).toBe(false);
    proved({ ...KEPT, credential: 'SSH key pair', server: sshd.product() });
  }, 60_000);
});
