import { passesKindSuite } from './shared-suite';
import type { CredentialKind } from '../../../../lambda/rotation/engine/credential-kind';
import { RabbitMqUserKind, RabbitMqValue } from '../../../../lambda/rotation/kinds/rabbitmq/rabbitmq-user';
import { CertificateAuthority } from '../../../../tools/servers/certificates';
import { HttpsServer, Reply } from '../../../../tools/servers/https-server';
import { LocalRabbitMq, RabbitMqLogin } from '../../../../tools/servers/local-rabbitmq';
import { newPassword } from '../../../../tools/servers/new-password';
import { KindStand, STEPS } from '../../../support/kinds/kind-stand';
import { Probe } from '../../../support/kinds/probe';
import { environmentFor, kindsOfRabbitMq } from '../../../support/kinds/rabbitmq-user';
import { proves } from '../../../support/proofs';
import { Crash } from '../../../support/rotation/fault-points';
import { whenAtHand } from '../../../support/servers/at-hand';
import { RABBITMQ } from '../../../support/servers/servers-at-hand';

whenAtHand(RABBITMQ, (server) => {
  let rabbitMq: LocalRabbitMq;
  beforeAll(async () => {
    rabbitMq = await server();
  });

  for (const kind of kindsOfRabbitMq(server)) passesKindSuite(kind, { runs: 2, timeoutMs: 240_000 });

  interface Stand {
    readonly stand: KindStand;
    readonly user: RabbitMqLogin;
    readonly clone: string;
  }
  interface Options {
    readonly alternates?: boolean;
    readonly kind?: CredentialKind<any>;
    readonly username?: string;
    readonly tags?: string;
    readonly environment?: Record<string, string>;
    readonly administrator?: RabbitMqLogin;
    /** The secret holds a placeholder. */
    readonly isFirst?: boolean;
  }
  async function standOf({ alternates = true, isFirst = false, ...options }: Options = {}): Promise<Stand> {
    const user = await rabbitMq.user({ username: options.username, tags: options.tags });
    const stand = new KindStand({
      kind: options.kind ?? new RabbitMqUserKind(alternates),
      tags: { 'cdk-managed-secrets:user': user.username },
      environment: { ...environmentFor(rabbitMq), ...options.environment },
      administrator: options.administrator ?? rabbitMq.administrator,
      text: isFirst ? undefined : JSON.stringify(user),
    });
    return { stand, user, clone: `${user.username}_clone` };
  }
  const valueIn = (stand: KindStand, stage = 'AWSCURRENT') => stand.stored<RabbitMqValue>(stage);
  const get = async (...path: string[]) => rabbitMq.manage('GET', path);

  /** What a user may do, without the name. */
  async function rightsOf(username: string): Promise<unknown> {
    const [permissions, topics, limits] = [
      await get('users', username, 'permissions'), await get('users', username, 'topic-permissions'), await get('user-limits', username),
    ] as { user: string; write: string; read: string }[][];
    const restricting = topics.filter(({ write, read }) => write !== '.*' || read !== '.*');
    return [permissions, restricting, limits].map(list => list.map(each => JSON.stringify({ ...each, user: undefined })).sort());
  }
  const tagsOf = async (username: string): Promise<string[]> => (await get('users', username)).tags;

  describe('two users in turns', () => {
    proves(async () => ({ credential: 'two users of RabbitMQ', strategies: ['the value before stays valid'], server: await rabbitMq.product() }));

    test('the current value and the one before log in, and no third', async () => {
      const { user, stand, clone } = await standOf();
      const values: RabbitMqLogin[] = [user];
      for (let rotation = 1; rotation <= 3; rotation++) {
        await stand.rotate();
        values.unshift(valueIn(stand));
        expect(await Promise.all(values.map(async value => rabbitMq.isTaken(value)))).toEqual([true, true, false, false].slice(0, values.length));
      }
      expect(values.map(({ username }) => username)).toEqual([clone, user.username, clone, user.username]);
      expect(valueIn(stand)).toEqual({ username: clone, password: expect.stringMatching(/^.{32}$/), host: 'localhost', port: rabbitMq.port });
    });

    test('the first rotation leaves the password that the user has, and the second ends it', async () => {
      const { user, stand, clone } = await standOf({ isFirst: true });
      await stand.rotate();
      expect(valueIn(stand).username).toBe(clone);
      expect([await rabbitMq.isTaken(user), await rabbitMq.isTaken(valueIn(stand))]).toEqual([true, true]);
      await stand.rotate();
      expect([await rabbitMq.isTaken(user), await rabbitMq.isTaken(valueIn(stand)), await rabbitMq.isTaken(valueIn(stand, 'AWSPREVIOUS'))]).toEqual([false, true, true]);
    });

    test('the clone has tags, permissions, topic permissions and limits of the user, and what changes there comes with its next turn', async () => {
      const { user: { username }, stand, clone } = await standOf({ tags: 'management,orders' });
      for (const vhost of ['a/b', 'ü %2F?#', 'gone']) {
        await rabbitMq.manage('PUT', ['vhosts', vhost]);
        await rabbitMq.manage('PUT', ['permissions', vhost, username], { configure: '^$', write: '^orders', read: '.*' });
        await rabbitMq.manage('PUT', ['topic-permissions', vhost, username], { exchange: 'amq.topic', write: `^${vhost}`, read: '^orders' });
      }
      await rabbitMq.manage('PUT', ['topic-permissions', '/', username], { exchange: '', write: '', read: '^a' });
      await rabbitMq.manage('PUT', ['user-limits', username, 'max-connections'], { value: 7 });
      await rabbitMq.manage('PUT', ['user-limits', username, 'max-channels'], { value: 70 });
      await stand.rotate();
      const [mark] = (await tagsOf(clone)).filter(tag => tag.startsWith('cdk-managed-secrets:'));
      expect(await tagsOf(clone)).toEqual(['management', 'orders', mark]);
      expect(await rightsOf(clone)).toEqual(await rightsOf(username));
      const before = await rightsOf(username);

      await rabbitMq.manage('PUT', ['permissions', 'a/b', username], { configure: '', write: '', read: '^a' });
      await rabbitMq.manage('DELETE', ['vhosts', 'gone']);
      await rabbitMq.manage('DELETE', ['topic-permissions', '/', username]);
      await rabbitMq.manage('DELETE', ['permissions', 'ü %2F?#', username]);
      await rabbitMq.manage('DELETE', ['user-limits', username, 'max-channels']);
      await rabbitMq.manage('PUT', ['user-limits', username, 'max-connections'], { value: 8 });
      const { hashing_algorithm: hashing, password_hash: hash } = await get('users', username);
      await rabbitMq.manage('PUT', ['users', username], { password_hash: hash, hashing_algorithm: hashing, tags: 'orders,monitoring' });
      // By hand, at the clone: what the user may not, it may not.
      await rabbitMq.manage('PUT', ['vhosts', 'more']);
      await rabbitMq.manage('PUT', ['permissions', 'more', clone], { configure: '.*', write: '.*', read: '.*' });
      const changed = await rightsOf(username);
      expect(changed).not.toEqual(before);

      await stand.rotate();
      expect([valueIn(stand).username, await rightsOf(username), await tagsOf(username)]).toEqual([username, changed, ['orders', 'monitoring']]);
      await stand.rotate();
      expect([valueIn(stand).username, await rightsOf(clone), await tagsOf(clone)]).toEqual([clone, changed, ['orders', 'monitoring', mark]]);
      expect(await rightsOf(username)).toEqual(changed);
    });

    test('what a client may do, it may as either user: a topic that is not allowed is refused to both', async () => {
      const { user, stand } = await standOf();
      await rabbitMq.manage('PUT', ['topic-permissions', '/', user.username], { exchange: 'amq.topic', write: '^orders\\.', read: '.*' });
      for (let rotation = 0; rotation < 2; rotation++) {
        await stand.rotate();
        const publish = async (key: string) => {
          const connection = await rabbitMq.connect(valueIn(stand));
          const channel = await connection.createConfirmChannel();
          channel.on('error', () => undefined);
          channel.publish('amq.topic', key, Buffer.from('note'));
          const outcome = await channel.waitForConfirms().then(() => 'taken', () => 'refused');
          await connection.close().catch(() => undefined);
          return outcome;
        };
        expect([valueIn(stand).username, await publish('orders.new'), await publish('payments.new')]).toEqual([valueIn(stand).username, 'taken', 'refused']);
      }
    });

    test('connections that are open stay, whatever is rotated', async () => {
      const { user, stand } = await standOf();
      const connection = await rabbitMq.connect(user);
      const channel = await connection.createChannel();
      await channel.assertQueue('kept', { exclusive: true });
      for (let rotation = 0; rotation < 3; rotation++) await stand.rotate();
      channel.sendToQueue('kept', Buffer.from('after three rotations'));
      expect((await channel.get('kept', { noAck: true }) as { content: Buffer }).content.toString()).toBe('after three rotations');
      expect(await rabbitMq.isTaken(user)).toBe(false);
      await connection.close();
    });

    test('dying before and after every call to Secrets Manager, and around every change, refuses no login over AMQP', async () => {
      const points = { met: 0, dying: 0 };
      const point = async () => {
        points.met += 1;
        if (points.met === points.dying) throw new Crash();
      };
      const whole = new RabbitMqUserKind(true);
      const around = <T extends 'apply' | 'verify' | 'generate'>(method: T) => async (...given: unknown[]) => {
        await point();
        const done: unknown = await (whole[method] as (...all: unknown[]) => Promise<unknown>).apply(whole, given);
        await point();
        return done;
      };
      const kind = Object.assign(Object.create(whole) as RabbitMqUserKind, { apply: around('apply'), verify: around('verify'), generate: around('generate') });
      const { stand } = await standOf({ kind });
      stand.secretsManager.hook = point;
      const probe = new Probe(async () => rabbitMq.isTaken(valueIn(stand)));
      let crashes = 0;
      for (let dyingAt = 1; ; dyingAt++) {
        Object.assign(points, { met: 0, dying: dyingAt });
        stand.begin();
        const [end] = await Promise.allSettled([stand.steps(...STEPS)]);
        const hasDied = points.met >= dyingAt;
        points.dying = 0;
        if (end.status === 'rejected') {
          crashes += 1;
          await stand.steps(...STEPS);
        }
        if (!hasDied) break;
      }
      const { tries, refused } = await probe.stop();
      process.stdout.write(`two users of RabbitMQ: died ${crashes} times; logged in ${tries} times over AMQP meanwhile, refused ${refused}\n`);
      expect({ refused, enough: tries > crashes, crashes: crashes >= 25 }).toEqual({ refused: 0, enough: true, crashes: true });
    }, 120_000);

    let proxy: HttpsServer | undefined;
    afterEach(async () => {
      await proxy?.stop();
      proxy = undefined;
    });

    test('a clone never logs in before it may do what the user may, and never does more, wherever the function dies', async () => {
      const { user: { username }, stand, clone } = await standOf();
      await rabbitMq.manage('PUT', ['vhosts', 'other']);
      await rabbitMq.manage('PUT', ['permissions', 'other', username], { configure: '', write: '^a', read: '^b' });
      await rabbitMq.manage('PUT', ['topic-permissions', 'other', username], { exchange: 'amq.topic', write: '^a', read: '^b' });
      await rabbitMq.manage('PUT', ['user-limits', username, 'max-connections'], { value: 7 });
      const wanted = await rightsOf(username);
      const steps = { at: 0, dying: 0 };
      proxy = await HttpsServer.start(async ({ method, path, headers, body }): Promise<Reply | 'hangUp'> => {
        if (steps.at++ === steps.dying) return 'hangUp';
        const names = path.split('/').slice(2).map(decodeURIComponent);
        const reply = await rabbitMq.ask(rabbitMq.administrator, method, names, body === '' ? undefined : JSON.parse(body));
        expect(headers.authorization).toMatch(/^Basic /);
        if (method !== 'GET') await checkClone();
        return reply.body === '' ? { status: reply.status } : reply;
      }, CertificateAuthority.create('Authority of a proxy').then(async authority => authority.issue()));
      const violations: string[] = [];
      async function checkClone(): Promise<void> {
        const [permissions, restrictions] = await rightsOf(clone) as string[][];
        const hasPassword = (await get('users', clone)).password_hash !== '';
        if (hasPassword && JSON.stringify(await rightsOf(clone)) !== JSON.stringify(wanted)) violations.push('has a password before it may do what the user may');
        if (permissions.some(each => each.includes('"other"')) && restrictions.length === 0) violations.push('may use every topic');
      }
      const there = new KindStand({
        kind: new RabbitMqUserKind(true),
        tags: { 'cdk-managed-secrets:user': username },
        environment: { ...environmentFor(rabbitMq), RABBITMQ_MANAGEMENT_PORT: new URL(proxy.url).port, TLS_CA_BUNDLE: `${rabbitMq.ca}\n${proxy.ca}` },
        administrator: rabbitMq.administrator,
        text: stand.textOf('AWSCURRENT'),
      });
      Object.assign(stand, { secretsManager: there.secretsManager, secretArn: there.secretArn });
      let deaths = 0;
      for (; ; deaths++) {
        await rabbitMq.ask(rabbitMq.administrator, 'DELETE', ['users', clone]);
        there.store('AWSCURRENT', JSON.stringify(await reset(username)));
        there.begin();
        Object.assign(steps, { at: 0, dying: Infinity });
        await there.step('createSecret');
        Object.assign(steps, { at: 0, dying: deaths });
        const [end] = await Promise.allSettled([there.step('setSecret')]);
        if (end.status === 'fulfilled') break;
        steps.dying = Infinity;
        await there.step('setSecret');
        await there.steps('testSecret', 'finishSecret');
        expect(await rightsOf(clone)).toEqual(wanted);
      }
      process.stdout.write(`two users of RabbitMQ: died before each of ${deaths} calls to the management API\n`);
      expect({ violations, enough: deaths > 15 }).toEqual({ violations: [], enough: true });
    }, 120_000);

    /** The user with another password, as a person sets it. */
    async function reset(username: string): Promise<RabbitMqLogin> {
      const login = { username, password: newPassword() };
      await rabbitMq.manage('PUT', ['users', username], { password: login.password, tags: '' });
      return login;
    }

    test('a user of that name whom somebody else has made stays as it is, until a person says otherwise', async () => {
      const { stand, clone } = await standOf();
      const stranger = await rabbitMq.user({ username: clone, tags: 'cdk-managed-secrets' });
      const error = await stand.begin().failure('createSecret');
      expect(error).toMatchObject({ kind: 'configuration', message: expect.stringContaining('was not made for this secret') });
      expect([await rabbitMq.isTaken(stranger), stand.textOf('AWSPENDING')]).toEqual([true, undefined]);
      const [, tag] = /the tag `([^`]+)`/.exec(error.message)!;
      await rabbitMq.manage('PUT', ['users', clone], { password: stranger.password, tags: tag });
      await stand.steps(...STEPS);
      expect([await rabbitMq.isTaken(stranger), await rabbitMq.isTaken(valueIn(stand))]).toEqual([false, true]);
    });

    test('another secret of the same user takes no turn: its clone is not that of the first', async () => {
      const { stand, user } = await standOf();
      await stand.rotate();
      const second = new KindStand({
        kind: new RabbitMqUserKind(true), tags: { 'cdk-managed-secrets:user': user.username }, environment: environmentFor(rabbitMq), administrator: rabbitMq.administrator,
      });
      // Names in the fake are the same, ARNs are not.
      expect(second.secretArn).not.toBe(stand.secretArn);
      expect(await second.begin().failure('createSecret')).toMatchObject({ kind: 'configuration', message: expect.stringContaining('was not made for this secret') });
      expect(await rabbitMq.isTaken(valueIn(stand))).toBe(true);
    });

    test('the virtual host of the clients is opened, and one without permissions is told', async () => {
      await rabbitMq.manage('PUT', ['vhosts', '/orders']);
      const { stand, user } = await standOf({ environment: { RABBITMQ_VIRTUAL_HOST: '/orders' } });
      stand.begin();
      await stand.step('createSecret');
      expect(await stand.failure('setSecret')).toMatchObject({ kind: 'configuration', code: 'AMQP_530', message: expect.stringContaining('refuses the virtual host') });
      await rabbitMq.manage('PUT', ['permissions', '/orders', user.username], { configure: '', write: '.*', read: '.*' });
      await stand.steps(...STEPS);
      expect(valueIn(stand)).toMatchObject({ virtualHost: '/orders' });
      expect(await rabbitMq.isTaken(valueIn(stand), '/orders')).toBe(true);
    });

    test.each(['a.b+c@d=e-f', 'A', '0'.repeat(114)])('a user called %s', async (username) => {
      const { stand } = await standOf({ username });
      for (let rotation = 0; rotation < 2; rotation++) await stand.rotate();
      expect([valueIn(stand).username, await rabbitMq.isTaken(valueIn(stand))]).toEqual([username, true]);
    });

    test('every character that a policy allows logs in', async () => {
      const { stand } = await standOf({ environment: { PASSWORD_LENGTH: '128' } });
      const awaited = new Set('\\"\'`%&?#/@:;<>{}');
      // Passwords are random: six have them all, but once in some dozens of runs.
      for (let rotation = 0; rotation < 6 || (awaited.size > 0 && rotation < 60); rotation++) {
        await stand.rotate();
        [...valueIn(stand).password].forEach(character => awaited.delete(character));
        expect(await rabbitMq.isTaken(valueIn(stand))).toBe(true);
      }
      expect([...awaited]).toEqual([]);
    });

    test('a user whose hash is one of SHA-512 gets such a one, and so does its clone', async () => {
      const { stand, user, clone } = await standOf();
      const other = newPassword();
      rabbitMq.passwords.push(other);
      // A hash of SHA-256 under that name logs nobody in; the algorithm alone matters.
      await rabbitMq.manage('PUT', ['users', user.username], { password_hash: Buffer.alloc(68).toString('base64'), hashing_algorithm: 'rabbit_password_hashing_sha512', tags: '' });
      stand.store('AWSCURRENT', JSON.stringify({ placeholder: other }));
      for (let rotation = 0; rotation < 2; rotation++) {
        await stand.rotate();
        expect(await rabbitMq.isTaken(valueIn(stand))).toBe(true);
      }
      expect([await get('users', user.username), await get('users', clone)].map(each => each.hashing_algorithm))
        .toEqual(['rabbit_password_hashing_sha512', 'rabbit_password_hashing_sha512']);
    });

    test('an administrator who is none is told, and so is a wrong password of one', async () => {
      for (const administrator of [await rabbitMq.user({ tags: 'management,policymaker,monitoring' }), { ...rabbitMq.administrator, password: newPassword() }]) {
        const { stand } = await standOf({ administrator });
        expect(await stand.begin().failure('createSecret')).toMatchObject({ kind: 'refused', code: 'HTTP_401', message: expect.stringContaining('is refused to the administrator') });
        expect(stand.textOf('AWSPENDING')).toBeUndefined();
      }
    });

    test('a user who became an administrator is left alone', async () => {
      const { stand, user } = await standOf();
      stand.begin();
      await stand.step('createSecret');
      await rabbitMq.manage('PUT', ['users', user.username], { password: user.password, tags: 'administrator' });
      expect(await stand.failure('setSecret')).toMatchObject({ kind: 'configuration', message: expect.stringContaining('has the tag `administrator`') });
      expect((await rabbitMq.ask(rabbitMq.administrator, 'GET', ['users', `${user.username}_clone`])).status).toBe(404);
    });

    test('a password that was changed by hand is told, and the rotation goes on when it is stored', async () => {
      const { stand, user } = await standOf();
      const byHand = await reset(user.username);
      stand.begin();
      await stand.step('createSecret');
      expect(await stand.failure('setSecret')).toMatchObject({ kind: 'refused', message: expect.stringContaining('the broker refuses AWSCURRENT') });
      stand.store('AWSCURRENT', JSON.stringify(byHand));
      await stand.steps(...STEPS);
      expect([await rabbitMq.isTaken(byHand), await rabbitMq.isTaken(valueIn(stand))]).toEqual([true, true]);
    });
  });

  describe('one user alone', () => {
    proves(async () => ({ credential: 'one user of RabbitMQ', strategies: ['one value at a time'], server: await rabbitMq.product() }));

    test('gets each new password, keeps tags and rights, and its open connections', async () => {
      const { stand, user } = await standOf({ alternates: false, tags: 'management,orders' });
      const connection = await rabbitMq.connect(user);
      const channel = await connection.createChannel();
      const rights = await rightsOf(user.username);
      for (let rotation = 0; rotation < 2; rotation++) {
        await stand.rotate();
        expect([await rabbitMq.isTaken(valueIn(stand)), await rabbitMq.isTaken(valueIn(stand, 'AWSPREVIOUS'))]).toEqual([true, false]);
      }
      expect([valueIn(stand).username, await tagsOf(user.username), await rightsOf(user.username)]).toEqual([user.username, ['management', 'orders'], rights]);
      await channel.assertQueue('', { exclusive: true });
      await connection.close();
      expect((await rabbitMq.ask(rabbitMq.administrator, 'GET', ['users', `${user.username}_clone`])).status).toBe(404);
    });

    test('takes over from two: the user is the first of them again', async () => {
      const { stand, user } = await standOf();
      await stand.rotate();
      const alone = new KindStand({
        kind: new RabbitMqUserKind(false),
        tags: { 'cdk-managed-secrets:user': user.username },
        environment: environmentFor(rabbitMq),
        administrator: rabbitMq.administrator,
        text: stand.textOf('AWSCURRENT'),
      });
      await alone.rotate();
      expect([valueIn(alone).username, await rabbitMq.isTaken(valueIn(alone))]).toEqual([user.username, true]);
    });

    test('dying anywhere leaves a value that logs in: AWSCURRENT, or AWSPENDING', async () => {
      const { stand } = await standOf({ alternates: false });
      let [met, dying, crashes] = [0, 0, 0];
      stand.secretsManager.hook = async () => {
        if (++met === dying) throw new Crash();
      };
      for (dying = 1; ; dying++) {
        met = 0;
        stand.begin();
        const [end] = await Promise.allSettled([stand.steps(...STEPS)]);
        if (end.status === 'fulfilled') break;
        crashes += 1;
        const values = ['AWSCURRENT', 'AWSPENDING'].filter(stage => stand.textOf(stage) !== undefined).map(stage => valueIn(stand, stage));
        expect((await Promise.all(values.map(async value => rabbitMq.isTaken(value)))).includes(true)).toBe(true);
        await stand.steps(...STEPS);
        expect(await rabbitMq.isTaken(valueIn(stand))).toBe(true);
      }
      expect(crashes).toBeGreaterThanOrEqual(8);
    }, 60_000);
  });

  test('no password is in what RabbitMQ writes or shows, nor in a line of the log', async () => {
    const { stand } = await standOf();
    await stand.rotate();
    await stand.rotate();
    const passwords = [...rabbitMq.passwords, ...stand.texts().map(text => (JSON.parse(text) as RabbitMqLogin).password)];
    const seen = `${await rabbitMq.log()}${stand.lines.join('\n')}`;
    expect(passwords.filter(password => seen.includes(password))).toEqual([]);
    for (const word of ['password_hash', 'refused', valueIn(stand).username]) expect(seen).toContain(word);
  });
});
