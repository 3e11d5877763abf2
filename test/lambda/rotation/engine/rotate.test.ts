import { randomUUID } from 'crypto';
import { ROTATION_STRATEGIES, RotationStrategyName } from '../../../../src/rotation/private/handler-contract';
import { RotationFixture } from '../../../support/rotation/rotation-fixture';

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

/** What each strategy costs; 10 is the limit. */
const CALLS: Record<RotationStrategyName, number> = { singleUser: 9, alternatingUsers: 10, dualPassword: 9 };

describe.each(ROTATION_STRATEGIES)('%s', (strategy) => {
  test('rotates, and AWSCURRENT logs in', async () => {
    const fixture = new RotationFixture({ strategy });
    for (let rotation = 0; rotation < 3; rotation++) {
      const before = fixture.stored('AWSCURRENT')!.password;
      await fixture.rotate();
      expect(fixture.logsIn('AWSCURRENT')).toBe(true);
      expect(fixture.stored('AWSCURRENT')!.password).not.toBe(before);
      expect(fixture.stored('AWSPREVIOUS')!.password).toBe(before);
    }
  });

  test('makes no more calls to Secrets Manager than it must', async () => {
    const fixture = new RotationFixture({ strategy });
    await fixture.rotate();
    expect(fixture.calls()).toHaveLength(CALLS[strategy]);
    await fixture.rotate();
    expect(fixture.calls()).toHaveLength(2 * CALLS[strategy]);
  });

  test.each(STEPS)('%s may be repeated', async (repeated) => {
    const fixture = new RotationFixture({ strategy }).begin();
    for (const step of STEPS) {
      await fixture.step(step);
      if (step === repeated) await fixture.steps(step, step);
    }
    expect(fixture.logsIn('AWSCURRENT')).toBe(true);
    expect(fixture.database.changes).toBe(1);
    expect(fixture.database.open).toBe(0);
  });

  test('tries AWSPENDING once a step', async () => {
    const fixture = new RotationFixture({ strategy }).begin();
    for (const step of STEPS) {
      const since = fixture.database.attempts.length;
      await fixture.step(step);
      const pending = fixture.stored(step === 'finishSecret' ? 'AWSCURRENT' : 'AWSPENDING')!;
      const tried = fixture.database.attempts.slice(since).filter(({ login }) => login.password === pending.password);
      expect(tried.length).toBe(step === 'setSecret' || step === 'testSecret' ? 1 : 0);
    }
  });

  test('keeps every other key of the secret', async () => {
    const fixture = new RotationFixture({ strategy, secret: { dbInstanceIdentifier: 'db-1', ssl: true, nested: { list: [1, 'ü'] } } });
    const before = fixture.stored('AWSCURRENT')!;
    await fixture.rotate();
    const { username, password, ...rest } = fixture.stored('AWSCURRENT')!;
    expect(rest).toEqual({ ...before, username: undefined, password: undefined });
    expect(username).toBe(strategy === 'alternatingUsers' ? 'app_clone' : 'app');
    expect(password).toHaveLength(32);
  });
});

describe('the calls of each step', () => {
  test.each([
    ['createSecret', ['DescribeSecret', 'GetSecretValue', 'PutSecretValue']],
    ['setSecret', ['DescribeSecret', 'GetSecretValue', 'GetSecretValue']],
    ['testSecret', ['GetSecretValue']],
    ['finishSecret', ['DescribeSecret', 'UpdateSecretVersionStage']],
  ] as const)('%s: %j', async (step, calls) => {
    const fixture = new RotationFixture().begin();
    for (const earlier of STEPS.slice(0, STEPS.indexOf(step))) await fixture.step(earlier);
    const since = fixture.calls().length;
    await fixture.step(step);
    expect(fixture.calls(since)).toEqual(calls);
  });

  test('a read of the pending value names version and label', async () => {
    const fixture = new RotationFixture().begin();
    await fixture.steps('createSecret', 'setSecret', 'testSecret');
    const reads = fixture.secretsManager.calls.filter(({ operation, input }) => operation === 'GetSecretValue' && input.VersionStage === 'AWSPENDING');
    expect(reads.map(({ input }) => input.VersionId)).toEqual([fixture.token, fixture.token]);
  });

  test('RotationToken goes back with PutSecretValue, and into no log line', async () => {
    const fixture = new RotationFixture().begin();
    const RotationToken = randomUUID();
    await fixture.step('createSecret', { event: { RotationToken } });
    expect(fixture.secretsManager.calls.find(({ operation }) => operation === 'PutSecretValue')!.input.RotationToken).toBe(RotationToken);
    expect(fixture.lines.join()).not.toContain(RotationToken);
  });
});

describe('where a rotation stands', () => {
  test.each(STEPS)('%s of a version that is current already succeeds and changes nothing', async (step) => {
    const fixture = new RotationFixture();
    await fixture.rotate();
    const before = fixture.secretsManager.secret(fixture.secretArn);
    const logins = fixture.database.attempts.length;
    await fixture.step(step);
    expect(fixture.outcomes().at(-1)).toBe('alreadyCurrent');
    expect(fixture.secretsManager.secret(fixture.secretArn)).toEqual(before);
    expect(fixture.database.attempts).toHaveLength(logins);
  });

  test('testSecret alone succeeds while AWSPENDING holds the present value, as when RotateImmediately is false', async () => {
    const fixture = new RotationFixture({ strategy: 'alternatingUsers' });
    fixture.begin(randomUUID(), fixture.textOf('AWSCURRENT'));
    await fixture.step('testSecret');
    expect(fixture.outcomes()).toEqual(['tested']);
    expect(fixture.database.changes).toBe(0);
  });

  test('alternating users take turns, each made by the superuser', async () => {
    const fixture = new RotationFixture({ strategy: 'alternatingUsers' });
    const users: string[] = [];
    for (let rotation = 0; rotation < 4; rotation++) {
      await fixture.rotate();
      users.push(fixture.stored('AWSCURRENT')!.username);
      expect(fixture.logsIn('AWSPREVIOUS')).toBe(true);
    }
    expect(users).toEqual(['app_clone', 'app', 'app_clone', 'app']);
    expect(fixture.database.user('app_clone').like).toBe('app');
  });

  test('a superuser secret that RDS manages holds only a user name and a password', async () => {
    const fixture = new RotationFixture({ strategy: 'alternatingUsers', superuserSecret: { engine: undefined, host: undefined, port: undefined } });
    await fixture.rotate();
    expect(fixture.logsIn('AWSCURRENT')).toBe(true);
  });

  test('with dual password the previous version logs in until the next rotation', async () => {
    const fixture = new RotationFixture({ strategy: 'dualPassword' });
    await fixture.rotate();
    const first = fixture.stored('AWSPREVIOUS')!.password as string;
    expect(fixture.database.logsIn('app', first)).toBe(true);
    await fixture.rotate();
    expect(fixture.database.logsIn('app', first)).toBe(false);
    expect(fixture.logsIn('AWSPREVIOUS')).toBe(true);
  });

  test('the credentials go pending, current, previous, and each is logged by its label alone', async () => {
    const fixture = new RotationFixture();
    await fixture.rotate();
    fixture.database.user('app').passwords = [fixture.stored('AWSPREVIOUS')!.password];
    fixture.begin();
    await fixture.step('createSecret');
    fixture.lines.length = 0;
    await fixture.step('setSecret');
    const tried = fixture.lines.map(line => JSON.parse(line) as Record<string, unknown>).filter(({ credentials }) => credentials);
    expect(tried.map(({ credentials, outcome }) => [credentials, outcome])).toEqual([
      ['AWSPENDING', 'refused'], ['AWSCURRENT', 'refused'], ['AWSPREVIOUS', 'loggedIn'],
    ]);
  });

  test('AWSPREVIOUS of another user is not tried', async () => {
    const fixture = new RotationFixture();
    await fixture.rotate();
    fixture.secretsManager.edit(fixture.secretArn, (secret) => {
      const previous = secret.versions.find(({ stages }) => stages.includes('AWSPREVIOUS'))!;
      previous.text = JSON.stringify({ ...JSON.parse(previous.text!) as object, username: 'root' });
    });
    fixture.database.user('app').passwords = ['changed by hand'];
    fixture.begin();
    await fixture.step('createSecret');
    const since = fixture.database.attempts.length;
    expect((await fixture.failure('setSecret')).kind).toBe('refused');
    expect(fixture.logins(since)).toEqual(['app', 'app']);
  });
});
