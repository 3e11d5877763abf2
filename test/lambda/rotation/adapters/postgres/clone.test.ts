import { passwordVerifier } from '../../../../../lambda/rotation/adapters/postgres/password-verifier';
import type { Login } from '../../../../../lambda/rotation/engine/database-adapter';
import { LocalPostgres } from '../../../../../tools/servers/local-postgres';
import { newPassword } from '../../../../../tools/servers/new-password';
import { PostgresRelease, postgresReleases } from '../../../../../tools/servers/postgres-releases';
import { UNLOGGED } from '../../../../../tools/servers/postgres-users';
import { rejection } from '../../../../support/rejection';
import { startsServers } from '../../../../support/servers/suite-servers';

/** Since this release, CREATEROLE is not enough to change a role that somebody else created. */
const FIRST_WITH_ADMIN_OPTION = 16;

describe.each(postgresReleases())('$title: a clone', (release) => {
  let database: LocalPostgres;
  startsServers(async (keep) => {
    database = await keep(LocalPostgres.start({ release }));
    await database.server.query('GRANT CREATE ON SCHEMA public TO PUBLIC', 'CREATE DATABASE second');
  });

  testRights(() => database);
  testStrangeOperators(() => database);
  testAttributes(() => database);
  testSettings(() => database);
  testRepair(() => database);
  testPrivileges(() => database, release);

  test('leaves no password in the log, but what stands for it', () => {
    const log = database.server.log();
    expect(log.match(/CREATE ROLE "app1_clone" .{0,60}/)?.[0]).toContain('PASSWORD \'SCRAM-SHA-256$4096:');
    expect(database.passwords.length).toBeGreaterThan(15);
    expect(database.passwords.filter((password) => log.includes(password))).toEqual([]);
  });
});

function testStrangeOperators(get: () => LocalPostgres): void {
  test('never runs an operator of the owner of the database with the rights of the superuser', async () => {
    const database = get();
    const owner = await database.user();
    const name = `of_${owner.username}`;
    await database.server.query(`CREATE DATABASE ${name} OWNER ${owner.username}`);
    await database.server.queryAs(
      { ...owner, database: name },
      `CREATE FUNCTION public.evil(oid, oid) RETURNS boolean LANGUAGE plpgsql AS
        $$ BEGIN EXECUTE 'ALTER ROLE ${owner.username} SUPERUSER'; RETURN true; END $$`,
      'CREATE OPERATOR public.= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = public.evil)',
      `ALTER DATABASE ${name} SET search_path = public, pg_catalog`,
    );
    await database.clone(owner, { ...database.superuser, database: name });
    expect(await database.server.query(`SELECT rolsuper FROM pg_roles WHERE rolname = '${owner.username}'`)).toEqual([{ rolsuper: false }]);
  });
}

function testRights(get: () => LocalPostgres): void {
  test('sees what the original creates, and the original sees what the clone creates', async () => {
    const database = get();
    const original = await database.user();
    const clone = await database.clone(original);
    const [one, two] = [`${original.username}_one`, `${original.username}_two`];
    await database.server.queryAs(original, `CREATE TABLE ${one} AS SELECT 1`);
    await database.server.queryAs(clone, `CREATE TABLE ${two} AS SELECT 2`);
    for (const login of [original, clone]) {
      await database.server.queryAs(login, `ALTER TABLE ${one} ADD c${login.username} int`, `ALTER TABLE ${two} ADD c${login.username} int`, `TABLE ${one}`);
    }
    const owners = await database.server.query(`SELECT DISTINCT tableowner FROM pg_tables WHERE tablename IN ('${one}', '${two}')`);
    expect(owners).toEqual([{ tableowner: original.username }]);
  });

  test('may do at once what the original is granted later', async () => {
    const database = get();
    const original = await database.user();
    const clone = await database.clone(original);
    await database.server.query(`CREATE TABLE later_${original.username} AS SELECT 1`, `GRANT SELECT ON later_${original.username} TO ${original.username}`);
    await database.server.queryAs(clone, `TABLE later_${original.username}`);
  });

  test('acts as the original, and is known to the server by its own name', async () => {
    const database = get();
    const original = await database.user();
    const clone = await database.clone(original);
    expect(await database.server.queryAs(clone, 'SELECT session_user::text, current_user::text'))
      .toEqual([{ session_user: clone.username, current_user: original.username }]);
    expect(await database.server.queryAs(clone, 'RESET ROLE', 'SELECT current_user::text')).toEqual([{ current_user: original.username }]);
  });

  test('sets its own password, not that of the original', async () => {
    const database = get();
    const original = await database.user();
    const clone = await database.clone(original);
    const renewed = { ...clone, password: newPassword() };
    await database.as(clone, async (session) => session.setOwnPassword(renewed.password));
    expect([await database.logsIn(original), await database.logsIn(clone), await database.logsIn(renewed)]).toEqual([true, false, true]);
  });
}

async function attributesOf(database: LocalPostgres, login: Login): Promise<unknown> {
  return (await database.server.query(`SELECT rolcanlogin, rolinherit, rolconnlimit, rolvaliduntil, rolreplication, rolsuper
    FROM pg_roles WHERE rolname = '${login.username}'`))[0];
}

function testAttributes(get: () => LocalPostgres): void {
  test('has the limits of the original, those that were set or lifted later included', async () => {
    const database = get();
    const original = await database.user();
    await database.server.query(`ALTER ROLE ${original.username} CONNECTION LIMIT 5 VALID UNTIL '2099-01-01 00:00:00+00' REPLICATION`);
    const clone = await database.clone(original);
    expect(await attributesOf(database, clone)).toEqual({ ...await attributesOf(database, original) as object });
    expect(await attributesOf(database, clone)).toMatchObject({ rolconnlimit: 5, rolreplication: true, rolvaliduntil: new Date('2099-01-01T00:00:00Z') });
    await database.server.query(`ALTER ROLE ${original.username} CONNECTION LIMIT -1 VALID UNTIL 'infinity' NOREPLICATION`);
    await database.clone(original);
    expect(await attributesOf(database, clone)).toMatchObject({ rolconnlimit: -1, rolreplication: false, rolvaliduntil: Infinity });
  });

  test('of a user who inherits nothing inherits from that user all the same', async () => {
    const database = get();
    const original = await database.user();
    await database.server.query(`ALTER ROLE ${original.username} NOINHERIT`);
    await database.useTable(await database.clone(original));
  });

  test('has a name that the server does not cut off', async () => {
    const database = get();
    const long = async (clone: string) => rejection(database.as(database.superuser, async (session) => session.cloneUser('app1', clone, newPassword())));
    expect(await long(`${'ü'.repeat(31)}_clone`)).toMatchObject({ kind: 'configuration', message: expect.stringContaining('63 bytes') });
  });

  test('of itself is none', async () => {
    const database = get();
    const login = await database.user();
    const change = database.as(database.superuser, async (session) => session.cloneUser(login.username, login.username, newPassword()));
    expect(await rejection(change)).toMatchObject({ kind: 'configuration' });
    expect(await database.logsIn(login)).toBe(true);
  });
}

const SETTINGS = 'SELECT datname, setconfig FROM pg_db_role_setting LEFT JOIN pg_database d ON d.oid = setdatabase WHERE setrole =';

async function settingsOf(database: LocalPostgres, login: Login): Promise<unknown> {
  const rows = await database.server.query<{ datname: string | null; setconfig: string[] }>(`${SETTINGS} '${login.username}'::regrole`);
  return Object.fromEntries(rows.map(({ datname, setconfig }) => [datname ?? '', setconfig.filter((setting) => !setting.startsWith('role=')).sort()]));
}

function testSettings(get: () => LocalPostgres): void {
  test('has the settings of the original, in one database as in all', async () => {
    const database = get();
    const original = await database.user();
    const role = `ALTER ROLE ${original.username}`;
    await database.server.query(
      `${role} SET search_path TO "$user", public, "Mixed ""Case"", and more"`, `${role} SET statement_timeout TO '1min'`, `${role} SET timezone TO 'Asia/Tokyo'`,
      `${role} SET myapp.tenant TO 'o''brien \\ "x"'`, `${role} SET DateStyle TO 'SQL, DMY'`,
      `${role} SET session_preload_libraries TO 'Lib One', '$libdir/two'`, `${role} IN DATABASE second SET search_path TO ''`,
      `${role} IN DATABASE second SET lock_timeout TO 5000`,
    );
    const clone = await database.clone(original);
    expect(await settingsOf(database, clone)).toEqual(await settingsOf(database, original));
    await database.server.query(`${role} RESET session_preload_libraries`, `ALTER ROLE ${clone.username} RESET session_preload_libraries`);
    const shown = 'SELECT current_setting(\'search_path\') AS path, current_setting(\'myapp.tenant\') AS tenant, current_setting(\'statement_timeout\') AS timeout';
    expect(await database.server.queryAs(clone, shown)).toEqual(await database.server.queryAs(original, shown));
    await database.server.query(`${role} RESET ALL`, `${role} IN DATABASE second RESET ALL`, `${role} SET work_mem TO '8MB'`);
    await database.clone(original);
    expect(await settingsOf(database, clone)).toEqual({ '': ['work_mem=8MB'] });
  });

  test('of a user who acts as another role acts as that role, too', async () => {
    const database = get();
    const original = await database.user();
    const owner = `owner_${original.username}`;
    await database.server.query(`CREATE ROLE ${owner}`, `GRANT ${owner} TO ${original.username}`, `ALTER ROLE ${original.username} SET role TO ${owner}`);
    const clone = await database.clone(original);
    expect(await database.server.queryAs(clone, 'SELECT current_user::text')).toEqual([{ current_user: owner }]);
  });

  test('is not the way for a user to have the superuser run a statement', async () => {
    const database = get();
    const original = await database.user();
    const hostile = '\', y; ALTER ROLE mallory SUPERUSER; --"';
    await database.server.query('DROP ROLE IF EXISTS mallory', 'CREATE ROLE mallory');
    await database.server.queryAs(
      original,
      `SELECT set_config('search_path', $$"${hostile.replaceAll('"', '""')}"$$, false), set_config('application_name', $$${hostile}$$, false)`,
      'ALTER ROLE CURRENT_USER SET search_path FROM CURRENT', 'ALTER ROLE CURRENT_USER SET application_name FROM CURRENT',
    );
    const clone = await database.clone(original);
    expect(await settingsOf(database, clone)).toEqual(await settingsOf(database, original));
    expect(await database.server.query('SELECT rolsuper FROM pg_roles WHERE rolname = \'mallory\'')).toEqual([{ rolsuper: false }]);
  });
}

function testRepair(get: () => LocalPostgres): void {
  test.each([
    ['has no password', 'LOGIN'],
    ['may not log in', 'NOLOGIN'],
    ['does not inherit', 'LOGIN NOINHERIT'],
    ['has limits of its own', 'LOGIN CONNECTION LIMIT 0'],
  ])('that was left behind and %s is made whole', async (_, attribute) => {
    const database = get();
    const original = await database.user();
    await database.server.query(
      `CREATE ROLE ${original.username}_clone ${attribute} IN ROLE ${original.username}`, `ALTER ROLE ${original.username}_clone SET work_mem TO '9MB'`,
    );
    const clone = await database.clone(original);
    await database.useTable(clone);
    expect(await settingsOf(database, clone)).toEqual({ '': [] });
  });

  test('loses no right when it is brought up to date', async () => {
    const database = get();
    const original = await database.user();
    for (let round = 0; round < 3; round++) await database.useTable(await database.clone(original));
    expect(await database.server.query(`SELECT 1 FROM pg_auth_members WHERE member = '${original.username}_clone'::regrole`)).toHaveLength(1);
  });
}

function testPrivileges(get: () => LocalPostgres, { major }: PostgresRelease): void {
  /** As on RDS: it may create roles, and is no superuser. */
  async function administrator(attributes = 'CREATEROLE'): Promise<Login> {
    const database = get();
    const login = { ...database.superuser, username: `admin_${newPassword().slice(-8)}`, password: newPassword() };
    await database.server.query(UNLOGGED, `CREATE ROLE ${login.username} LOGIN ${attributes} PASSWORD '${login.password}'`);
    return login;
  }

  test('is made by an administrator who created the original', async () => {
    const database = get();
    const master = await administrator();
    const original = { ...master, username: `own_${master.username}`, password: newPassword() };
    const verifier = passwordVerifier(original.password, { algorithm: 'scram-sha-256', username: original.username });
    await database.server.queryAs(master, `CREATE ROLE ${original.username} LOGIN PASSWORD '${verifier}'`);
    const clone = await database.clone(original, master);
    const again = await database.clone(original, master);
    expect([await database.logsIn(original), await database.logsIn(clone), await database.logsIn(again)]).toEqual([true, false, true]);
  });

  test('needs the ADMIN OPTION since PostgreSQL 16, and the error says how to give it', async () => {
    const database = get();
    const master = await administrator();
    const original = await database.user();
    if (major >= FIRST_WITH_ADMIN_OPTION) {
      const error = await rejection(database.clone(original, master));
      expect(error).toMatchObject({ kind: 'configuration', code: '42501' });
      expect(error.message).toContain(`GRANT "${original.username}" TO "${master.username}" WITH ADMIN OPTION;`);
      expect(await database.server.query(`SELECT 1 FROM pg_roles WHERE rolname = '${original.username}_clone'`)).toEqual([]);
      await database.server.query(statementsIn(error.message));
    }
    await database.useTable(await database.clone(original, master));
  });

  test('that somebody else created needs the ADMIN OPTION, too', async () => {
    const database = get();
    const master = await administrator();
    const original = await database.user();
    await database.clone(original);
    if (major >= FIRST_WITH_ADMIN_OPTION) {
      const error = await rejection(database.clone(original, master));
      expect(error.message).toContain(`GRANT "${original.username}_clone" TO "${master.username}" WITH ADMIN OPTION;`);
      await database.server.query(statementsIn(error.message));
    }
    await database.useTable(await database.clone(original, master));
  });

  test('is not made by a user who may create no roles, and the error says how to permit it', async () => {
    const database = get();
    const master = await administrator('NOCREATEROLE');
    const original = await database.user();
    const error = await rejection(database.clone(original, master));
    expect(error).toMatchObject({ kind: 'configuration', code: '42501' });
    expect(error.message).toContain(`ALTER ROLE "${master.username}" CREATEROLE;`);
    await database.server.query(statementsIn(error.message));
    await database.useTable(await database.clone(original, master));
  });

  test('of a superuser is not made by anybody less', async () => {
    const database = get();
    const master = await administrator();
    const original = await database.user();
    await database.server.query(`ALTER ROLE ${original.username} SUPERUSER`, 'SELECT 1');
    expect(await rejection(database.clone(original, master))).toMatchObject({ kind: 'configuration', message: expect.stringContaining('superuser itself') });
  });

  test('is not made without a setting that the administrator may not copy', async () => {
    const database = get();
    const master = await administrator();
    const original = await database.user();
    await database.server.query(`ALTER ROLE ${original.username} SET log_statement TO 'ddl'`);
    if (major >= FIRST_WITH_ADMIN_OPTION) await database.server.query(`GRANT ${original.username} TO ${master.username} WITH ADMIN OPTION`);
    expect(await rejection(database.clone(original, master))).toMatchObject({ kind: 'configuration', message: expect.stringContaining('pg_db_role_setting') });
    expect(await database.server.query(`SELECT 1 FROM pg_roles WHERE rolname = '${original.username}_clone'`)).toEqual([]);
  });
}

/** What the error tells an administrator to run. */
function statementsIn(message: string): string {
  return /run as an administrator: (.*)$/.exec(message)![1];
}
