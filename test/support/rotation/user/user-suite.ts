import type { UserDatabase } from './user-database';
import { StandOptions, UserStand } from './user-stand';
import type { RotationStrategyName } from '../../../../src/rotation/contract/strategies';
import { ROTATION_TAGS } from '../../../../src/rotation/contract/tags';
import { newPassword } from '../../../../tools/servers/new-password';
import { proves } from '../../proofs';
import { FaultProxy } from '../../servers/fault-proxy';
import { startsServers } from '../../servers/suite-servers';
import { Crash } from '../fault-points';

/** What the log of a server has of a change of a user. */
const CHANGES = /\b(GRANT .* TO|REVOKE .* FROM|(CREATE|ALTER|DROP) (USER|ROLE)|COMMENT ON)\b|"((create|update|drop)User|update|delete)":/;

/** Places in each conversation that are tried, spread over all of its bytes. */
const CUTS = 30;

export interface UserSuite {
  readonly strategies: readonly RotationStrategyName[];
  /** Whether the process dies and the connection is cut everywhere, which takes a minute. @default true */
  readonly deaths?: boolean;
}

/** What holds of a user before its first rotation, whatever its database. */
export function makesUsers({ strategies, deaths = true }: UserSuite, start: () => Promise<UserDatabase>): void {
  let database: UserDatabase;
  const passwords: string[] = [];
  proves(async () => ({ credential: database.adapter.engine.title, strategies, server: await database.product() }));
  startsServers(async (keep) => {
    database = await keep(start());
  });
  const stand = (options: StandOptions = {}) => {
    const made = new UserStand(database, options);
    passwords.push(made.password);
    return made;
  };

  test('AWSCURRENT logs in when CloudFormation has its answer, and may do what was asked, and no more', async () => {
    const user = stand();
    const answer = await user.deploy();
    await user.use();
    expect(await database.catalogue(user.username)).toEqual(database.granted);
    expect(answer).toEqual({
      PhysicalResourceId: `${user.username}@${database.administrator.host}:${database.administrator.port}`, Data: { SecretArn: user.secretArn },
    });
  });

  test('a repetition changes nothing, and keeps the password', async () => {
    const user = stand();
    const first = await user.deploy();
    const logged = database.log().length;
    expect(await user.deploy('Create')).toEqual(first);
    expect(await user.deploy('Update')).toEqual(first);
    const changes = database.log().slice(logged).split('\n').filter((line) => line.includes(user.username))
      .filter((line) => CHANGES.test(line));
    expect(changes).toEqual([]);
    await user.use();
  });

  test('what is asked no more is taken, and what is asked anew is given', async () => {
    const user = stand();
    await user.deploy();
    await user.deploy('Update', { grants: database.fewerGrants });
    expect(await database.catalogue(user.username)).toEqual(database.fewerGranted);
    await user.deploy('Update', { grants: database.grants });
    expect(await database.catalogue(user.username)).toEqual(database.granted);
    await user.use();
  });

  test('what a person has changed is brought back', async () => {
    const user = stand();
    await user.deploy();
    await database.drift(user.username);
    expect(await database.catalogue(user.username)).not.toEqual(database.granted);
    await user.deploy('Update');
    expect(await database.catalogue(user.username)).toEqual(database.granted);
    await user.use();
  });

  test('a password that a person has changed is brought back', async () => {
    const user = stand();
    await user.deploy();
    const stored = user.current().password;
    const other = newPassword();
    passwords.push(other);
    user.write({ password: other });
    await user.deploy('Update');
    expect([await user.logsIn(other), await user.logsIn(stored)]).toEqual([true, false]);
  });

  describe('rotates afterwards, by', () => {
    test.each(strategies)('%s', async (strategy) => {
      const grants = strategy === 'dualPassword'
        ? [...database.grants, { on: 'server', privileges: ['APPLICATION_PASSWORD_ADMIN'] } as const] : database.grants;
      const user = stand({ strategy, user: { grants } });
      await user.deploy();
      for (let rotation = 0; rotation < 3; rotation++) {
        const before = user.current();
        await user.rotate();
        passwords.push(user.current().password);
        expect(user.current().password).not.toBe(before.password);
        await user.use();
        await user.deploy('Update');
        await user.use();
      }
      await user.deploy('Update', { grants: database.fewerGrants });
      expect(await database.catalogue(user.username)).toEqual(database.fewerGranted);
      expect(await user.logsIn(user.current().password, user.current().username)).toBe(true);
    });
  });

  test('of alternating users, the clone that is current has new grants at once', async () => {
    const user = stand({ strategy: 'alternatingUsers', user: { grants: database.fewerGrants } });
    await user.deploy();
    await user.rotate();
    const { username, password } = user.current();
    passwords.push(password);
    expect(username).toBe(`${user.username}_clone`);
    await user.deploy('Update', { grants: database.grants });
    await user.use();
    expect(user.current()).toMatchObject({ username, password });
  });

  test('a user who is there already is refused, and taken over only when the app says so', async () => {
    const user = stand();
    const other = newPassword();
    passwords.push(other);
    await database.createByHand(user.username, other);
    const before = await database.catalogue(user.username);
    const error = await user.failure(user.deploy());
    expect(error).toMatchObject({ kind: 'configuration', message: expect.stringContaining('set `takeOver` of the DatabaseUser') });
    expect(await database.catalogue(user.username)).toEqual(before);
    expect([await user.logsIn(other), await user.logsIn(user.password)]).toEqual([true, false]);

    await user.deploy('Create', { takeOver: true });
    expect(await database.catalogue(user.username)).toEqual(database.granted);
    expect([await user.logsIn(other), await user.logsIn(user.password)]).toEqual([false, true]);
    await user.deploy('Update', { takeOver: false });
    await user.use();
  });

  test('the superuser is never taken over', async () => {
    const user = stand({ user: { username: database.administrator.username, takeOver: true } });
    user.write({ username: database.administrator.username });
    expect((await user.failure(user.deploy())).message).toContain('the user to create is the superuser itself');
    expect(await user.logsIn(database.administrator.password, database.administrator.username)).toBe(true);
  });

  test('a user who goes from the app stays, unless asked', async () => {
    const user = stand();
    await user.deploy();
    await user.deploy('Delete');
    await user.use();
    expect(await database.catalogue(user.username)).toEqual(database.granted);
  });

  test.each(['singleUser', 'alternatingUsers'] as const)('a user who is to go with the secret goes, and may come again: %s', async (strategy) => {
    const user = stand({ strategy, user: { drop: true } });
    await user.deploy();
    await user.rotate();
    passwords.push(user.current().password);
    await user.deploy('Delete');
    expect([await database.exists(user.username), await database.exists(`${user.username}_clone`)]).toEqual([false, false]);
    await user.deploy('Delete');
    user.write({ username: user.username });
    await user.deploy('Create');
    await user.use();
  });

  test('a user of a person is not dropped', async () => {
    const user = stand({ user: { drop: true } });
    const other = newPassword();
    passwords.push(other);
    await database.createByHand(user.username, other);
    user.physicalId = `${user.username}@${database.administrator.host}:${database.administrator.port}`;
    await user.failure(user.deploy('Create'));
    const before = await database.catalogue(user.username);
    await user.deploy('Delete');
    expect(await user.logsIn(other)).toBe(true);
    expect(await database.catalogue(user.username)).toEqual(before);
  });

  testAttacks(stand, () => database);
  if (deaths) testDeaths(stand, () => database);

  test('no password is in the server\'s log, nor in the function\'s', async () => {
    const log = database.log();
    expect(passwords.length).toBeGreaterThan(15);
    expect(passwords.filter((password) => log.includes(password))).toEqual([]);
  });
}

type MakeStand = (options?: StandOptions) => UserStand;

function testAttacks(stand: MakeStand, get: () => UserDatabase): void {
  test('who invokes the function with a description that no tag vouches for gets nothing', async () => {
    const user = stand();
    const admin = { on: 'statement', database: get().database, statement: 'SELECT 1' } as const;
    await user.deploy();
    for (const forged of [{ grants: [...get().grants, admin] }, { username: 'somebody' }, { takeOver: true }, { database: 'mysql' }]) {
      for (const RequestType of ['Create', 'Update']) {
        const event = { RequestType, ResourceProperties: user.properties({ ...user.user, ...forged }) };
        expect((await user.failure(user.request(event))).message).toContain('the tags of the secret do not vouch for the user');
      }
    }
    expect(await get().catalogue(user.username)).toEqual(get().granted);
    expect(await get().exists('somebody')).toBe(false);
  });

  test('who invokes the function has no user dropped that the app keeps', async () => {
    const user = stand();
    const { PhysicalResourceId } = await user.deploy();
    const properties = [user.properties(), user.properties({ ...user.user, drop: true })];
    for (const ResourceProperties of properties) await user.request({ RequestType: 'Delete', PhysicalResourceId, ResourceProperties });
    await user.use();
  });

  test.each([
    [{}], [{ RequestType: 'Create' }], [{ RequestType: 'Create', ResourceProperties: { SecretArn: 'x', User: '{}' } }],
    [{ RequestType: 'Read', ResourceProperties: {} }],
  ])('an event that CloudFormation would not send is refused before anything is called: %j', async (event) => {
    const user = stand();
    const calls = user.secretsManager.calls.length;
    expect((await user.failure(user.request(event))).message).toMatch(/let (CloudFormation|Secrets Manager) invoke this function/);
    expect(user.secretsManager.calls).toHaveLength(calls);
  });

  test.each([
    ['user', { username: 'postgres' }, 'AWSCURRENT names another user than the app'],
    ['host', { host: 'evil.example.com' }, 'AWSCURRENT names another host or port than the tags'],
    ['port', { port: 1 }, 'AWSCURRENT names another host or port than the tags'],
  ])('who may write values before the first run names another %s, and gains nothing', async (_, change, message) => {
    const user = stand();
    user.write(change);
    expect((await user.failure(user.deploy())).message).toContain(message);
    expect(await get().exists(user.username)).toBe(false);
    expect(user.lines.filter((line) => line.includes('Tried credentials'))).toEqual([]);
  });

  test('who may write values names another superuser, and gains nothing', async () => {
    const user = stand();
    user.write({ masterarn: user.secretArn });
    await user.deploy();
    await user.use();
  });

  test('without the tag of the superuser nothing is done', async () => {
    const user = stand();
    user.tag(ROTATION_TAGS.SUPERUSER_SECRET, undefined);
    await user.failure(user.deploy());
    expect(await get().exists(user.username)).toBe(false);
  });
}

function testDeaths(stand: MakeStand, get: () => UserDatabase): void {
  test('dead before or after any effect, a repetition ends well', async () => {
    const whole = stand();
    let points = 0;
    whole.point = async () => void points++;
    await whole.deploy();
    expect(points).toBeGreaterThan(15);
    for (let crashAt = 0; crashAt < points; crashAt++) {
      const user = stand();
      let point = 0;
      user.point = async () => {
        if (point++ >= crashAt) throw new Crash();
      };
      await user.failure(user.deploy());
      user.point = undefined;
      await user.deploy();
      await user.use();
      expect([crashAt, await get().catalogue(user.username)]).toEqual([crashAt, get().granted]);
    }
    process.stdout.write(`${get().adapter.engine.title}: died at ${points} points of a creation, and each repetition ended well\n`);
  }, 120_000);

  test('cut off anywhere, a repetition ends well', async () => {
    const proxy = await FaultProxy.start({ port: get().administrator.port });
    try {
      const bytes: number[] = [];
      const whole = stand({ port: proxy.port });
      whole.point = async (when, call) => {
        if (when === 'after' && call !== 'connect') bytes.push(proxy.bytes);
      };
      await whole.deploy();
      const longest = Math.max(...bytes);
      for (let cut = 1; cut <= CUTS; cut++) {
        const user = stand({ port: proxy.port });
        proxy.fault = { kind: 'cut', afterBytes: Math.floor(longest * cut / CUTS) };
        await user.deploy().catch(() => undefined);
        proxy.fault = { kind: 'none' };
        await user.deploy();
        await user.use();
        expect([cut, await get().catalogue(user.username)]).toEqual([cut, get().granted]);
      }
    } finally {
      await proxy.stop();
    }
  }, 120_000);
}
