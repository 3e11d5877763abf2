import { randomUUID } from 'crypto';
import { FakeSecretsManager } from '../../../tools/secrets-manager/fake-secrets-manager';
import { FAILURES } from '../../../tools/secrets-manager/service-failure';

let fake: FakeSecretsManager;
let now: number;

beforeEach(() => {
  now = 1e12;
  fake = new FakeSecretsManager(() => now);
  fake.perform('CreateSecret', { Name: 'app', SecretString: 'S1' });
});

const put = (input: object = {}) => fake.perform('PutSecretValue', { SecretId: 'app', ...input });
const get = (input: object = {}) => fake.perform('GetSecretValue', { SecretId: 'app', ...input });

describe('tokens', () => {
  test('the same value again changes nothing, and another one is refused', () => {
    const ClientRequestToken = randomUUID();
    put({ ClientRequestToken, SecretString: 'S2', VersionStages: ['AWSPENDING'] });
    put({ ClientRequestToken, SecretString: 'S2', VersionStages: ['AWSPENDING'] });
    expect(() => put({ ClientRequestToken, SecretString: 'S3', VersionStages: ['AWSPENDING'] })).toThrow(`You can't use ClientRequestToken ${ClientRequestToken}`);
    expect(get({ VersionStage: 'AWSPENDING' }).SecretString).toBe('S2');
  });

  test('what is refused changes nothing', () => {
    const before = fake.secret('app');
    expect(() => put({ SecretString: 'x'.repeat(65_537) })).toThrow('65536');
    expect(() => put({ SecretString: 'x', VersionStages: Array.from({ length: 21 }, (_, index) => `s${index}`) })).toThrow('staging labels');
    expect(fake.secret('app')).toEqual(before);
  });
});

describe('labels', () => {
  const move = (input: object) => fake.perform('UpdateSecretVersionStage', { SecretId: 'app', VersionStage: 'AWSCURRENT', ...input });

  test('AWSCURRENT moves only from where it is', () => {
    const first = String(get().VersionId);
    const second = String(put({ SecretString: 'S2', VersionStages: ['AWSPENDING'] }).VersionId);
    expect(() => move({ MoveToVersionId: second })).toThrow(`currently attached to version ${first}`);
    expect(() => move({ MoveToVersionId: second, RemoveFromVersionId: second })).toThrow('must be set to the version that currently has');
    expect(() => move({ MoveToVersionId: randomUUID(), RemoveFromVersionId: first })).toThrow('can\'t find the specified secret value for VersionId');
    expect(get().VersionId).toBe(first);
    move({ MoveToVersionId: second, RemoveFromVersionId: first });
    expect([get().VersionId, get({ VersionStage: 'AWSPREVIOUS' }).VersionId]).toEqual([second, first]);
  });

  test('a version that has not got the label is not read under it', () => {
    expect(() => get({ VersionStage: 'AWSPENDING' })).toThrow('staging label: AWSPENDING');
    expect(() => get({ VersionId: get().VersionId, VersionStage: 'AWSPENDING' })).toThrow('not associated');
    expect(() => get({ VersionId: randomUUID() })).toThrow('VersionId');
  });

  test('versions without a label go when there are too many, but not on their first day', () => {
    for (let index = 0; index < 98; index++) put({ SecretString: `v${index}` });
    put({ SecretString: 'the hundredth' });
    expect(() => put({ SecretString: 'one more' })).toThrow('maximum number of versions');
    fake.advance(25 * 3_600_000);
    put({ SecretString: 'one more' });
    expect(fake.secret('app').versions.length).toBe(100);
    expect(get().SecretString).toBe('one more');
  });
});

test('a read lags behind a write, and a write does not', () => {
  fake.lagMs = 100;
  fake.advance(1_000);
  put({ SecretString: 'S2' });
  expect(get().SecretString).toBe('S1');
  now += 99;
  expect(get().SecretString).toBe('S1');
  now += 1;
  expect(get().SecretString).toBe('S2');
});

test('a secret that is scheduled for deletion answers to nothing but DescribeSecret, until it is restored', () => {
  fake.perform('DeleteSecret', { SecretId: 'app' });
  for (const work of [() => get(), () => put({ SecretString: 'S2' }), () => fake.perform('DeleteSecret', { SecretId: 'app' })]) {
    expect(work).toThrow('marked for deletion');
  }
  expect(fake.perform('DescribeSecret', { SecretId: 'app' }).DeletedDate).toBeInstanceOf(Date);
  fake.perform('RestoreSecret', { SecretId: 'app' });
  expect(get().SecretString).toBe('S1');
});

test('a failure comes as often as it was asked for', async () => {
  fake.fail('GetSecretValue', FAILURES.kmsDisabled(), 2);
  const client = async () => fake.execute('GetSecretValue', { SecretId: 'app' });
  await expect(client()).rejects.toMatchObject({ name: 'DecryptionFailure' });
  await expect(client()).rejects.toMatchObject({ name: 'DecryptionFailure' });
  expect((await client()).SecretString).toBe('S1');
  expect(fake.countsOf()).toEqual({ GetSecretValue: 3 });
});

test('replicas are in progress after a change', () => {
  fake.perform('CreateSecret', { Name: 'replicated', SecretString: 'S1', AddReplicaRegions: [{ Region: 'us-east-1' }] });
  fake.replicationMs = 50;
  const status = () => fake.perform('DescribeSecret', { SecretId: 'replicated' }).ReplicationStatus;
  expect(status()).toEqual([{ Region: 'us-east-1', Status: 'InSync' }]);
  fake.perform('PutSecretValue', { SecretId: 'replicated', SecretString: 'S2' });
  expect(status()).toEqual([{ Region: 'us-east-1', Status: 'InProgress' }]);
  now += 50;
  expect(status()).toEqual([{ Region: 'us-east-1', Status: 'InSync' }]);
});

describe('RotateSecret', () => {
  const FUNCTION = 'arn:aws:lambda:eu-west-1:111122223333:function:rotation';
  const rotate = (input: object = {}) => fake.perform('RotateSecret', { SecretId: 'app', RotationLambdaARN: FUNCTION, ...input });

  test('calls the four steps with one token, and again from the first after a failure', async () => {
    const events: Record<string, unknown>[] = [];
    fake.addFunction(FUNCTION, async (event) => {
      events.push(event);
      const { Step, ClientRequestToken, SecretId } = event;
      if (Step === 'createSecret') fake.perform('PutSecretValue', { SecretId, ClientRequestToken, SecretString: 'S2', VersionStages: ['AWSPENDING'] });
      if (events.length === 3) throw new Error('testSecret failed');
      const { id } = fake.secret('app').versions[0];
      const move = { SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId: ClientRequestToken, RemoveFromVersionId: id };
      if (Step === 'finishSecret') fake.perform('UpdateSecretVersionStage', move);
    });
    const { VersionId, ARN } = rotate();
    expect(await fake.rotationOf(String(ARN))).toEqual({ succeeded: true, attempts: 2 });
    expect(events.map(({ Step }) => Step)).toEqual([
      'createSecret', 'setSecret', 'testSecret', 'createSecret', 'setSecret', 'testSecret', 'finishSecret',
    ]);
    expect(new Set(events.map(({ ClientRequestToken, SecretId }) => `${String(ClientRequestToken)} ${String(SecretId)}`))).toEqual(new Set([`${String(VersionId)} ${String(ARN)}`]));
    expect(fake.secret('app').versions.map(({ stages }) => stages)).toEqual([['AWSPREVIOUS'], ['AWSCURRENT']]);
  });

  test('leaves AWSPENDING when it gives up, and takes the same version up again', async () => {
    const tokens = new Set<unknown>();
    fake.addFunction(FUNCTION, async ({ ClientRequestToken }) => {
      tokens.add(ClientRequestToken);
      throw new Error('createSecret failed');
    });
    const { ARN } = rotate();
    expect(await fake.rotationOf(String(ARN))).toMatchObject({ succeeded: false, attempts: 5, error: { message: 'createSecret failed' } });
    expect(() => rotate()).toThrow('A previous rotation isn\'t complete');
    await fake.rotationOf(String(ARN));
    expect(tokens.size).toBe(1);
    fake.perform('CancelRotateSecret', { SecretId: 'app' });
    expect(fake.perform('DescribeSecret', { SecretId: 'app' })).toMatchObject({ RotationEnabled: false });
  });

  test('not immediately: calls testSecret alone, with the present value, and takes the label away', async () => {
    const seen: unknown[] = [];
    fake.addFunction(FUNCTION, async ({ Step, ClientRequestToken }) => {
      seen.push(Step, get({ VersionId: ClientRequestToken, VersionStage: 'AWSPENDING' }).SecretString);
    });
    const { ARN } = rotate({ RotateImmediately: false });
    expect(await fake.rotationOf(String(ARN))).toEqual({ succeeded: true, attempts: 1 });
    expect(seen).toEqual(['testSecret', 'S1']);
    expect(fake.secret('app').versions.map(({ stages }) => stages)).toEqual([['AWSCURRENT'], []]);
  });
});
