import { randomUUID } from 'crypto';
import { customHandler } from '../../../../lambda/rotation/engine/custom';
import type { CustomRotation } from '../../../../lambda/rotation/engine/custom-rotation';
import { RotationError } from '../../../../lambda/rotation/engine/errors';
import { FakeSecretsManager } from '../../../../tools/secrets-manager/fake-secrets-manager';
import { holderOf } from '../../../../tools/secrets-manager/secret-record';
import { newPassword } from '../../../../tools/servers/new-password';

/** A provider of API keys, with two keys valid at once. */
class KeyProvider {
  public readonly keys = new Map<string, string>();

  public issue(token: string): string {
    const key = this.keys.get(token) ?? newPassword();
    this.keys.set(token, key);
    return key;
  }

  /** As an API does that takes the present key for its own renewal. */
  public issueTo(key: string, token: string): string {
    if (!this.accepts(key)) throw new RotationError('refused', 'the provider refuses the present key; store one that works');
    return this.issue(token);
  }

  public revoke(key: string): void {
    for (const [token, known] of this.keys) if (known === key) this.keys.delete(token);
  }

  public accepts(key: string): boolean {
    return [...this.keys.values()].includes(key);
  }
}

function setUp(functions: Partial<CustomRotation> = {}) {
  const provider = new KeyProvider();
  const fake = new FakeSecretsManager();
  const first = provider.issue('first');
  const SecretId = String(fake.perform('CreateSecret', { Name: 'key', SecretString: first }).ARN);
  const lines: string[] = [];
  const log = (message: string, fields: object) => void lines.push(JSON.stringify({ message, ...fields }));
  const handler = customHandler({
    create: async ({ token, current }) => provider.issueTo(await current(), token),
    set: async ({ previous }) => provider.revoke(await previous() ?? ''),
    test: async ({ pending }) => {
      if (!provider.accepts(pending)) throw new RotationError('refused', 'the provider refuses the key; look at its console');
    },
    ...functions,
  }, { secretsManager: fake.client(), environment: {}, sink: { info: log, warn: log, error: log }, sleep: async ms => fake.advance(ms) });
  const begin = (text?: string) => {
    const id = randomUUID();
    fake.edit(SecretId, secret => void secret.versions.push({ id, created: fake.now(), stages: [], text }));
    fake.edit(SecretId, (secret) => {
      for (const version of secret.versions) version.stages = version.stages.filter(stage => stage !== 'AWSPENDING');
      secret.versions.at(-1)!.stages = ['AWSPENDING'];
    });
    return id;
  };
  const context = { getRemainingTimeInMillis: () => 30_000 };
  const step = async (Step: string, ClientRequestToken: string) => handler({ Step, SecretId, ClientRequestToken }, context);
  const rotate = async () => {
    const token = begin();
    for (const name of ['createSecret', 'setSecret', 'testSecret', 'finishSecret']) await step(name, token);
  };
  return { provider, fake, lines, begin, step, rotate, stored: (stage: string) => holderOf(fake.secret(SecretId), stage)?.text, first };
}

test('three functions rotate a key: the present one stays valid, the one before it is revoked', async () => {
  const { provider, rotate, stored, first } = setUp();
  await rotate();
  expect([provider.accepts(stored('AWSCURRENT')!), stored('AWSPREVIOUS'), provider.accepts(first)]).toEqual([true, first, true]);
  await rotate();
  expect([provider.accepts(stored('AWSCURRENT')!), provider.accepts(stored('AWSPREVIOUS')!), provider.accepts(first)]).toEqual([true, true, false]);
});

test('makes 9 calls to Secrets Manager', async () => {
  const { fake, rotate } = setUp();
  await rotate();
  expect(fake.calls.map(({ operation }) => operation)).toHaveLength(9);
});

test('a key that is stored is not made again', async () => {
  let made = 0;
  const { begin, step } = setUp({ create: async () => `key-${++made}` });
  const token = begin();
  await step('createSecret', token);
  await step('createSecret', token);
  expect(made).toBe(1);
});

test('a key that was made but not stored is found again by the token', async () => {
  const { provider, fake, begin, step, stored } = setUp();
  const token = begin();
  fake.fail('PutSecretValue', new Error('the process died'));
  await expect(step('createSecret', token)).rejects.toThrow('createSecret failed');
  await step('createSecret', token);
  expect(stored('AWSPENDING')).toBe(provider.keys.get(token));
  expect(provider.keys.size).toBe(2);
});

test('the test alone may meet the present value', async () => {
  const { begin, step, first, lines } = setUp();
  await step('testSecret', begin(first));
  expect(lines.at(-1)).toContain('tested');
});

test('the explanation of a function is shown, and withheld when it quotes the secret', async () => {
  const quoting = setUp({ test: async ({ pending }) => { throw new RotationError('refused', `the key ${pending} does not work`); } });
  const token = quoting.begin();
  await quoting.step('createSecret', token);
  await expect(quoting.step('testSecret', token)).rejects.toThrow('its text is not shown, for it holds a part of the secret');
  const plain = setUp();
  const other = plain.begin();
  await plain.step('createSecret', other);
  plain.provider.keys.clear();
  await expect(plain.step('testSecret', other)).rejects.toThrow('the provider refuses the key; look at its console');
  expect(`${quoting.lines.join()}${plain.lines.join()}`).not.toMatch(/Pw[0-9a-f]{24}/);
});

test('a part of a JSON secret is withheld too', async () => {
  const apiKey = newPassword();
  const { begin, step } = setUp({
    create: async () => JSON.stringify({ nested: [{ apiKey }] }),
    set: async () => { throw new RotationError('transient', `cannot use ${apiKey}`); },
  });
  const token = begin();
  await step('createSecret', token);
  await expect(step('setSecret', token)).rejects.not.toThrow(apiKey);
});

test('a code that is a secret, and a password that was made a moment ago, are withheld too', async () => {
  const coded = setUp({ test: async ({ pending }) => { throw new RotationError('transient', 'it does not work', pending); } });
  const token = coded.begin();
  await coded.step('createSecret', token);
  await expect(coded.step('testSecret', token)).rejects.toThrow('its text is not shown');
  let made = '';
  const echoing = setUp({
    create: async ({ randomPassword }) => {
      made = randomPassword();
      throw new RotationError('transient', `the provider answers ${made}`);
    },
  });
  await expect(echoing.step('createSecret', echoing.begin())).rejects.toThrow('its text is not shown');
  for (const secret of [made, coded.first]) expect(`${coded.lines.join()}${echoing.lines.join()}`).not.toContain(secret);
});

test('of any other error only its name is shown', async () => {
  const secret = newPassword();
  const { begin, step, lines } = setUp({ create: async () => { throw new TypeError(secret); } });
  await expect(step('createSecret', begin())).rejects.toMatchObject({ kind: 'transient', code: 'TypeError' });
  expect(lines.join()).not.toContain(secret);
});

test.each([undefined, '', 42, { key: 'x' }])('`create` returned %j', async (value) => {
  const { begin, step, stored } = setUp({ create: async () => value as string });
  await expect(step('createSecret', begin())).rejects.toThrow('`create` must return a text');
  expect(stored('AWSPENDING')).toBeUndefined();
});

test('each function sees which rotation it is, what was before, and how long it has', async () => {
  const seen: unknown[] = [];
  const { begin, step, first } = setUp({
    create: async ({ secretArn, token, current, previous, randomPassword: make, getRemainingTimeInMillis }) => {
      seen.push(secretArn.startsWith('arn:'), token, await current(), await previous(), make().length, getRemainingTimeInMillis());
      return 'new';
    },
  });
  const token = begin();
  await step('createSecret', token);
  expect(seen).toEqual([true, token, first, undefined, 32, 29_500]);
});
