import { flawsOf } from './metric-format';
import { DAY, Look, look, WatchedAccount } from './watched-account';
import { WATCHER_ENVIRONMENT } from '../../../src/monitoring/contract/environment';
import { FINDINGS, METRIC_NAMESPACE, ROTATION_STATE, WATCHED_DIMENSION, WATCHER_METRICS } from '../../../src/monitoring/contract/metrics';
import { EXPIRES_TAG } from '../../../src/monitoring/contract/tags';
import type { CallHook } from '../../../tools/secrets-manager/fake-secrets-manager';
import { FAILURES } from '../../../tools/secrets-manager/service-failure';

/** The bundle of the watcher, in a process of its own, against Secrets Manager over HTTP. */

let account: WatchedAccount;
beforeEach(async () => {
  account = await WatchedAccount.create();
});
afterEach(async () => account.close());

const { SECRETS_WATCHED, WATCHER_FAILED, UNUSED_MONTHLY_COST } = WATCHER_METRICS;
const HEALTHY = { ...Object.fromEntries(Object.values(FINDINGS).map(finding => [finding, 0])), [UNUSED_MONTHLY_COST]: 0, [WATCHER_FAILED]: 0 };
const linesOf = ({ lines }: Look, level: string) => lines.filter(line => line.level === level);
const named = (result: Look, finding: string) => result.lines.filter(({ message }) => message === finding).map(({ secretName }) => secretName);
const before = (operation: string, act: (input: any) => void | Promise<void>): CallHook => async (when, call) => {
  if (when === 'before' && call.operation === operation) await act(call.input);
};

/** Never health when it could not look: no count of secrets, no finding told as 0, and an error. */
function expectNoHealth(result: Look, reason: RegExp): void {
  expect(result.metrics).toMatchObject({ [WATCHER_FAILED]: 1 });
  expect(result.metrics).not.toHaveProperty(SECRETS_WATCHED);
  expect(Object.values(result.metrics)).not.toContain(0);
  expect(result.error).toMatchObject({ name: 'LookError' });
  expect(result.failure).toMatch(reason);
  expect(linesOf(result, 'ERROR').at(-1)).toMatchObject({ message: WATCHER_FAILED, reason: expect.stringMatching(reason) });
}

function fillWithTroubles(): void {
  const replicas = (failed: boolean) => [{ region: 'eu-central-1', syncAt: 0, failed }];
  const rotation = { enabled: true, functionArn: 'function', days: 30 };
  account.secret('prod/payments/healthy');
  account.secret('prod/payments/in-sync', secret => { secret.replicas = replicas(false); });
  account.secret('prod/payments/overdue', secret => Object.assign(secret, { rotation, lastRotated: account.now - 31 * DAY }));
  account.secret('prod/payments/turned-off', secret => { secret.rotation = { ...rotation, enabled: false }; });
  account.secret('prod/payments/stuck', secret => secret.versions.push({ id: 'b', created: 0, text: 'b', stages: ['AWSPENDING'] }));
  account.secret('prod/payments/failed', secret => { secret.replicas = replicas(true); });
  account.secret('prod/payments/unused', secret => { secret.accessed = account.now - 100 * DAY; });
  account.secret('prod/payments/never-read', secret => { secret.accessed = undefined; });
  account.secret('prod/payments/expires', secret => { secret.tags = [{ Key: EXPIRES_TAG, Value: '2020-01-01' }]; });
  account.secret('prod/payments/deleted', secret => Object.assign(secret, { deleted: account.now, accessed: undefined }));
  account.secret('prod/other/unused', secret => { secret.accessed = undefined; });
  account.secret('PROD/payments/unused', secret => { secret.accessed = undefined; });
}

test('of each secret that is rotated it tells the last and the next rotation, for the dashboard', async () => {
  const rotation = { enabled: true, functionArn: 'function', days: 30 };
  account.secret('prod/payments/fresh', secret => Object.assign(secret, { rotation, lastRotated: account.now - 3 * DAY }));
  account.secret('prod/payments/overdue', secret => Object.assign(secret, { rotation, lastRotated: account.now - 35 * DAY }));
  account.secret('prod/payments/fixed');
  const states = (await look(account.function())).lines.filter(({ message }) => message === ROTATION_STATE);
  expect(states.map(({ secretName, state, ageDays }) => [secretName, state, ageDays])).toEqual([
    ['prod/payments/fresh', 'OK', 3], ['prod/payments/overdue', FINDINGS.SECRETS_OVERDUE, 35],
  ]);
  expect(Date.parse(states[0].nextRotation) - Date.parse(states[0].lastRotation)).toBe(30 * DAY);
});

test('a namespace with one secret of each trouble: each is counted and named, and nothing beyond the prefix', async () => {
  fillWithTroubles();
  account.grownOld();
  const result = await look(account.function());
  expect(result.failure).toBeUndefined();
  expect(result.metrics).toEqual({
    ...Object.fromEntries(Object.values(FINDINGS).map(finding => [finding, 1])),
    [UNUSED_MONTHLY_COST]: 0.8,
    [SECRETS_WATCHED]: 9,
    [WATCHER_FAILED]: 0,
  });
  const names = ['overdue', 'turned-off', 'stuck', 'failed', 'unused', 'never-read', 'expires'];
  expect(Object.values(FINDINGS).map(finding => named(result, finding))).toEqual(names.map(name => [`prod/payments/${name}`]));
  expect(account.fake.countsOf()).toEqual({ ListSecrets: 1, DescribeSecret: 2 });
});

test('metrics are in the embedded metric format, by AWS\'s schema, when a look is complete and when it is not', async () => {
  fillWithTroubles();
  account.grownOld();
  const watcher = account.function();
  const complete = await look(watcher);
  account.fake.hook = before('DescribeSecret', () => { throw FAILURES.kmsDenied(); });
  const other = await look(watcher);
  for (const { lines } of [complete, other]) {
    const documents = lines.filter(line => '_aws' in line);
    expect(documents.map(flawsOf)).toEqual([[]]);
    expect(documents[0]._aws.CloudWatchMetrics).toMatchObject([{ Namespace: METRIC_NAMESPACE, Dimensions: [[WATCHED_DIMENSION]] }]);
    expect(documents[0][WATCHED_DIMENSION]).toBe('prod/payments/');
    expect(Math.abs(documents[0]._aws.Timestamp - Date.now())).toBeLessThan(60_000);
  }
  expectNoHealth(other, /some secrets could not be looked at/);
});

test('the check of the format finds what is wrong', () => {
  const document = { _aws: { Timestamp: 1, CloudWatchMetrics: [{ Namespace: 'n', Dimensions: [['d']], Metrics: [{ Name: 'm', Unit: 'Count' }] }] }, d: 'x', m: 1 };
  expect(flawsOf(document)).toEqual([]);
  const [right] = document._aws.CloudWatchMetrics;
  const directive = (change: object) => ({ ...document, _aws: { ...document._aws, CloudWatchMetrics: [{ ...right, ...change }] } });
  const wrong = [{ ...document, d: 1 }, { ...document, m: '1' }, { ...document, _aws: {} }, directive({ Metrics: [{ Name: 'm', Unit: 'Dollars' }] }),
    directive({ Dimensions: [] }), directive({ Namespace: '' }), { ...document, _aws: { ...document._aws, Timestamp: '1' } }];
  expect(wrong.filter(each => flawsOf(each).length === 0)).toEqual([]);
});

test('an empty namespace is healthy, and its number of secrets is 0', async () => {
  const result = await look(account.grownOld().function());
  expect(result.metrics).toEqual({ ...HEALTHY, [SECRETS_WATCHED]: 0 });
});

test('two looks in one process say the same', async () => {
  fillWithTroubles();
  const watcher = account.grownOld().function();
  const [first, second] = [await look(watcher), await look(watcher)];
  expect(second.metrics).toEqual(first.metrics);
  const told = ({ lines }: Look) => lines.map(({ message, secretName }) => [message, secretName]);
  expect(told(second)).toEqual(told(first));
});

describe('when Secrets Manager', () => {
  beforeEach(() => {
    for (let index = 0; index < 250; index += 1) account.secret(`prod/payments/${index}`, secret => { secret.accessed = index === 0 ? undefined : secret.accessed; });
    account.secret('prod/payments/zz-replicated', secret => { secret.replicas = [{ region: 'eu-central-1', syncAt: 0 }]; });
    account.grownOld();
  });

  test('throttles, the function tries again and sees everything', async () => {
    account.fake.fail('ListSecrets', FAILURES.throttled(), 2);
    account.fake.fail('DescribeSecret', FAILURES.throttled(), 2);
    const { metrics, failure } = await look(account.function());
    expect(failure).toBeUndefined();
    expect(metrics).toEqual({ ...HEALTHY, [FINDINGS.SECRETS_NEVER_READ]: 1, [UNUSED_MONTHLY_COST]: 0.4, [SECRETS_WATCHED]: 251 });
    expect(account.fake.countsOf()).toEqual({ ListSecrets: 5, DescribeSecret: 3 });
  });

  test('fails at the second page, what the first held is told, and no health', async () => {
    account.fake.hook = before('ListSecrets', ({ NextToken }) => { if (NextToken) throw FAILURES.unavailable(); });
    const result = await look(account.function());
    expectNoHealth(result, /listing the secrets failed; Secrets Manager is busy/);
    expect(result.metrics).toEqual({ [FINDINGS.SECRETS_NEVER_READ]: 1, [WATCHER_FAILED]: 1 });
    expect(named(result, FINDINGS.SECRETS_NEVER_READ)).toEqual(['prod/payments/0']);
    expect(account.fake.countsOf()).toEqual({ ListSecrets: 6 });
  });

  test('does not allow the list, that is no health', async () => {
    account.fake.fail('ListSecrets', FAILURES.cannotInvoke(), 9);
    expectNoHealth(await look(account.function()), /listing the secrets failed; check the role of the watcher/);
  });

  test('does not allow one description, that one is named, and all others are looked at', async () => {
    account.fake.fail('DescribeSecret', FAILURES.kmsDenied(), 9);
    const result = await look(account.function());
    expectNoHealth(result, /some secrets could not be looked at/);
    expect(linesOf(result, 'ERROR')[0]).toMatchObject({ secretArn: expect.stringContaining('prod/payments/zz-replicated'), errorCode: 'AccessDeniedException' });
    expect(result.lines).toContainEqual(expect.objectContaining({ message: WATCHER_FAILED, secrets: 250, missed: 1 }));
  });

  test('has deleted a secret since it was listed, that is nothing to tell', async () => {
    account.fake.hook = before('DescribeSecret', ({ SecretId }) => void account.fake.perform('DeleteSecret', { SecretId, ForceDeleteWithoutRecovery: true }));
    const { metrics, failure } = await look(account.function());
    expect(failure).toBeUndefined();
    expect(metrics).toMatchObject({ [SECRETS_WATCHED]: 250, [WATCHER_FAILED]: 0 });
  });

  test('is going to delete a secret since it was listed, that is nothing to tell either', async () => {
    account.fake.hook = before('DescribeSecret', ({ SecretId }) => void account.fake.perform('DeleteSecret', { SecretId }));
    expect((await look(account.function())).metrics).toMatchObject({ [SECRETS_WATCHED]: 250, [WATCHER_FAILED]: 0 });
  });

  test('is slow, the function ends before Lambda ends it, and says that it has not seen all', async () => {
    account.fake.hook = before('ListSecrets', async ({ NextToken }) => { if (NextToken) await new Promise(resolve => setTimeout(resolve, 30_000).unref()); });
    const result = await look(account.function({}, 7_000));
    expectNoHealth(result, /the time of the function was over before all secrets were looked at/);
    expect(result.error).toMatchObject({ code: 'Timeout' });
    expect(result.metrics).toEqual({ [FINDINGS.SECRETS_NEVER_READ]: 1, [WATCHER_FAILED]: 1 });
    expect(result.milliseconds).toBeLessThan(7_000);
  });

  test('cannot be reached, that is no health', async () => {
    await account.close();
    account = await WatchedAccount.create();
    const result = await look(account.function({ SECRETS_MANAGER_ENDPOINT: 'http://127.0.0.1:1' }));
    expectNoHealth(result, /listing the secrets failed; check that the function reaches Secrets Manager/);
  });
});

test('an environment that it does not understand is an error before any call', async () => {
  const result = await look(account.grownOld().function({ [WATCHER_ENVIRONMENT.UNUSED_DAYS]: 'many' }));
  expect(result.failure).toMatch(/`UNUSED_DAYS` must be a whole number; correct the environment of the function/);
  expect(account.fake.calls).toEqual([]);
});

describe('secrets by their ARNs', () => {
  const ofArns = (...arns: string[]) => ({ [WATCHER_ENVIRONMENT.NAME_PREFIX]: '', [WATCHER_ENVIRONMENT.SECRET_ARNS]: arns.join(',') });

  test('are described, and nothing is listed', async () => {
    const [one, other] = [account.secret('legacy/one', secret => { secret.accessed = undefined; }), account.secret('legacy/other')];
    account.secret('legacy/unnamed', secret => { secret.accessed = undefined; });
    const result = await look(account.grownOld().function(ofArns(one, other)));
    expect(result.metrics).toMatchObject({ [SECRETS_WATCHED]: 2, [FINDINGS.SECRETS_NEVER_READ]: 1 });
    expect(account.fake.countsOf()).toEqual({ DescribeSecret: 2 });
  });

  test('count once when they are below the prefix too', async () => {
    const arn = account.secret('prod/payments/one');
    const result = await look(account.grownOld().function({ [WATCHER_ENVIRONMENT.SECRET_ARNS]: arn }));
    expect(result.metrics).toMatchObject({ [SECRETS_WATCHED]: 1 });
  });

  test('of which one does not exist are no health', async () => {
    const arn = account.secret('legacy/one');
    const result = await look(account.grownOld().function(ofArns(arn, `${arn.slice(0, -7)}-gone-abcdef`)));
    expectNoHealth(result, /some secrets could not be looked at/);
    expect(linesOf(result, 'ERROR')[0]).toMatchObject({ secretArn: expect.stringContaining('-gone-'), reason: expect.stringContaining('take it out of what is watched') });
  });
});

test('every secret is described where replicas are to be expected', async () => {
  account.secret('prod/payments/one');
  await look(account.grownOld().function({ [WATCHER_ENVIRONMENT.DESCRIBE_ALL]: 'true' }));
  expect(account.fake.countsOf()).toEqual({ ListSecrets: 1, DescribeSecret: 1 });
});
