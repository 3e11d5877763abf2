import { RunningDatabase } from './database-under-test';
import type { Login } from '../../../lambda/rotation/engine/database-adapter';
import type { DatabaseUnderTest } from '../../../tools/servers/database-under-test';
import { proves } from '../proofs';
import { startsServers } from '../servers/suite-servers';

/** What an adapter promises the engine, whatever its database. `start` is called once, before the first test. */
export function passesAdapterContract(title: string, start: () => Promise<DatabaseUnderTest>, { alternates = true } = {}): void {
  describe(`${title} passes the adapter contract:`, () => {
    const running = new RunningDatabase();
    proves(async () => ({ credential: running.database.adapter.engine.title, server: await running.database.product() }));
    startsServers(async (keep) => running.start(await keep(start())));

    testLogin(running);
    testOwnPassword(running);
    testDualPassword(running);
    testPasswordOf(running);
    if (alternates) testClone(running);
    else testNoClone(running);
    testHostileNames(running, alternates);
    testUnreachable(running);

    test('no password is in the server\'s log', async () => {
      const log = await running.database.serverLog();
      expect(log.length).toBeGreaterThan(0);
      for (const password of running.passwords) expect(log.includes(password)).toBe(false);
    });
  });
}

/** Those that the adapter refuses have a test of their own. */
const HOSTILE_SHAPES = ['\'"`', '\\', '\\\'', '$1 %s %L ?', '\'; DROP TABLE ledger; --', 'pässwörd-密码-🔑', '/@:#&= '];

function testLogin(running: RunningDatabase): void {
  test('the right password logs in and the wrong one is refused', async () => {
    const login = await running.user();
    expect(await running.logsIn(login)).toBe(true);
    expect(await running.logsIn({ ...login, password: running.password() })).toBe(false);
  });

  test('an unknown user is refused', async () => {
    expect(await running.logsIn({ ...running.database.superuser, username: 'nobody_here', password: running.password() })).toBe(false);
  });

  test('closing twice throws nothing', async () => {
    const session = await running.connect(await running.user());
    await session!.close();
    await session!.close();
  });

  test('a session that was closed says so in an error of ours', async () => {
    const session = await running.connect(await running.user());
    await session!.close();
    await running.failure(session!.probe());
    await running.failure(session!.setOwnPassword(running.password()));
  });
}

function testOwnPassword(running: RunningDatabase): void {
  test('a user sets its own password, twice over', async () => {
    const login = await running.user();
    const renewed = { ...login, password: running.password() };
    await running.as(login, async (session) => {
      await session.setOwnPassword(renewed.password);
      await session.setOwnPassword(renewed.password);
      await session.probe();
    });
    expect(await running.logsIn(renewed)).toBe(true);
    expect(await running.logsIn(login)).toBe(false);
    await running.database.useTable(renewed);
  });

  test.each(HOSTILE_SHAPES)('a password may hold %s', async (shape) => {
    const { refusedCharacters } = running.database.adapter.engine;
    const allowed = [...shape].filter((character) => !refusedCharacters.includes(character)).join('');
    const login = await running.user();
    const renewed = { ...login, password: running.password(allowed) };
    const change = running.as(login, async (session) => session.setOwnPassword(renewed.password));
    if (running.database.refusesPassword?.(allowed)) {
      await running.expectKind('configuration', change);
      return running.database.useTable(login);
    }
    await change;
    expect(await running.logsIn(renewed)).toBe(true);
    await running.database.useTable(renewed);
  });

  test('a password with NUL is a mistake of configuration and changes nothing', async () => {
    const login = await running.user();
    await running.as(login, async (session) => running.expectKind('configuration', session.setOwnPassword(running.password('\0'))));
    expect(await running.logsIn(login)).toBe(true);
  });

  test('an empty password is a mistake of configuration and changes nothing', async () => {
    const login = await running.user();
    await running.as(login, async (session) => running.expectKind('configuration', session.setOwnPassword('')));
    expect(await running.logsIn(login)).toBe(true);
  });

  test('two that set the same password at once both succeed', async () => {
    const login = await running.user();
    const renewed = { ...login, password: running.password() };
    const sessions = await Promise.all([1, 2, 3].map(async () => running.connect(login)));
    await Promise.all(sessions.map(async (session) => session!.setOwnPassword(renewed.password)));
    await Promise.all(sessions.map(async (session) => session!.close()));
    expect(await running.logsIn(renewed)).toBe(true);
  });
}

function testDualPassword(running: RunningDatabase): void {
  test('the current password stays valid beside the new one, or the adapter says that it cannot', async () => {
    const first = await running.user();
    const second = { ...first, password: running.password() };
    const third = { ...first, password: running.password() };
    if (!running.database.adapter.engine.keepsOldPassword) {
      await running.as(first, async (session) => running.expectKind('configuration', session.setOwnPasswordRetainingCurrent(second.password)));
      expect(await running.logsIn(first)).toBe(true);
      return;
    }
    await running.as(first, async (session) => session.setOwnPasswordRetainingCurrent(second.password));
    expect([await running.logsIn(first), await running.logsIn(second)]).toEqual([true, true]);
    await running.as(second, async (session) => session.setOwnPasswordRetainingCurrent(third.password));
    expect([await running.logsIn(first), await running.logsIn(second), await running.logsIn(third)]).toEqual([false, true, true]);
  });
}

function testPasswordOf(running: RunningDatabase): void {
  test('a superuser sets the password of a user, twice over, and of nobody else', async () => {
    const [login, other] = [await running.user(), await running.user()];
    const renewed = { ...login, password: running.password('\'"\\') };
    const account = await running.as(login, async (session) => session.account?.());
    await running.as(running.database.superuser, async (session) => {
      await session.setPasswordOf(login.username, renewed.password, account);
      await session.setPasswordOf(login.username, renewed.password);
    });
    await running.database.useTable(renewed);
    expect([await running.logsIn(login), await running.logsIn(other)]).toEqual([false, true]);
  });

  test('who is no superuser sets the password of nobody else', async () => {
    const [login, other] = [await running.user(), await running.user()];
    const change = running.as(login, async (session) => session.setPasswordOf(other.username, running.password()));
    if (running.database.lets === 'everybody administer') return change;
    await running.expectKind('configuration', change);
    expect(await running.logsIn(other)).toBe(true);
  });

  test.each(['nobody_here', '', 'nul\0name'])('the password of %j cannot be set, which is a mistake of configuration', async (username) => {
    await running.expectKind('configuration', running.as(running.database.superuser, async (session) =>
      session.setPasswordOf(username, running.password())));
  });

  test.each(['', '\0'])('nor can the password be %j', async (password) => {
    const login = await running.user();
    await running.expectKind('configuration', running.as(running.database.superuser, async (session) =>
      session.setPasswordOf(login.username, password)));
    expect(await running.logsIn(login)).toBe(true);
  });
}

function testClone(running: RunningDatabase): void {
  const cloned = async (original: Login, password = running.password()): Promise<Login> => {
    const clone = { ...original, username: `${original.username}_clone`, password };
    await running.as(running.database.superuser, async (session) => session.cloneUser(original.username, clone.username, password));
    return clone;
  };

  test('a clone does what the original does, and the original stays as it is', async () => {
    const original = await running.user();
    const clone = await cloned(original);
    await running.database.useTable(clone);
    await running.database.useTable(original);
  });

  test('cloning again changes the password of the clone alone', async () => {
    const original = await running.user();
    const before = await cloned(original);
    const after = await cloned(original);
    expect([await running.logsIn(before), await running.logsIn(after), await running.logsIn(original)]).toEqual([false, true, true]);
    await running.database.useTable(after);
  });

  test('from the clone back to the original, the original gets another password', async () => {
    const original = await running.user();
    const clone = await cloned(original);
    const renewed = { ...original, password: running.password() };
    await running.as(running.database.superuser, async (session) => session.cloneUser(clone.username, original.username, renewed.password));
    await running.database.useTable(renewed);
    await running.database.useTable(clone);
    expect(await running.logsIn(original)).toBe(false);
    const again = await cloned(renewed);
    await running.database.useTable(again);
  });

  test('runners that clone the same user at once all succeed', async () => {
    const original = await running.user();
    const password = running.password();
    const clones = await Promise.all([1, 2, 3].map(async () => cloned(original, password)));
    await running.database.useTable(clones[0]);
  });

  test('an original that does not exist is a mistake of configuration, and no clone is left behind', async () => {
    const clone = { ...running.database.superuser, username: 'missing_clone', password: running.password() };
    await running.expectKind('configuration', running.as(running.database.superuser, async (session) =>
      session.cloneUser('missing', clone.username, clone.password)));
    expect(await running.logsIn(clone)).toBe(false);
  });

  test('a user that may not create users is told so', async () => {
    const login = await running.user();
    const cloning = running.as(login, async (session) => session.cloneUser(login.username, `${login.username}_clone`, running.password()));
    if (running.database.lets === 'everybody administer') await cloning;
    else await running.expectKind('configuration', cloning);
  });

  test('a user name of the greatest length has a clone', async () => {
    const { max } = running.database.adapter.engine.usernameLimit;
    const original = await running.user('u'.repeat(max - '_clone'.length));
    await running.database.useTable(await cloned(original));
  });
}

function testNoClone(running: RunningDatabase): void {
  test('no user is made like another, which is a mistake of configuration', async () => {
    const { username } = await running.user();
    await running.expectKind('configuration', running.as(running.database.superuser, async (session) =>
      session.cloneUser(username, `${username}_clone`, running.password())));
    expect(running.database.adapter.engine.noAlternatingUsers).toMatch(/^whose users /);
  });
}

function testHostileNames(running: RunningDatabase, alternates: boolean): void {
  const names = ['o\'brien', 'quo"te', 'back\\slash', 'dash-dot.at@x', 'q?mark $1 %s', 'Ünïcode', 'x\'; DROP TABLE t; --', '`tick`'];

  test.each(names)('a user may be called %s', async (username) => {
    const original = await running.user(username);
    const renewed = { ...original, password: running.password() };
    await running.as(original, async (session) => session.setOwnPassword(renewed.password));
    await running.database.useTable(renewed);
    if (!alternates) return;
    const clone = { ...original, username: `${username}_clone`, password: running.password('\'"') };
    await running.as(running.database.superuser, async (session) => session.cloneUser(username, clone.username, clone.password));
    await running.database.useTable(renewed);
    await running.database.useTable(clone);
  });

  test.each(['nul\0name', ''])('%j is no name of a user, and no clone is made', async (username) => {
    await running.expectKind('configuration', running.as(running.database.superuser, async (session) =>
      session.cloneUser('user1', username, running.password())));
    await running.expectKind('configuration', running.connect({ ...running.database.superuser, username }));
  });
}

function testUnreachable(running: RunningDatabase): void {
  test('a port on which nothing listens is a matter of the network', async () => {
    await running.expectKind('network', running.connect({ ...running.database.superuser, port: 1 }));
  });

  test('a name that does not resolve is a matter of the network', async () => {
    await running.expectKind('network', running.connect({ ...running.database.superuser, host: 'no-such-host.invalid' }));
  });

  test('a server whose authority is unknown is a matter of TLS', async () => {
    await running.expectKind('tls', running.connect(running.database.superuser, { ...running.database.options, ca: [] }));
  });

  test('a server of another name is a matter of TLS', async () => {
    await running.expectKind('tls', running.connect(running.database.superuser, { ...running.database.options, serverName: 'other.example.com' }));
  });

  test('a bundle without a certificate is a mistake of configuration', async () => {
    await running.expectKind('configuration', running.connect(running.database.superuser, { ...running.database.options, ca: ['no PEM'] }));
  });
}
