import { ENVIRONMENT } from './environment';
import { look, WatchedAccount } from './watched-account';
import { watcherHandler } from '../../../lambda/monitoring/watcher/handler';
import { MAX_LINES } from '../../../lambda/monitoring/watcher/report';
import type { SecretsManager } from '../../../lambda/rotation/engine/secrets-manager';
import { FINDINGS, WATCHED_DIMENSION, WATCHER_METRICS } from '../../../src/monitoring/contract/metrics';
import { EXPIRES_TAG } from '../../../src/monitoring/contract/tags';

/** What somebody tries who may name and tag secrets, or who answers in the place of the service. */

const FORGED = JSON.stringify({ _aws: { Timestamp: 1, CloudWatchMetrics: [{ Namespace: 'cdk-managed-secrets', Dimensions: [[]], Metrics: [{ Name: 'WatcherFailed' }] }] }, WatcherFailed: 0 });

const NASTY = [
  `x"}\n${FORGED}\n{"a":"`, `x\r\n${FORGED}`, `x\u2028${FORGED}\u2029`, `x\u0085${FORGED}`, '\u001b[2K\u001b[1Aall is well', '\u202egnihton', '\0', '\ud800', '__proto__', 'constructor',
  '_aws', 'WatcherFailed', '${jndi:ldap://x}', '%s%n', '../../etc', '😀',
];

describe('names and tags', () => {
  let account: WatchedAccount;
  beforeEach(async () => {
    account = await WatchedAccount.create();
  });
  afterEach(async () => account.close());

  test('cannot forge a line, a metric or a dimension', async () => {
    NASTY.forEach((text, index) => account.secret(`prod/payments/${index}`, secret => Object.assign(secret, {
      name: `prod/payments/${text}`, accessed: undefined, description: text, tags: [{ Key: EXPIRES_TAG, Value: text }, { Key: text, Value: text }],
    })));
    const { written, lines, metrics, failure } = await look(account.grownOld().function());
    expect(failure).toBeUndefined();
    // One line for each finding, one for the end and one for the metrics.
    expect(lines).toHaveLength(2 * NASTY.length + 2);
    expect(written).toMatch(/^[\x20-\x7e\n]*$/);
    expect(lines.filter(line => '_aws' in line)).toHaveLength(1);
    const counts = [WATCHER_METRICS.SECRETS_WATCHED, FINDINGS.SECRETS_EXPIRING, FINDINGS.SECRETS_NEVER_READ].map(metric => metrics[metric]);
    expect(counts).toEqual([NASTY.length, NASTY.length, NASTY.length]);
    expect(lines.filter(({ message }) => message === FINDINGS.SECRETS_EXPIRING).map(({ secretName }) => secretName).sort())
      .toEqual(NASTY.map(text => `prod/payments/${text}`).map(name => JSON.parse(JSON.stringify(name)) as string).sort());
  });

  test('are told as far as a person needs it: the name, and nothing of a tag or a value', async () => {
    const tags = [EXPIRES_TAG, 'hunter-two'].map(Key => ({ Key, Value: 'hunter-two' }));
    account.secret('prod/payments/key', secret => Object.assign(secret, { accessed: undefined, description: 'hunter-two', tags }));
    const { written } = await look(account.grownOld().function());
    expect(written).toContain('prod/payments/key');
    expect(written).not.toContain('hunter-two');
    expect(written).not.toContain('a value that nobody asks for');
  });

  test('of very many secrets do not fill the log: they are counted, and the first are named', async () => {
    for (let index = 0; index < MAX_LINES + 50; index += 1) account.secret(`prod/payments/${index}`, secret => { secret.accessed = undefined; });
    const { lines, metrics } = await look(account.grownOld().function());
    expect(metrics).toMatchObject({ [FINDINGS.SECRETS_NEVER_READ]: MAX_LINES + 50 });
    expect(lines.filter(({ message }) => message === FINDINGS.SECRETS_NEVER_READ)).toHaveLength(MAX_LINES);
  });
});

describe('answers', () => {
  async function lookAt(answers: (input: any, operation: string) => object): Promise<{ metrics: Record<string, any>; failure?: Error }> {
    const lines: string[] = [];
    const client = { send: async ({ input, constructor }: any) => answers(input, constructor.name) } as SecretsManager;
    const watcher = watcherHandler({ client, environment: ENVIRONMENT, write: line => lines.push(line), now: Date.now });
    const failure = await watcher(undefined, { getRemainingTimeInMillis: () => 8_000 }).then(() => undefined, (error: Error) => error);
    const { _aws, [WATCHED_DIMENSION]: _, ...metrics } = JSON.parse(lines.at(-1)!) as Record<string, any>;
    return { metrics, failure };
  }

  test('with secrets of other prefixes: those are not looked at', async () => {
    const SecretList = ['prod/payments/a', 'prod/payments', 'prod/paymentsX/b', 'PROD/PAYMENTS/c', 'x/prod/payments/d', ''].map(Name => ({ Name, ARN: `arn:${Name}`, PrimaryRegion: 'eu-west-1' }));
    const described: string[] = [];
    const { metrics } = await lookAt((input, operation) => {
      if (operation === 'ListSecretsCommand') return { SecretList };
      described.push(input.SecretId);
      return { Name: 'prod/payments/a', ARN: input.SecretId };
    });
    expect(described).toEqual(['arn:prod/payments/a']);
    expect(metrics).toMatchObject({ [WATCHER_METRICS.SECRETS_WATCHED]: 1 });
  });

  test('with one page again and again: that is no health, and it ends', async () => {
    const { metrics, failure } = await lookAt(() => ({ SecretList: [], NextToken: 'again' }));
    expect(failure).toMatchObject({ message: expect.stringContaining('repeats a page') });
    expect(metrics).toEqual({ [WATCHER_METRICS.WATCHER_FAILED]: 1 });
  });

  test('with pages that never end: that is no health, and it ends with the look', async () => {
    let page = 0;
    const { metrics, failure } = await lookAt(async () => {
      await new Promise(resolve => setTimeout(resolve, 10));
      return { SecretList: [], NextToken: String(page++) };
    });
    expect(failure).toMatchObject({ code: 'Timeout' });
    expect(metrics).toEqual({ [WATCHER_METRICS.WATCHER_FAILED]: 1 });
    await new Promise(resolve => setTimeout(resolve, 50));
    const pages = page;
    await new Promise(resolve => setTimeout(resolve, 100));
    expect(page).toBe(pages);
  });

  test('with a secret twice: it counts once', async () => {
    const one = { Name: 'prod/payments/a', ARN: 'arn:a' };
    const { metrics } = await lookAt(({ NextToken }) => (NextToken ? { SecretList: [one] } : { SecretList: [one], NextToken: 'next' }));
    expect(metrics).toMatchObject({ [WATCHER_METRICS.SECRETS_WATCHED]: 1 });
  });

  test('that are an error with a value in its text: nothing of it is told', async () => {
    const lines: string[] = [];
    const client = { send: async () => { throw Object.assign(new Error('hunter-two'), { name: 'hunter-two', code: 'hunter two' }); } } as unknown as SecretsManager;
    const watcher = watcherHandler({ client, environment: ENVIRONMENT, write: line => lines.push(line), now: Date.now });
    const failure = await watcher(undefined, { getRemainingTimeInMillis: () => 8_000 }).catch((error: Error) => error);
    expect(`${String(failure)} ${lines.join()}`).not.toMatch(/hunter/);
  });
});
