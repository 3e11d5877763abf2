import { LocalPostgres } from '../../../../../tools/servers/local-postgres';
import { newPassword } from '../../../../../tools/servers/new-password';
import { UNLOGGED } from '../../../../../tools/servers/postgres-users';
import { rejection } from '../../../../support/rejection';
import { startsServers } from '../../../../support/servers/suite-servers';

let database: LocalPostgres;

startsServers(async (keep) => {
  // The method md5 takes passwords of both kinds.
  database = await keep(LocalPostgres.start({ hba: ['hostssl all all 127.0.0.1/32 md5'] }));
});

describe('a login is refused, so that other credentials are worth a try,', () => {
  test.each([
    ['when the user may not log in', 'NOLOGIN'],
    ['when the password is valid no longer', 'VALID UNTIL \'2020-01-01\''],
    ['when the user has no password', 'PASSWORD NULL'],
  ])('%s', async (_, attribute) => {
    const login = await database.user();
    await database.server.query(`ALTER ROLE ${login.username} ${attribute}`);
    expect(await database.connect(login)).toBeUndefined();
  });

  test('when somebody else has changed the password', async () => {
    const login = await database.user();
    await database.server.query(UNLOGGED, `ALTER ROLE ${login.username} PASSWORD '${newPassword()}'`);
    expect(await database.connect(login)).toBeUndefined();
  });
});

describe('a login fails, and no other credentials are tried,', () => {
  test('when the connection limit of the user is reached', async () => {
    const login = await database.user();
    await database.server.query(`ALTER ROLE ${login.username} CONNECTION LIMIT 1`);
    await database.as(login, async () => {
      expect(await rejection(database.connect(login))).toMatchObject({ kind: 'transient', code: '53300' });
    });
    expect(await database.logsIn(login)).toBe(true);
  });

  test('when there is no such database', async () => {
    const login = { ...await database.user(), database: 'missing' };
    expect(await rejection(database.connect(login))).toMatchObject({ kind: 'configuration', code: '3D000', message: expect.stringContaining('dbname') });
  });

  test('when the driver does not know how to log in', async () => {
    const login = await database.user();
    await database.server.query('SET scram_iterations = 100001', UNLOGGED, `ALTER ROLE ${login.username} PASSWORD '${login.password}'`);
    expect(await rejection(database.connect(login))).toMatchObject({ kind: 'configuration', message: expect.stringContaining('iterations') });
  });

  test.each([
    { username: 'app', password: '' },
    { username: 'app', password: 'a\0b' },
    { username: 'a\0b', password: 'x' },
    { username: '', password: 'x' },
    { username: 'app', password: 'x', database: 'postgres\0user\0superuser' },
  ])(
    'when the credentials are none: %j', async (credentials) => {
      expect(await rejection(database.connect({ ...database.superuser, ...credentials }))).toMatchObject({ kind: 'configuration' });
    });
});

describe('a server that is not at its best', () => {
  test('a session that the administrator ends is worth another attempt', async () => {
    const login = await database.user();
    await database.as(login, async (session) => {
      await database.server.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${login.username}'`);
      expect(['transient', 'network']).toContain((await rejection(session.probe())).kind);
    });
  });

  test('a server that is locked by another session is given up in time, and says why', async () => {
    const login = await database.user();
    const other = database.server.client(database.superuser);
    await other.connect();
    try {
      await other.query('BEGIN');
      await other.query('LOCK TABLE pg_authid IN ACCESS EXCLUSIVE MODE');
      // Nobody can log in now: the attempt ends with its time.
      expect(await rejection(database.connect(login, { timeoutMs: 300 }))).toMatchObject({ kind: 'network', code: 'ETIMEDOUT' });
      await other.query('ROLLBACK');
      await other.query('BEGIN');
      const blocked = rejection(database.as(login, async (session) => {
        await other.query('LOCK TABLE pg_authid IN SHARE MODE');
        await session.setOwnPassword(newPassword());
      }, { timeoutMs: 3_000 }));
      expect(await blocked).toMatchObject({ kind: 'transient', code: '57014' });
    } finally {
      await other.end();
    }
    expect(await database.logsIn(login)).toBe(true);
  });

  test('a change by another session at the same time is waited for and repeated', async () => {
    const login = await database.user();
    const renewed = { ...login, password: newPassword() };
    const other = database.server.client(database.superuser);
    await other.connect();
    try {
      await other.query('BEGIN');
      await other.query(`ALTER ROLE ${login.username} CONNECTION LIMIT 7`);
      const change = database.as(login, async (session) => session.setOwnPassword(renewed.password));
      await database.blocked();
      await other.query('COMMIT');
      await change;
    } finally {
      await other.end();
    }
    expect(await database.logsIn(renewed)).toBe(true);
    expect(database.server.log()).toContain('tuple concurrently updated');
  });
});

describe('read only:', () => {
  test('a user that reads only, by its own setting, still gets a new password', async () => {
    const login = await database.user();
    await database.server.query(`ALTER ROLE ${login.username} SET default_transaction_read_only = on`);
    const renewed = { ...login, password: newPassword() };
    await database.as(login, async (session) => session.setOwnPassword(renewed.password));
    expect(await database.logsIn(renewed)).toBe(true);
  });

  test('a database or a server that is set to read only is left as it is', async () => {
    const login = await database.user();
    await database.server.query('CREATE DATABASE frozen', 'ALTER DATABASE frozen SET default_transaction_read_only = on');
    const frozen = { ...login, database: 'frozen' };
    const change = database.as(frozen, async (session) => session.setOwnPassword(newPassword()));
    expect(await rejection(change)).toMatchObject({ kind: 'readOnly', code: '25006' });
    const clone = database.as({ ...database.superuser, database: 'frozen' }, async (session) => session.cloneUser(login.username, 'frozen_clone', newPassword()));
    expect(await rejection(clone)).toMatchObject({ kind: 'readOnly', code: '25006' });
    expect(await database.logsIn(login)).toBe(true);
  });
});

describe('a server with MD5 passwords', () => {
  beforeAll(async () => database.server.query('ALTER SYSTEM SET password_encryption = \'md5\'', 'SELECT pg_reload_conf()'));
  afterAll(async () => database.server.query('ALTER SYSTEM RESET password_encryption', 'SELECT pg_reload_conf()'));

  test('gets MD5 passwords, and still none in its log', async () => {
    const login = await database.user();
    const renewed = { ...login, password: newPassword() };
    const allowed = { legacyAuthentication: ['md5'] } as const;
    await database.as(login, async (session) => session.setOwnPassword(renewed.password), allowed);
    const clone = await database.clone(renewed);
    for (const each of [renewed, clone]) await expect(database.as(each, async (session) => session.probe(), allowed)).resolves.toBeUndefined();
    expect(await rejection(database.connect(renewed))).toMatchObject({ kind: 'configuration', message: expect.stringMatching(/wants a login by MD5; .*`legacyAuthentication`/) });
    const stored = await database.server.query<{ rolpassword: string }>(`SELECT rolpassword FROM pg_authid WHERE rolname LIKE '${login.username}%'`);
    expect(stored.map(({ rolpassword }) => rolpassword.slice(0, 3))).toEqual(['md5', 'md5']);
    for (const password of [renewed.password, clone.password]) expect(database.server.log()).not.toContain(password);
  });
});

describe('a server that has stopped', () => {
  let primary: LocalPostgres;
  startsServers(async (keep) => {
    primary = await keep(LocalPostgres.start());
  });

  test('is a matter of the network, and the standby that is left says that it takes no writes', async () => {
    const login = await primary.user();
    const session = await primary.connect(primary.superuser);
    await primary.server.end();
    expect(['network', 'transient']).toContain((await rejection(session!.probe())).kind);
    await session!.close();
    expect(await rejection(primary.connect(primary.superuser))).toMatchObject({ kind: 'network', code: 'ECONNREFUSED' });
    const standby = await LocalPostgres.start({ standbyOf: primary.server });
    try {
      const there = { ...login, port: standby.superuser.port };
      expect(await standby.logsIn(there)).toBe(true);
      const change = standby.as(there, async (writing) => writing.setOwnPassword(newPassword()));
      expect(await rejection(change)).toMatchObject({ kind: 'readOnly', code: '25006' });
      expect(await rejection(standby.clone(there))).toMatchObject({ kind: 'readOnly', code: '25006' });
    } finally {
      await standby.stop();
    }
  });
});
