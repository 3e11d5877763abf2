import type { Login } from '../../../../../lambda/rotation/engine/database-adapter';
import { LocalPostgres } from '../../../../../tools/servers/local-postgres';
import { newPassword } from '../../../../../tools/servers/new-password';
import { PostgresRelease, postgresReleases } from '../../../../../tools/servers/postgres-releases';
import { rejection } from '../../../../support/rejection';
import { startsServers } from '../../../../support/servers/suite-servers';

/** Since this release, a member may have the privileges of a role without the right to act as it. */
const FIRST_WITH_GRANT_OPTIONS = 16;

const POWERS = ['SUPERUSER', 'BYPASSRLS', 'CREATEROLE', 'REPLICATION'];

describe.each(postgresReleases())('$title: an existing user', (release) => {
  let database: LocalPostgres;
  startsServers(async (keep) => {
    database = await keep(LocalPostgres.start({ release }));
  });

  testPowersGivenLater(() => database);
  testUnrelatedUsers(() => database);
  testMemberships(() => database, release);
  testSuperuser(() => database);
  testAdministrator(() => database, release);
});

/** Gives `target` another password, as the rotation from `original` does. */
async function turn(database: LocalPostgres, original: Login, target: string): Promise<Login> {
  const next = { ...original, username: target, password: newPassword() };
  await database.as(database.superuser, async (session) => session.cloneUser(original.username, next.username, next.password));
  return next;
}

async function expectRefusal(database: LocalPostgres, original: Login, target: Login): Promise<void> {
  const error = await rejection(turn(database, original, target.username));
  expect(error).toMatchObject({ kind: 'configuration', message: expect.stringContaining('exists already and was not made by a rotation') });
  expect(await database.logsIn(target)).toBe(true);
}

async function renamed(database: LocalPostgres, login: Login, username: string): Promise<Login> {
  await database.server.query(`ALTER ROLE ${login.username} RENAME TO ${username}`);
  return { ...login, username };
}

async function powersOf(database: LocalPostgres, { username }: Login): Promise<unknown> {
  return (await database.server.query(`SELECT rolsuper, rolbypassrls, rolcreaterole, rolreplication FROM pg_roles WHERE rolname = '${username}'`))[0];
}

/** From the clone back to its original, what the user may do is not of the rotation's making: it was there before the clone. */
function testPowersGivenLater(get: () => LocalPostgres): void {
  test.each([...POWERS, POWERS.join(' ')])('that is given %s after it was cloned takes its turns with its clone as before', async (attributes) => {
    const database = get();
    let base = await database.user();
    let clone = await database.clone(base);
    await database.server.query(`ALTER ROLE ${base.username} ${attributes}`);
    const powers = await powersOf(database, base);
    for (let round = 0; round < 3; round++) {
      base = await turn(database, clone, base.username);
      await database.useTable(base);
      await database.useTable(clone);
      clone = await turn(database, base, clone.username);
      await database.useTable(clone);
      await database.useTable(base);
    }
    expect(await powersOf(database, base)).toEqual(powers);
  });

  test.each(POWERS)('that is given %s before it is cloned takes its turns with its clone, too', async (attribute) => {
    const database = get();
    let base = await database.user();
    await database.server.query(`ALTER ROLE ${base.username} ${attribute}`);
    let clone = await database.clone(base);
    for (let round = 0; round < 2; round++) {
      base = await turn(database, clone, base.username);
      clone = await turn(database, base, clone.username);
    }
    await database.useTable(base);
    await database.useTable(clone);
  });

  test('that is called like a clone, and whose clone is called like an original, may be given a power as well', async () => {
    const database = get();
    let clone = await database.user();
    let base = await renamed(database, await database.user(), `${clone.username}_clone`);
    await database.server.query(`REVOKE ALL ON public.ledger FROM ${clone.username}`, `DROP ROLE ${clone.username}`);
    clone = await turn(database, base, clone.username);
    await database.server.query(`ALTER ROLE ${base.username} CREATEROLE`);
    for (let round = 0; round < 2; round++) {
      base = await turn(database, clone, base.username);
      clone = await turn(database, base, clone.username);
    }
    await database.useTable(base);
    await database.useTable(clone);
  });
}

function testUnrelatedUsers(get: () => LocalPostgres): void {
  test.each(POWERS)('that has %s, which the original has not, is not taken for a clone', async (attribute) => {
    const database = get();
    const original = await database.user();
    const standing = await renamed(database, await database.user(), `${original.username}_clone`);
    await database.server.query(`ALTER ROLE ${standing.username} ${attribute}`);
    const powers = await powersOf(database, standing);
    await expectRefusal(database, original, standing);
    expect(await powersOf(database, standing)).toEqual(powers);
  });

  test.each([
    ['has nothing but grants on tables', () => []],
    ['has the same grants as the original', ({ username }: Login) => [`GRANT SELECT, INSERT, DELETE ON public.ledger TO ${username}`]],
    ['has a role, which the original has not,', ({ username }: Login) => [`GRANT pg_write_all_data TO ${username}`]],
  ])('that %s is not taken for a clone, until it is made a member of the original', async (_, grants) => {
    const database = get();
    const original = await database.user();
    const standing = await renamed(database, await database.user(), `${original.username}_clone`);
    await database.server.query(...grants(standing), ...grants(original));
    await expectRefusal(database, original, standing);
    await database.server.query(`GRANT ${original.username} TO ${standing.username}`);
    await database.useTable(await database.clone(original));
  });

  test('whose clone is given a role that it has not itself takes its turns as before', async () => {
    const database = get();
    const original = await database.user();
    const clone = await database.clone(original);
    await database.server.query(`GRANT pg_write_all_data TO ${clone.username}`);
    await database.useTable(await database.clone(original));
  });

  test.each(POWERS)('that has %s as the original has, and is handed over, becomes its clone', async (attribute) => {
    const database = get();
    const original = await database.user();
    await database.server.query(
      `CREATE ROLE ${original.username}_clone ${attribute}`, `ALTER ROLE ${original.username} ${attribute}`,
      `GRANT ${original.username} TO ${original.username}_clone`,
    );
    await database.useTable(await database.clone(original));
  });

  test('that has less than an original that is a superuser, and is handed over, becomes its clone', async () => {
    const database = get();
    const original = await database.user();
    await database.server.query(
      `CREATE ROLE ${original.username}_clone BYPASSRLS CREATEROLE`, `ALTER ROLE ${original.username} SUPERUSER`,
      `GRANT ${original.username} TO ${original.username}_clone`,
    );
    await database.useTable(await database.clone(original));
  });

  test('whose name happens to fit is not taken for the original of a clone', async () => {
    const database = get();
    const unrelated = await database.user();
    await expectRefusal(database, await renamed(database, await database.user(), `${unrelated.username}_clone`), unrelated);
  });
}

function testMemberships(get: () => LocalPostgres, { major }: PostgresRelease): void {
  test.each(['SUPERUSER', 'BYPASSRLS', 'CREATEROLE'])('that has %s is not taken for a clone, though it is a member of the original', async (attribute) => {
    const database = get();
    const original = await database.user();
    const standing = await renamed(database, await database.user(), `${original.username}_clone`);
    await database.server.query(`ALTER ROLE ${standing.username} ${attribute}`);
    await database.server.query(`GRANT ${original.username} TO ${standing.username}`);
    await expectRefusal(database, original, standing);
  });

  if (major < FIRST_WITH_GRANT_OPTIONS) return;
  test.each(POWERS)('that has %s is not the original of a user who has its privileges, but may not act as it', async (attribute) => {
    const database = get();
    const base = await database.user();
    const member = await renamed(database, await database.user(), `${base.username}_clone`);
    await database.server.query(`ALTER ROLE ${base.username} ${attribute}`, `GRANT ${base.username} TO ${member.username} WITH INHERIT TRUE, SET FALSE, ADMIN TRUE`);
    await expectRefusal(database, member, base);
  });
}

function testSuperuser(get: () => LocalPostgres): void {
  const refusal = { kind: 'configuration', message: expect.stringContaining('is the superuser itself') };

  test('that the rotation logs in as is nobody\'s clone', async () => {
    const database = get();
    const original = await database.user();
    const superuser = await renamed(database, await database.user(), `${original.username}_clone`);
    await database.server.query(`ALTER ROLE ${original.username} SUPERUSER`, `ALTER ROLE ${superuser.username} SUPERUSER`);
    expect(await rejection(database.clone(original, superuser))).toMatchObject(refusal);
    await database.server.query(`GRANT ${original.username} TO ${superuser.username}`);
    expect(await rejection(database.clone(original, superuser))).toMatchObject(refusal);
    expect(await database.logsIn(superuser)).toBe(true);
  });

  test('that the rotation logs in as is not taken for the original of its clone', async () => {
    const database = get();
    const clone = await turn(database, database.superuser, `${database.superuser.username}_clone`);
    expect(await rejection(turn(database, clone, database.superuser.username))).toMatchObject(refusal);
    expect(await database.logsIn(database.superuser)).toBe(true);
  });
}

/** Who sets the password of another role need not be able to do everything. */
function testAdministrator(get: () => LocalPostgres, release: PostgresRelease): void {
  test('whose password a superuser sets needs CREATEROLE of it and, of later releases, itself with the right to pass it on', async () => {
    const database = get();
    const [user, chief] = [await database.user(), await database.user()];
    const set = async (password: string) => database.as(chief, async (session) => session.setPasswordOf(user.username, password));
    const refusal = { kind: 'configuration', code: '42501', message: expect.stringContaining('GRANT <user> TO <superuser> WITH ADMIN OPTION') };
    expect(await rejection(set(newPassword()))).toMatchObject(refusal);
    await database.server.query(`ALTER ROLE ${chief.username} CREATEROLE`);
    if (release.major >= FIRST_WITH_GRANT_OPTIONS) expect(await rejection(set(newPassword()))).toMatchObject(refusal);
    await database.server.query(`GRANT ${user.username} TO ${chief.username} WITH ADMIN OPTION`);
    const renewed = { ...user, password: newPassword() };
    await set(renewed.password);
    await database.useTable(renewed);
  });
}
