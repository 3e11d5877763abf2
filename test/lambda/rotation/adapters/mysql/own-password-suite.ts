import { LocalMysql, quoted } from '../../../../../tools/servers/local-mysql';
import { newPassword } from '../../../../../tools/servers/new-password';
import { rejection } from '../../../../support/rejection';

/** Modes of the server under which a quote or a backslash means something else. */
const SQL_MODES = ['', 'NO_BACKSLASH_ESCAPES', 'ANSI_QUOTES', 'ANSI,NO_BACKSLASH_ESCAPES,STRICT_ALL_TABLES'];

const HOSTILE = ['\\', '\'', '\\\'', '\'\'\\\\', '"', '`', '\' REPLACE \'', '%_?', '\n\t\r', '  ', '密🔑ñ', '*0123456789ABCDEF0123456789ABCDEF01234567'];

/** What becomes of one user's own password, whatever the server is set to. */
export function setsOwnPassword(server: () => Promise<LocalMysql>): void {
  test.each(SQL_MODES)('hostile passwords survive a server with sql_mode %j', async (mode) => {
    const local = await server();
    const [{ before }] = await local.server.query('SELECT @@GLOBAL.sql_mode AS `before`');
    let login = await local.user();
    const original = login;
    await local.server.query(`SET GLOBAL sql_mode = '${mode}'`);
    try {
      for (const shape of HOSTILE) {
        const renewed = { ...login, password: newPassword(shape) };
        await local.as(login, async (session) => session.setOwnPassword(renewed.password));
        expect([shape, await local.logsIn(renewed), await local.logsIn(login)]).toEqual([shape, true, false]);
        const clone = { ...login, username: `${original.username}_clone`, password: newPassword(shape) };
        await local.as(local.superuser, async (session) => session.cloneUser(login.username, clone.username, clone.password));
        expect([shape, await local.logsIn(clone)]).toEqual([shape, true]);
        login = renewed;
      }
    } finally {
      await local.server.query(`SET GLOBAL sql_mode = '${String(before)}'`);
    }
  });

  test('the account that matched is the one that changes, not another of the same name', async () => {
    const local = await server();
    const login = await local.user();
    const here = newPassword();
    await local.server.query(`CREATE USER ${quoted(login.username, '127.0.0.%')} IDENTIFIED BY '${here}'`);
    const renewed = { ...login, password: newPassword() };
    await local.as({ ...login, password: here }, async (session) => session.setOwnPassword(renewed.password));
    expect(await local.logsIn(renewed)).toBe(true);
    await local.server.query(`DROP USER ${quoted(login.username, '127.0.0.%')}`);
    expect([await local.logsIn(renewed), await local.logsIn(login)]).toEqual([false, true]);
  });

  test('a password that has expired is replaced', async () => {
    const local = await server();
    const login = await local.user();
    await local.server.query(`ALTER USER ${quoted(login.username)} PASSWORD EXPIRE`);
    expect((await rejection(local.as(login, async (session) => session.probe()))).kind).toBe('configuration');
    const renewed = { ...login, password: newPassword() };
    await local.as(login, async (session) => session.setOwnPassword(renewed.password));
    await local.useTable(renewed);
  });

  test('a password that has expired is not replaced where its quotes might be misread', async () => {
    const local = await server();
    const login = await local.user();
    await local.server.query(`ALTER USER ${quoted(login.username)} PASSWORD EXPIRE`);
    const renewed = { ...login, password: newPassword('\'\\') };
    const failure: unknown = await local.as(login, async (session) => session.setOwnPassword(renewed.password)).catch((reason) => reason);
    // MariaDB gets a hash, which has no quotes.
    if (local.isMariadb) expect([failure, await local.logsIn(renewed)]).toEqual([undefined, true]);
    else expect([failure, await local.logsIn(login)]).toMatchObject([{ kind: 'configuration', code: '1820' }, true]);
  });

  test('a server that takes no writes is a matter of the endpoint, and the password stays', async () => {
    const local = await server();
    const login = await local.user();
    await local.server.query(`SET GLOBAL ${local.isMariadb ? 'read_only' : 'super_read_only'} = 1`);
    try {
      const password = newPassword();
      const failure = await rejection(local.as(login, async (session) => session.setOwnPassword(password)));
      expect([failure.kind, failure.code]).toEqual(['readOnly', '1290']);
      // Nor is it tried in clear text, as it would be where the server insists on that.
      expect(local.server.log()).not.toContain(password);
    } finally {
      await local.server.query('SET GLOBAL read_only = 0');
    }
    expect(await local.logsIn(login)).toBe(true);
  });

  test('a lock that another session holds is waited for no longer than the time that there is', async () => {
    const local = await server();
    const login = await local.user();
    const failure = await local.server.whileHeld('FLUSH TABLES WITH READ LOCK', async () =>
      rejection(local.as(login, async (session) => session.setOwnPassword(newPassword()), { timeoutMs: 2_900 })));
    expect([failure.kind, failure.code]).toEqual(['transient', local.isMariadb ? '1969' : '1205']);
    expect(await local.logsIn(login)).toBe(true);
  });
}

/** Two passwords for one user, where the server has them. */
export function keepsTwoPasswords(server: () => Promise<LocalMysql>): void {
  const dualUser = async () => (await server()).user(['APPLICATION_PASSWORD_ADMIN ON *.*']);

  test('the login of the older password stays, and the newer one is discarded', async () => {
    const local = await server();
    const current = await dualUser();
    const abandoned = { ...current, password: newPassword() };
    const next = { ...current, password: newPassword() };
    await local.as(current, async (session) => session.setOwnPasswordRetainingCurrent(abandoned.password));
    await local.as(current, async (session) => session.setOwnPasswordRetainingCurrent(next.password));
    expect([await local.logsIn(current), await local.logsIn(abandoned), await local.logsIn(next)]).toEqual([true, false, true]);
  });

  test('runners that do it at once lose neither password', async () => {
    const local = await server();
    const current = await dualUser();
    const next = { ...current, password: newPassword() };
    const sessions = await Promise.all([1, 2, 3, 4].map(async () => local.connect(current)));
    await Promise.all(sessions.map(async (session) => session!.setOwnPasswordRetainingCurrent(next.password)));
    await Promise.all(sessions.map(async (session) => session!.close()));
    expect([await local.logsIn(current), await local.logsIn(next)]).toEqual([true, true]);
  });

  test('a user who may not keep two is told which privilege is missing', async () => {
    const local = await server();
    const login = await local.user();
    const failure = await rejection(local.as(login, async (session) => session.setOwnPasswordRetainingCurrent(newPassword())));
    expect([failure.kind, failure.code]).toEqual(['configuration', '1227']);
    expect(failure.message).toContain('GRANT APPLICATION_PASSWORD_ADMIN ON *.*');
    expect(await local.logsIn(login)).toBe(true);
  });

  test('a user who must give the present password to change it does so', async () => {
    const local = await server();
    const login = await local.user();
    await local.server.query(`ALTER USER ${quoted(login.username)} PASSWORD REQUIRE CURRENT`);
    const renewed = { ...login, password: newPassword('\'\\') };
    await local.as(login, async (session) => session.setOwnPassword(renewed.password));
    expect(await local.logsIn(renewed)).toBe(true);
  });

  test('the policy of the server is named when it refuses a password', async () => {
    const local = await server();
    const login = await local.user();
    await local.server.query('INSTALL COMPONENT \'file://component_validate_password\'');
    try {
      const failure = await rejection(local.as(login, async (session) => session.setOwnPassword('short')));
      expect([failure.kind, failure.code]).toEqual(['configuration', '1819']);
    } finally {
      await local.server.query('UNINSTALL COMPONENT \'file://component_validate_password\'');
    }
  });
}

/** MariaDB, which sees hashes, unless it insists on the password itself. */
export function sendsHashes(server: () => Promise<LocalMysql>): void {
  test('a server that checks passwords gets the password itself', async () => {
    const local = await server();
    const login = await local.user();
    await local.server.query('INSTALL SONAME \'simple_password_check\'');
    try {
      const renewed = { ...login, password: `${newPassword()}.x'\\` };
      await local.as(login, async (session) => session.setOwnPassword(renewed.password));
      expect([await local.logsIn(renewed), await local.logsIn(login)]).toEqual([true, false]);
      const clone = { ...renewed, username: `${login.username}_clone`, password: `${newPassword()}.x'\\` };
      await local.as(local.superuser, async (session) => session.cloneUser(login.username, clone.username, clone.password));
      await local.useTable(clone);
      const failure = await rejection(local.as(renewed, async (session) => session.setOwnPassword('short')));
      expect([failure.kind, failure.code]).toEqual(['configuration', '1819']);
    } finally {
      await local.server.query('UNINSTALL SONAME \'simple_password_check\'');
    }
  });

  test('a secret of engine mysql that names a MariaDB has no second password', async () => {
    const local = await server();
    const login = await local.user();
    const failure = await rejection(local.as(login, async (session) => session.setOwnPasswordRetainingCurrent(newPassword())));
    expect([failure.kind, await local.logsIn(login)]).toEqual(['configuration', true]);
  });
}
