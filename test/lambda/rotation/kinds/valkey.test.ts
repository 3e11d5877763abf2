import { createServer as createPlainServer, Socket } from 'net';
import { createServer } from 'tls';
import type { CredentialKind } from '../../../../lambda/rotation/engine/credential-kind';
import { AclUsers } from '../../../../lambda/rotation/kinds/cache/acl-users';
import { CacheUserKind, CacheUserValue } from '../../../../lambda/rotation/kinds/cache/cache-user';
import { ManagedUsers, UserService } from '../../../../lambda/rotation/kinds/cache/managed-users';
import { RespError, take } from '../../../../lambda/rotation/kinds/cache/resp';
import { cacheNodesIn } from '../../../../src/rotation/contract/cache-users';
import { CacheUserApi } from '../../../../tools/servers/cache-user-api';
import { CertificateAuthority } from '../../../../tools/servers/certificates';
import { LocalValkey, ValkeyLogin } from '../../../../tools/servers/local-valkey';
import { newPassword } from '../../../../tools/servers/new-password';
import { Cache, CACHES, environmentFor, newUser, serverOf, usersOf } from '../../../support/kinds/cache-user';
import { KindStand, STEPS } from '../../../support/kinds/kind-stand';
import { Probe } from '../../../support/kinds/probe';
import { proves } from '../../../support/proofs';
import { Crash } from '../../../support/rotation/fault-points';
import { whenAtHand } from '../../../support/servers/at-hand';
import { FaultProxy } from '../../../support/servers/fault-proxy';
import { VALKEY } from '../../../support/servers/servers-at-hand';

describe('answers of the protocol', () => {
  test.each<[string, unknown]>([
    ['+OK\r\n', 'OK'], [':42\r\n', 42], ['$3\r\nabc\r\n', 'abc'], ['$-1\r\n', null], ['*-1\r\n', null], ['*0\r\n', []], ['$0\r\n\r\n', ''],
    ['*2\r\n$1\r\na\r\n*1\r\n:7\r\n', ['a', [7]]], ['-WRONGPASS no way\r\n', new RespError('WRONGPASS')], ['-\r\n', new RespError('ERR')],
    ['HTTP/1.1 400\r\n', new RespError('PROTOCOL')], ['*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n', [[[[[new RespError('DEPTH')]]]]]],
  ])('%j', (text, answer) => {
    expect(take(Buffer.from(text), 0)?.answer).toEqual(answer);
  });

  test('one that is not complete is waited for, wherever it is cut', () => {
    const text = '*2\r\n$5\r\nab\r\nc\r\n*1\r\n:7\r\n';
    for (let length = 0; length < text.length; length++) expect(take(Buffer.from(text.slice(0, length)), 0)).toBeUndefined();
    expect(take(Buffer.from(`${text}+next`), 0)).toEqual({ answer: ['ab\r\nc', [7]], length: text.length });
  });
});

test('nodes are hosts and ports, also of IPv6', () => {
  expect(cacheNodesIn('a.example.com:6379, ::1:6380')).toEqual([{ host: 'a.example.com', port: 6379 }, { host: '::1', port: 6380 }]);
  for (const text of ['', 'a.example.com', ':6379', 'a:b', 'a:123456']) expect(cacheNodesIn(text)).toEqual([]);
});

test('a value that cannot be read is refused by one error, which quotes nothing', () => {
  const kind = new CacheUserKind('any', new AclUsers());
  const value = newPassword();
  const wrong = [
    '', 'null', '[]', '42', 'true', `"${value}"`, value, `{"username":"${value}"`, '{}', JSON.stringify({ username: value }), JSON.stringify({ password: value }),
    JSON.stringify({ username: '', password: value }), JSON.stringify({ username: value, password: '' }), JSON.stringify({ username: value, password: 7 }),
    JSON.stringify({ username: value, password: [value] }), JSON.stringify({ Username: value, Password: value }), JSON.stringify([value, value]),
  ];
  for (const text of wrong) {
    expect(() => kind.parse(text, 'AWSCURRENT')).toThrow(expect.objectContaining({ kind: 'configuration', message: expect.stringMatching(/^AWSCURRENT must .*; correct the secret$/) }));
    expect(() => kind.parse(text, 'AWSCURRENT')).not.toThrow(value);
  }
});

test('a user that a service manages is looked at again after waiting: what another run has overtaken is not set', async () => {
  const calls: string[] = [];
  const service: UserService = {
    title: 'the service',
    describe: async () => ({ username: 'app', authentication: 'password', status: calls.push('describe') === 1 ? 'modifying' : 'active' }),
    setPasswords: async () => calls.push('set'),
  };
  const context = {
    tags: { 'cdk-managed-secrets:user-id': 'app' },
    budget: { enter: () => undefined },
    sleep: async () => void calls.push('sleep'),
    requireUnchanged: async () => {
      calls.push('look');
      throw new Error('overtaken');
    },
  };
  await expect(new ManagedUsers(service).setPasswords({ passwords: [newPassword()], isFirst: false }, context as never)).rejects.toThrow('overtaken');
  expect(calls).toEqual(['describe', 'sleep', 'describe', 'look']);
});

whenAtHand(VALKEY, (server) => {
  let valkey: LocalValkey;
  let api: CacheUserApi;
  beforeAll(async () => {
    valkey = await server();
    api = await CacheUserApi.start(valkey);
  });
  afterAll(async () => api.stop());
  beforeEach(() => {
    api.modifyingMs = 0;
    api.calls.length = 0;
  });

  const kindOf = (cache: Cache) => new CacheUserKind(cache, usersOf(cache, api));

  interface Stand {
    readonly stand: KindStand;
    readonly user: ValkeyLogin;
  }
  interface Options {
    readonly kind?: CredentialKind<any>;
    readonly environment?: Record<string, string>;
    readonly first?: boolean;
    readonly longestWaitMs?: number;
  }
  async function standOf(name: Cache, options: Options = {}): Promise<Stand> {
    const { user, tags } = await newUser(valkey, api, name);
    const stand = new KindStand({
      kind: options.kind ?? kindOf(name),
      tags,
      environment: { ...environmentFor(valkey), ...options.environment },
      administrator: valkey.administrator,
      text: options.first ? undefined : JSON.stringify(user),
      longestWaitMs: options.longestWaitMs ?? 30,
    });
    return { user, stand };
  }
  const valueIn = (stand: KindStand, stage = 'AWSCURRENT') => stand.stored<CacheUserValue>(stage);

  describe.each(CACHES)('of %s', (name) => {
    proves(async () => ({ credential: `user of ${name}`, strategies: ['the value before stays valid'], server: await serverOf(name, valkey) }));

    test('the current password and the one before log in, and no third', async () => {
      const { user, stand } = await standOf(name);
      const values: ValkeyLogin[] = [user];
      for (let rotation = 1; rotation <= 3; rotation++) {
        await stand.rotate();
        values.unshift(valueIn(stand));
        expect(await Promise.all(values.map(async (value) => valkey.isTaken(value)))).toEqual([true, true, false, false].slice(0, values.length));
        expect(await valkey.isTakenByCli(values[0])).toBe(true);
        expect(await valkey.passwordsOf(user.username)).toHaveLength(2);
      }
      expect(valueIn(stand)).toEqual({ username: user.username, password: expect.stringMatching(/^\w{32}$/), host: 'localhost', port: valkey.port });
    });

    test('dying before and after every call to Secrets Manager, and around every change, loses no login', async () => {
      const points = { met: 0, dying: 0 };
      const point = async () => {
        points.met += 1;
        if (points.met === points.dying) throw new Crash();
      };
      const whole = kindOf(name);
      const around = <T extends 'apply' | 'verify' | 'generate'>(method: T) => async (...given: unknown[]) => {
        await point();
        const done: unknown = await (whole[method] as (...all: unknown[]) => Promise<unknown>).apply(whole, given);
        await point();
        return done;
      };
      const kind = Object.assign(Object.create(whole) as CacheUserKind, { apply: around('apply'), verify: around('verify'), generate: around('generate') });
      const { stand } = await standOf(name, { kind });
      stand.secretsManager.hook = point;
      const probe = new Probe(async () => valkey.isTaken(valueIn(stand)));
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
      expect({ refused, enough: tries > crashes, crashes: crashes >= 25 }).toEqual({ refused: 0, enough: true, crashes: true });
    }, 60_000);

    test('whoever may only write the secret can neither have another user changed, nor set a password of theirs, nor send one elsewhere', async () => {
      const { user, stand } = await standOf(name);
      const another = await valkey.user();
      const heard: string[] = [];
      const { certificate: cert, key } = await (await CertificateAuthority.create()).issue();
      const elsewhere = createServer({ cert, key }, (socket) => void socket.on('data', (chunk) => heard.push(chunk.toString())).on('error', () => undefined));
      await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
      const { port } = elsewhere.address() as { port: number };
      stand.store('AWSCURRENT', JSON.stringify({ ...user, host: '127.0.0.1', port }));
      await stand.rotate();
      expect(heard).toEqual([]);
      elsewhere.close();
      stand.begin();
      await stand.step('createSecret');
      stand.store('AWSPENDING', JSON.stringify({ ...valueIn(stand, 'AWSPENDING'), username: another.username }));
      for (const step of STEPS.slice(1)) expect(await stand.failure(step)).toMatchObject({ kind: 'configuration', message: expect.stringContaining('another `username`') });
      const mine = { username: user.username, password: newPassword() };
      stand.store('AWSCURRENT', JSON.stringify(mine));
      stand.begin();
      await stand.step('createSecret');
      expect(await stand.failure('setSecret')).toMatchObject({ kind: 'refused', message: expect.not.stringContaining(mine.password) });
      expect(await valkey.isTaken(mine)).toBe(false);
      expect(await valkey.isTaken(another)).toBe(true);
    });
  });

  test('ElastiCache: a user that is being modified is waited for, and AWSCURRENT logs in all the time', async () => {
    const { stand } = await standOf('ElastiCache', { longestWaitMs: 1_000 });
    const probe = new Probe(async () => valkey.isTaken(valueIn(stand)));
    api.modifyingMs = 1_500;
    const started = Date.now();
    await stand.rotate();
    expect(Date.now() - started).toBeGreaterThan(1_500);
    expect(api.calls.filter((call) => call === 'ModifyUser')).toHaveLength(1);
    // One that takes longer than the function: the retry finds it done, and changes nothing.
    api.modifyingMs = 4_000;
    stand.begin();
    await stand.step('createSecret');
    expect(await stand.failure('setSecret', 2_500)).toMatchObject({ kind: 'transient', message: expect.stringContaining('waiting until Amazon ElastiCache has changed the user') });
    await stand.steps(...STEPS);
    expect(api.calls.filter((call) => call === 'ModifyUser')).toHaveLength(2);
    const { refused, tries } = await probe.stop();
    expect({ refused, enough: tries > 50 }).toEqual({ refused: 0, enough: true });
  }, 30_000);

  test.each<[string, (stand: Stand) => void | Promise<void>, string]>([
    ['is not known', ({ user }) => api.add(`id-of-${user.username}`, 'somebody'), 'another name'],
    ['needs no password', ({ user }) => api.add(`id-of-${user.username}`, user.username, 'no-password'), 'does not log in by password'],
    ['logs in by IAM', ({ user }) => api.add(`id-of-${user.username}`, user.username, 'iam'), 'does not log in by password'],
  ])('ElastiCache: a user that %s is refused before anything is stored', async (_, change, message) => {
    const all = await standOf('ElastiCache');
    await change(all);
    expect(await all.stand.begin().failure('createSecret')).toMatchObject({ kind: 'configuration', message: expect.stringContaining(message) });
    expect(all.stand.textOf('AWSPENDING')).toBeUndefined();
  });

  test('ElastiCache: what the service does not take is told by its name alone', async () => {
    const { stand } = await standOf('ElastiCache', { environment: { PASSWORD_LENGTH: '8' } });
    stand.begin();
    await stand.step('createSecret');
    const { password } = valueIn(stand, 'AWSPENDING');
    const error = await stand.failure('setSecret');
    expect(error).toMatchObject({ kind: 'configuration', code: 'InvalidParameterValueException', message: expect.stringContaining('16 to 128') });
    expect(error.message).not.toContain(password);
  });

  describe('on a server of one\'s own', () => {
    const OWN = 'Valkey';
    const proxies: FaultProxy[] = [];
    const startProxy = async () => {
      const proxy = await FaultProxy.start(valkey);
      proxies.push(proxy);
      return proxy;
    };
    afterAll(async () => Promise.all(proxies.map(async (proxy) => proxy.stop())));

    test('the first rotation leaves the passwords that the user has, and the next one ends them', async () => {
      const { user, stand } = await standOf(OWN, { first: true });
      await stand.rotate();
      const first = valueIn(stand);
      expect(await Promise.all([user, first].map(async (login) => valkey.isTaken(login)))).toEqual([true, true]);
      await stand.rotate();
      expect(await Promise.all([user, first, valueIn(stand)].map(async (login) => valkey.isTaken(login)))).toEqual([false, true, true]);
    });

    test('a password survives a restart of the server', async () => {
      const { stand } = await standOf(OWN);
      await stand.rotate();
      await valkey.restart();
      expect(await valkey.isTaken(valueIn(stand))).toBe(true);
    });

    test.each<[string, (stand: Stand) => Promise<unknown>, object]>([
      ['a user that is missing is not created', async ({ user }) => valkey.command('ACL', 'DELUSER', user.username), { kind: 'configuration', message: expect.stringContaining('no such user') }],
      ['a user without a password keeps none', async ({ user }) => valkey.command('ACL', 'SETUSER', user.username, 'nopass'), { kind: 'configuration', message: expect.stringContaining('needs no password') }],
    ])('%s', async (_, change, failure) => {
      const all = await standOf(OWN);
      await change(all);
      expect(await all.stand.begin().failure('createSecret')).toMatchObject(failure);
      expect(all.stand.textOf('AWSPENDING')).toBeUndefined();
    });

    test.each<[string, object, object]>([
      ['refused', { username: 'administrator', password: 'wrong' }, { kind: 'refused', message: expect.stringContaining('refuses the administrator') }],
      ['without a password', { username: 'administrator' }, { kind: 'configuration', message: expect.stringContaining('must hold `password`') }],
    ])('an administrator that is %s is told', async (_, administrator, failure) => {
      const user = await valkey.user();
      const stand = new KindStand({
        kind: kindOf(OWN),
        administrator,
        tags: { 'cdk-managed-secrets:user': user.username },
        text: JSON.stringify(user),
        environment: environmentFor(valkey),
      });
      expect(await stand.begin().failure('createSecret')).toMatchObject(failure);
    });

    test('an administrator that is the user itself is told, before the cache is asked', async () => {
      const user = await valkey.user();
      const stand = new KindStand({
        kind: kindOf(OWN), administrator: user, tags: { 'cdk-managed-secrets:user': user.username }, text: JSON.stringify(user), environment: environmentFor(valkey),
      });
      expect(await stand.begin().failure('createSecret')).toMatchObject({ kind: 'configuration', message: expect.stringContaining('must be another user') });
    });

    test('an administrator needs three commands on users, and a missing right is named', async () => {
      const weak = await valkey.user();
      const user = await valkey.user();
      const stand = new KindStand({
        kind: kindOf(OWN),
        administrator: weak,
        tags: { 'cdk-managed-secrets:user': user.username },
        text: JSON.stringify(user),
        environment: environmentFor(valkey),
      });
      expect(await stand.begin().failure('createSecret')).toMatchObject({ kind: 'configuration', code: 'NOPERM', message: expect.stringContaining('ACL SETUSER') });
      await valkey.command('ACL', 'SETUSER', weak.username, '+acl|getuser', '+acl|setuser', '+acl|save');
      await stand.steps(...STEPS);
      expect(await valkey.isTaken(valueIn(stand))).toBe(true);
    });

    test('every node is changed, and one that is not keeps AWSCURRENT where it is', async () => {
      const proxy = await startProxy();
      const { stand } = await standOf(OWN, { environment: { CACHE_NODES: `localhost:${valkey.port},localhost:${proxy.port}` } });
      await stand.rotate();
      const before = valueIn(stand);
      stand.begin();
      await stand.step('createSecret');
      proxy.fault = { kind: 'refuse' };
      expect(await stand.failure('setSecret')).toMatchObject({ kind: 'network' });
      expect(await stand.failure('testSecret')).toMatchObject({ kind: 'refused' });
      expect(valueIn(stand)).toEqual(before);
      proxy.fault = { kind: 'none' };
      await stand.steps(...STEPS);
      expect(await valkey.isTaken(valueIn(stand))).toBe(true);
    });

    test.each<[string, Parameters<typeof Object.assign>[1], string]>([
      ['is closed at once', { kind: 'refuse' }, 'network'],
      ['says nothing', { kind: 'blackHole' }, 'network'],
      ['is cut in the handshake', { kind: 'cut', afterBytes: 400 }, 'network'],
      ['stalls in the handshake', { kind: 'stall', afterBytes: 400 }, 'network'],
    ])('a connection that %s is no refusal', async (_, fault, kind) => {
      const proxy = await startProxy();
      const { stand } = await standOf(OWN, { environment: { CACHE_NODES: `localhost:${proxy.port}` } });
      proxy.fault = fault;
      expect(await stand.begin().failure('createSecret', 3_000)).toMatchObject({ kind });
    });

    test.each(['whose certificate does not verify', 'without TLS'])('a server %s hears no password', async (which) => {
      const { certificate: cert, key } = await (await CertificateAuthority.create()).issue();
      const heard: Buffer[] = [];
      const listen = (socket: Socket) => void socket.on('data', (chunk) => heard.push(chunk)).on('error', () => undefined).write('+OK\r\n');
      const hostile = which === 'without TLS' ? createPlainServer(listen) : createServer({ cert, key }, listen);
      await new Promise<void>((resolve) => hostile.listen(0, '127.0.0.1', resolve));
      const { port } = hostile.address() as { port: number };
      const { user, stand } = await standOf(OWN, { environment: { CACHE_NODES: `localhost:${port}` } });
      expect(await stand.begin().failure('createSecret', 5_000)).toMatchObject({ kind: 'tls', message: expect.stringContaining('the cache') });
      const said = Buffer.concat(heard).toString('latin1');
      for (const word of [user.password, valkey.administrator.password, 'AUTH']) expect(said).not.toContain(word);
      hostile.close();
    });
  });

  test('no password is in what Valkey writes or shows, nor in a message or a line of the log', async () => {
    const { stand } = await standOf('Valkey');
    await stand.rotate();
    await stand.rotate();
    const passwords = [...valkey.passwords, ...stand.texts().map((text) => (JSON.parse(text) as ValkeyLogin).password)];
    const seen = `${await valkey.log()}${stand.lines.join('\n')}`;
    expect(passwords.filter((password) => seen.includes(password))).toEqual([]);
    for (const word of ['setuser', '(redacted)', 'AUTH']) expect(seen).toContain(word);
  });
});
