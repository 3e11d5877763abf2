import { randomUUID } from 'crypto';
import { RotationMemory } from '../../../../lambda/rotation/engine/rotation-memory';
import { OVERLAPS, ROTATION_STRATEGIES, RotationStrategyName } from '../../../../src/rotation/contract/strategies';
import { RotationFixture } from '../../../support/rotation/rotation-fixture';

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

/** What each strategy costs in one process; 8 is the limit. */
const CALLS: Record<RotationStrategyName, number> = { singleUser: 7, alternatingUsers: 8, dualPassword: 7, superuserSets: 8 };

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
    const fixture = new RotationFixture({ strategy, warm: true });
    await fixture.rotate();
    expect(fixture.calls()).toHaveLength(CALLS[strategy]);
    await fixture.rotate();
    expect(fixture.calls()).toHaveLength(2 * CALLS[strategy]);
  });

  test('reads AWSCURRENT again when it is another version than the one that the process knows', async () => {
    const fixture = new RotationFixture({ strategy, warm: true }).begin();
    await fixture.step('createSecret');
    const moved = { ...fixture.stored('AWSCURRENT'), host: 'moved.example.com' };
    fixture.secretsManager.perform('PutSecretValue', { SecretId: fixture.secretArn, SecretString: JSON.stringify(moved) });
    expect((await fixture.failure('setSecret')).message).toContain('another host');
  });

  test('knows nothing of one rotation in the next, nor of one secret in another', async () => {
    const memory = new RotationMemory();
    memory.of('one', 'token').keep('version', 'text');
    memory.of('one', 'token').tested = true;
    for (const [secret, token] of [['two', 'token'], ['one', 'another'], ['one', 'token']]) {
      const known = memory.of(secret, token);
      expect([known.textOf('version'), known.tested, known.hasOtherThan('token')]).toEqual([undefined, false, false]);
    }
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

  test('tries AWSPENDING once a step at most', async () => {
    const fixture = new RotationFixture({ strategy, warm: true }).begin();
    for (const step of STEPS) {
      const since = fixture.database.attempts.length;
      await fixture.step(step);
      const pending = fixture.stored(step === 'finishSecret' ? 'AWSCURRENT' : 'AWSPENDING')!;
      const tried = fixture.database.attempts.slice(since).filter(({ login }) => login.password === pending.password);
      const tries = { createSecret: 0, setSecret: OVERLAPS[strategy] === 'none' ? 0 : 1, testSecret: 1, finishSecret: 0 };
      expect(tried.length).toBe(tries[step]);
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
    ['createSecret', false, ['GetSecretValue', 'DescribeSecret', 'PutSecretValue']],
    ['setSecret', false, ['GetSecretValue', 'GetSecretValue', 'DescribeSecret']],
    ['testSecret', false, ['GetSecretValue', 'DescribeSecret']],
    ['finishSecret', false, ['GetSecretValue', 'DescribeSecret', 'UpdateSecretVersionStage']],
    ['createSecret', true, ['GetSecretValue', 'DescribeSecret', 'PutSecretValue']],
    ['setSecret', true, ['DescribeSecret']],
    ['testSecret', true, ['DescribeSecret']],
    ['finishSecret', true, ['DescribeSecret', 'UpdateSecretVersionStage']],
  ] as const)('%s, in a process that did the steps before: %s: %j', async (step, warm, calls) => {
    const fixture = new RotationFixture({ warm }).begin();
    for (const earlier of STEPS.slice(0, STEPS.indexOf(step))) await fixture.step(earlier);
    const since = fixture.calls().length;
    await fixture.step(step);
    expect(fixture.calls(since)).toEqual(calls);
  });

  test.each(STEPS.slice(0, 3))('%s reads while it describes: neither waits for the other', async (step) => {
    const fixture = new RotationFixture().begin();
    for (const earlier of STEPS.slice(0, STEPS.indexOf(step))) await fixture.step(earlier);
    let open = 0;
    let most = 0;
    fixture.secretsManager.hook = async (when) => {
      open += when === 'before' ? 1 : -1;
      most = Math.max(most, open);
      if (when === 'before') await new Promise(resolve => setImmediate(resolve));
    };
    await fixture.step(step);
    expect(most).toBe(step === 'setSecret' ? 3 : 2);
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

/** Secrets Manager describes the secret once as it was. */
function describeOnceAs(fixture: RotationFixture, stages: Record<string, string[]>): void {
  const { execute } = fixture.secretsManager;
  let answers = 0;
  fixture.secretsManager.execute = async (operation, input) => {
    const output = await execute.call(fixture.secretsManager, operation, input);
    return operation === 'DescribeSecret' && answers++ === 0 ? { ...output, VersionIdsToStages: stages } : output;
  };
}

describe.each(ROTATION_STRATEGIES)('another runner has finished, %s:', (strategy) => {
  test.each(['createSecret', 'setSecret'] as const)('%s that sees an old description finds it done', async (step) => {
    const fixture = new RotationFixture({ strategy });
    const first = fixture.versionOf('AWSCURRENT')!;
    await fixture.rotate();
    describeOnceAs(fixture, { [first]: ['AWSCURRENT'], [fixture.token]: ['AWSPENDING'] });
    const changes = fixture.database.changes;
    await fixture.step(step);
    expect([fixture.outcomes().at(-1), fixture.database.changes]).toEqual(['alreadyCurrent', changes]);
  });
});

describe('two runners of one step at once', () => {
  test('of a single user both succeed, whoever is faster', async () => {
    for (let round = 0; round < 20; round++) {
      const fixture = new RotationFixture().begin();
      await fixture.step('createSecret');
      const { connect } = fixture.adapter;
      fixture.adapter.connect = async (...args) => {
        for (let turns = Math.random() * 8; turns > 0; turns--) await new Promise(resolve => setImmediate(resolve));
        return connect.apply(fixture.adapter, args);
      };
      await Promise.all([1, 2, 3].map(async () => fixture.step('setSecret')));
      expect(fixture.logsIn('AWSPENDING')).toBe(true);
    }
  });
});

describe('finishSecret before its time', () => {
  test('does not promote a version without a value', async () => {
    const fixture = new RotationFixture().begin();
    const before = fixture.versionOf('AWSCURRENT');
    expect((await fixture.failure('finishSecret')).message).toMatch(/check that .* createSecret has run/);
    expect(fixture.versionOf('AWSCURRENT')).toBe(before);
  });

  test.each(ROTATION_STRATEGIES)('does not promote a version that does not log in: %s', async (strategy) => {
    const fixture = new RotationFixture({ strategy }).begin();
    await fixture.step('createSecret');
    const before = fixture.versionOf('AWSCURRENT');
    expect(await fixture.failure('finishSecret')).toMatchObject({ kind: 'refused', message: expect.stringContaining('setSecret has run') });
    expect(fixture.versionOf('AWSCURRENT')).toBe(before);
    await fixture.steps('setSecret', 'finishSecret');
    expect(fixture.logsIn('AWSCURRENT')).toBe(true);
  });

  test('every order of the steps leaves an AWSCURRENT that logs in', async () => {
    for (const order of permutations(STEPS)) {
      for (const warm of [true, false]) {
        const fixture = new RotationFixture({ strategy: 'alternatingUsers', warm }).begin();
        for (const step of order) await fixture.step(step).catch(() => undefined);
        expect([order, fixture.logsIn('AWSCURRENT')]).toEqual([order, true]);
      }
    }
  });
});

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap(first => permutations(items.filter(item => item !== first)).map(rest => [first, ...rest]));
}

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

  test('where the database does not show whose the other user is, a login with AWSPREVIOUS does', async () => {
    const fixture = new RotationFixture({ strategy: 'alternatingUsers', warm: true });
    await fixture.rotate();
    fixture.database.user('app').stranger = true;
    const since = [fixture.calls().length, fixture.database.attempts.length] as const;
    await fixture.rotate();
    expect(fixture.calls(since[0])).toHaveLength(CALLS.alternatingUsers + 1);
    expect(fixture.logins(since[1]).slice(0, 4)).toEqual(['app', 'app_clone', 'root', 'app']);
    expect(fixture.logsIn('AWSCURRENT')).toBe(true);
  });

  test.each([['where AWSPREVIOUS does not log in', 2], ['without AWSPREVIOUS', 0]])('%s, the other user stays what it is', async (_, rotations) => {
    const fixture = new RotationFixture({ strategy: 'alternatingUsers' });
    for (let rotation = 0; rotation < rotations; rotation++) await fixture.rotate();
    fixture.database.createUser('app_clone', fixture.password);
    fixture.database.user('app_clone').stranger = true;
    fixture.begin();
    await fixture.step('createSecret');
    expect(await fixture.failure('setSecret')).toMatchObject({ kind: 'configuration', code: 'FAKE_STRANGER' });
    expect(fixture.database.logsIn('app_clone', fixture.password)).toBe(true);
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

  test('the credentials of a single user go current, pending, previous, and each is logged by its label alone', async () => {
    const fixture = new RotationFixture();
    await fixture.rotate();
    fixture.database.user('app').passwords = [fixture.stored('AWSPREVIOUS')!.password];
    fixture.begin();
    await fixture.step('createSecret');
    fixture.lines.length = 0;
    await fixture.step('setSecret');
    const tried = fixture.lines.map(line => JSON.parse(line) as Record<string, unknown>).filter(({ credentials }) => credentials);
    expect(tried.map(({ credentials, outcome }) => [credentials, outcome])).toEqual([
      ['AWSCURRENT', 'refused'], ['AWSPENDING', 'refused'], ['AWSPREVIOUS', 'loggedIn'],
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
