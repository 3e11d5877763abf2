import { once } from 'events';
import { createServer } from 'http';
import type { AddressInfo } from 'net';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { databaseHandler } from '../../../../lambda/rotation/engine/database-handler';
import { RotationError } from '../../../../lambda/rotation/engine/errors';
import { secretsManagerIn } from '../../../../lambda/rotation/engine/secrets-manager';
import { serveSecretsManager } from '../../../../tools/secrets-manager/http-server';
import { FAILURES } from '../../../../tools/secrets-manager/service-failure';
import { begun, rotateByService } from '../../../support/rotation/rotation-by-service';
import { RotationFixture } from '../../../support/rotation/rotation-fixture';

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };
const CREDENTIALS = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };

beforeAll(() => void Object.assign(process.env, CREDENTIALS));
afterAll(() => Object.keys(CREDENTIALS).forEach(name => delete process.env[name]));

test('F2: AWSPENDING that a failed rotation left is taken up by the next RotateSecret', async () => {
  const fixture = new RotationFixture();
  fixture.database.broken = new RotationError('network', 'Unreachable.');
  expect(await rotateByService(fixture)).toMatchObject({ succeeded: false, attempts: 5 });
  const pending = fixture.textOf('AWSPENDING');
  fixture.database.broken = undefined;
  await expect(rotateByService(fixture)).rejects.toThrow('A previous rotation isn\'t complete. That rotation will be reattempted.');
  expect(await fixture.secretsManager.rotationOf(fixture.secretArn)).toEqual({ succeeded: true, attempts: 1 });
  expect(fixture.textOf('AWSCURRENT')).toBe(pending);
  expect(fixture.logsIn('AWSCURRENT')).toBe(true);
});

test('F3: AWSPENDING on an empty version gets a value, and the other steps say that it has none', async () => {
  const fixture = await begun();
  for (const step of ['setSecret', 'testSecret'] as const) expect((await fixture.failure(step)).message).toMatch(/check that .* createSecret has run/);
  await fixture.step('createSecret');
  expect(fixture.stored('AWSPENDING')!.password).toHaveLength(32);
});

test('F4: AWSPENDING and AWSCURRENT on the same version are the end of a rotation, and the next one may begin', async () => {
  const fixture = new RotationFixture();
  await fixture.rotate();
  expect(fixture.versionOf('AWSPENDING')).toBe(fixture.versionOf('AWSCURRENT'));
  await fixture.steps('createSecret', 'setSecret', 'testSecret', 'finishSecret');
  expect(fixture.outcomes().slice(4)).toEqual(['alreadyCurrent', 'alreadyCurrent', 'alreadyCurrent', 'alreadyCurrent']);
  expect((await rotateByService(fixture)).succeeded).toBe(true);
});

test.each([50, 500, 2_500])('F5: labels and values that show after %i ms are waited for', async (lagMs) => {
  const fixture = new RotationFixture();
  fixture.secretsManager.lagMs = lagMs;
  fixture.secretsManager.advance(10_000);
  await fixture.rotate();
  expect(fixture.outcomes()).toEqual(['stored', 'set', 'tested', 'promoted']);
  expect(fixture.slept.length).toBeGreaterThan(0);
});

test('F5: a finishSecret that comes late and sees an old description does not move AWSCURRENT back', async () => {
  // AWSPREVIOUS logs in, too.
  const fixture = new RotationFixture({ strategy: 'dualPassword' });
  await fixture.rotate();
  const late = fixture.token;
  const [{ id: first }] = fixture.secretsManager.secret(fixture.secretArn).versions;
  await fixture.rotate();
  const before = fixture.secretsManager.secret(fixture.secretArn);
  const { token } = fixture;
  // Secrets Manager answers once as it did before the first rotation was finished.
  const { execute } = fixture.secretsManager;
  let answers = 0;
  fixture.secretsManager.execute = async (operation, input) => {
    if (operation === 'GetSecretValue' && input.VersionId === late) return { SecretString: fixture.textOf('AWSPREVIOUS'), VersionId: late };
    const output = await execute.call(fixture.secretsManager, operation, input);
    const old = operation === 'DescribeSecret' && answers++ === 0;
    return old ? { ...output, VersionIdsToStages: { [first]: ['AWSCURRENT'], [late]: ['AWSPENDING'] } } : output;
  };
  expect((await fixture.failure('finishSecret', { token: late })).message).toContain('is not AWSPENDING');
  expect(fixture.secretsManager.secret(fixture.secretArn)).toEqual(before);
  expect(fixture.versionOf('AWSCURRENT')).toBe(token);
});

test.each(['alternatingUsers', 'singleUser'] as const)('F5: an AWSCURRENT that is read before it shows is read again: %s', async (strategy) => {
  const fixture = new RotationFixture({ strategy, warm: true });
  fixture.secretsManager.lagMs = 900;
  for (let rotation = 0; rotation < 3; rotation++) await fixture.rotate();
  expect(fixture.logsIn('AWSCURRENT')).toBe(true);
});

test('F5: what never shows is waited for in bounds', async () => {
  const fixture = await begun({}, 'createSecret');
  fixture.secretsManager.lagMs = 1e9;
  await fixture.failure('setSecret');
  expect(fixture.slept.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(10_000);
});

test.each([['DecryptionFailure', FAILURES.kmsDisabled()], ['AccessDeniedException', FAILURES.kmsDenied()]])(
  'F11: KMS answers %s, and the error says where to look', async (code, failure) => {
    const fixture = await begun();
    fixture.secretsManager.fail('GetSecretValue', failure);
    const error = await fixture.failure('createSecret');
    expect(error).toMatchObject({ kind: 'configuration', code });
    expect(error.message).toMatch(/reading AWSCURRENT .*key/);
    await fixture.step('createSecret');
  });

test('F12: a secret that is scheduled for deletion is left alone before the database is touched', async () => {
  const fixture = await begun({}, 'createSecret');
  fixture.secretsManager.perform('DeleteSecret', { SecretId: fixture.secretArn });
  for (const step of ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const) {
    expect((await fixture.failure(step)).message).toMatch(/scheduled for deletion; restore it/);
  }
  expect(fixture.database.attempts).toEqual([]);
});

test('F12: a superuser secret that is scheduled for deletion is named', async () => {
  const fixture = await begun({ strategy: 'alternatingUsers' }, 'createSecret');
  fixture.secretsManager.perform('DeleteSecret', { SecretId: fixture.superuserArn });
  expect((await fixture.failure('setSecret')).message).toMatch(/reading the superuser secret .*scheduled for deletion/);
  expect(fixture.database.changes).toBe(0);
});

test('F13: throttling is retried by the client of the SDK, which the step does not notice', async () => {
  const fixture = new RotationFixture().begin();
  const server = await serveSecretsManager(fixture.secretsManager);
  const client = new SecretsManagerClient({
    endpoint: server.endpoint, region: 'eu-west-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' }, maxAttempts: 5,
  });
  fixture.secretsManager.fail('PutSecretValue', FAILURES.throttled(), 1);
  fixture.secretsManager.fail('DescribeSecret', FAILURES.unavailable(), 1);
  try {
    const handler = databaseHandler([fixture.adapter], { secretsManager: client, environment: {}, sink: SILENT, sleep: async () => undefined });
    await handler({ Step: 'createSecret', SecretId: fixture.secretArn, ClientRequestToken: fixture.token }, { getRemainingTimeInMillis: () => 30_000 });
  } finally {
    client.destroy();
    await server.close();
  }
  expect(fixture.secretsManager.countsOf()).toEqual({ DescribeSecret: 2, GetSecretValue: 1, PutSecretValue: 2 });
  expect(fixture.stored('AWSPENDING')).toBeDefined();
});

test('F8: a Secrets Manager that cannot be reached is no matter of the database', async () => {
  const fixture = await begun();
  fixture.secretsManager.fail('DescribeSecret', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }));
  const error = await fixture.failure('createSecret');
  expect(error).toMatchObject({ kind: 'network', code: 'ECONNREFUSED', message: expect.stringMatching(/check the VPC endpoint or NAT gateway.*subnets$/) });
  expect(error.message).not.toContain('port of the secret');
});

test('F13: throttling that does not end is an error that Secrets Manager should retry', async () => {
  const fixture = await begun();
  fixture.secretsManager.fail('DescribeSecret', FAILURES.throttled());
  expect(await fixture.failure('createSecret')).toMatchObject({ kind: 'transient', code: 'ThrottlingException' });
});

describe('F19', () => {
  test('labels move only when the replicas are in sync', async () => {
    const fixture = new RotationFixture({ replicaRegions: ['us-east-1'] });
    fixture.secretsManager.replicationMs = 4_500;
    await fixture.rotate();
    expect(fixture.slept).toEqual([1_000, 1_000, 1_000, 1_000, 1_000].slice(0, fixture.slept.length));
    expect(fixture.slept.length).toBeGreaterThanOrEqual(4);
    expect(fixture.lines.join()).not.toContain('replicaNotInSync');
  });

  test('a replica that never is in sync does not keep the others waiting for ever', async () => {
    const fixture = new RotationFixture({ replicaRegions: ['us-east-1'] });
    fixture.secretsManager.replicationMs = 1e9;
    await fixture.rotate();
    expect(fixture.slept.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(20_000);
    expect(fixture.lines.join()).toContain('replicaNotInSync');
  });

  test('the wait for a replica leaves half of the time of the function', async () => {
    const fixture = new RotationFixture({ replicaRegions: ['us-east-1'], warm: true });
    fixture.secretsManager.replicationMs = 1e9;
    fixture.begin();
    await fixture.steps('createSecret', 'setSecret', 'testSecret');
    await fixture.step('finishSecret', { remainingMs: () => 8_500 });
    expect(fixture.slept).toEqual([1_000, 1_000, 1_000, 1_000]);
    expect(fixture.outcomes().at(-1)).toBe('promoted');
  });

  test('a replica that failed is not waited for', async () => {
    const fixture = new RotationFixture({ replicaRegions: ['us-east-1'] });
    fixture.secretsManager.edit(fixture.secretArn, (secret) => {
      secret.replicas[0].failed = true;
    });
    await fixture.rotate();
    expect([fixture.slept, fixture.logsIn('AWSCURRENT')]).toEqual([[], true]);
  });
});

test('F20: what a driver throws is neither logged nor thrown on, whatever it holds', async () => {
  const fixture = await begun({}, 'createSecret');
  const { password } = fixture.stored('AWSPENDING')!;
  fixture.adapter.connect = async () => {
    const sql = `ALTER USER app PASSWORD '${password}'`;
    throw Object.assign(new Error(`syntax error near '${password}'`), { sql, name: `X${password}`, cause: new Error(sql) });
  };
  const error = await fixture.failure('setSecret');
  expect(`${error.stack}${JSON.stringify(error)}${String(error.cause)}${fixture.lines.join()}`).not.toContain(password);
  expect(error.message).toMatch(/an unexpected error; its text is not shown/);
});

test('RotateImmediately false: the service asks for testSecret alone, and takes the label away', async () => {
  const fixture = new RotationFixture({ strategy: 'alternatingUsers' });
  expect(await rotateByService(fixture, { RotateImmediately: false })).toEqual({ succeeded: true, attempts: 1 });
  expect(fixture.outcomes()).toEqual(['tested']);
  expect(fixture.versionOf('AWSPENDING')).toBeUndefined();
});

test('a whole rotation by the service ends as AWS was recorded: AWSPREVIOUS on the old version and AWSCURRENT on the new', async () => {
  const fixture = new RotationFixture();
  await rotateByService(fixture);
  expect(fixture.secretsManager.secret(fixture.secretArn).versions.map(({ stages }) => stages)).toEqual([['AWSPREVIOUS'], ['AWSCURRENT']]);
});
test('F8: a Secrets Manager that takes a call and never answers is named before Lambda ends the process', async () => {
  const fixture = await begun();
  const server = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const secretsManager = secretsManagerIn({ SECRETS_MANAGER_ENDPOINT: `http://127.0.0.1:${port}` });
  const handler = databaseHandler([fixture.adapter], { secretsManager, environment: {}, sink: SILENT, sleep: async () => undefined });
  const event = { Step: 'createSecret', SecretId: fixture.secretArn, ClientRequestToken: fixture.token };
  try {
    await expect(handler(event, { getRemainingTimeInMillis: () => 1_000 })).rejects.toThrow('the time of the function is over while describing the secret');
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('F8: a call that Secrets Manager takes and never answers is made again in time', async () => {
  const fixture = await begun();
  const { endpoint, close } = await serveSecretsManager(fixture.secretsManager);
  let dropped = 0;
  fixture.secretsManager.hook = async (when, { operation }) => {
    if (when === 'before' && operation === 'PutSecretValue' && dropped++ === 0) await new Promise(() => undefined);
  };
  const secretsManager = secretsManagerIn({ SECRETS_MANAGER_ENDPOINT: endpoint });
  const handler = databaseHandler([fixture.adapter], { secretsManager, environment: {}, sink: SILENT, sleep: async () => undefined });
  try {
    const until = Date.now() + 12_000;
    const event = { Step: 'createSecret', SecretId: fixture.secretArn, ClientRequestToken: fixture.token };
    await handler(event, { getRemainingTimeInMillis: () => until - Date.now() });
    expect([dropped, fixture.stored('AWSPENDING')!.password]).toEqual([2, expect.any(String)]);
  } finally {
    await close();
  }
}, 20_000);
