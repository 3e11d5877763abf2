import { look, WatchedAccount } from './watched-account';
import { FINDINGS, WATCHER_METRICS } from '../../../src/monitoring/contract/metrics';

jest.setTimeout(600_000);

const SECRETS = 10_000;

/** Lambda's own limit for the function is ten minutes, and it has 512 MiB. */
const MEMORY_MIB = 512;

let account: WatchedAccount;
beforeEach(async () => {
  account = await WatchedAccount.create();
});
afterEach(async () => account.close());

/** `WATCHER_REPLICATED=10000` has them all replicated. */
test('10,000 secrets, some of them replicated: each page once, each replicated secret once, within the time and the memory', async () => {
  const replicated = Number(process.env.WATCHER_REPLICATED ?? 1_000);
  for (let index = 0; index < SECRETS; index += 1) {
    account.secret(`prod/payments/${index}`, (secret) => {
      if (index < replicated) secret.replicas = [{ region: 'eu-central-1', syncAt: 0, failed: index % 100 === 0 }];
      if (index % 1_000 === 0) secret.accessed = undefined;
    });
  }
  const { metrics, failure, milliseconds, usage, memoryMiB } = await look(account.grownOld().function({}, 600_000, MEMORY_MIB));
  process.stderr.write(`${SECRETS} secrets, ${replicated} replicated: ${JSON.stringify(account.fake.countsOf())}, ${(milliseconds / 1000).toFixed(1)} s, `
    + `${((usage?.cpuMs ?? 0) / 1000).toFixed(1)} s of the processor, ${Math.round(memoryMiB ?? 0)} MiB, at most ${Math.round((usage?.peakKiB ?? 0) / 1024)}\n`);
  expect(failure).toBeUndefined();
  expect(metrics).toMatchObject({
    [WATCHER_METRICS.SECRETS_WATCHED]: SECRETS,
    [WATCHER_METRICS.WATCHER_FAILED]: 0,
    [FINDINGS.SECRETS_NEVER_READ]: SECRETS / 1_000,
    [FINDINGS.REPLICAS_NOT_IN_SYNC]: replicated / 100,
  });
  expect(account.fake.countsOf()).toEqual({ ListSecrets: SECRETS / 100, DescribeSecret: replicated });
  expect((usage?.peakKiB ?? Infinity) / 1024).toBeLessThan(MEMORY_MIB * 0.75);
});
