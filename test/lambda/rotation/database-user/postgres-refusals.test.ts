import type { GrantDescription, UserDescription } from '../../../../src/rotation/contract/database-user';
import { newPassword } from '../../../../tools/servers/new-password';
import { postgresReleases } from '../../../../tools/servers/postgres-releases';
import { PostgresForUsers, postgresForUsers } from '../../../support/rotation/user/postgres-users';
import { UserStand } from '../../../support/rotation/user/user-stand';
import { startsServers } from '../../../support/servers/suite-servers';

const [oldest, newest] = [postgresReleases()[0], postgresReleases().at(-1)!];
const database = 'shop';

describe.each([...new Set([oldest, newest])])('$title: what the server does not let the superuser do', (release) => {
  let running: PostgresForUsers;
  startsServers(async (keep) => {
    running = await keep(postgresForUsers(release));
    await running.server.queryAs(
      { ...running.server.superuser, database }, 'CREATE SCHEMA foreign_schema', 'CREATE TABLE foreign_schema.ledger (id int)',
      'GRANT USAGE ON SCHEMA foreign_schema TO administrator', 'GRANT SELECT ON foreign_schema.ledger TO administrator',
    );
  });
  const stand = (user: Partial<UserDescription> = {}) => new UserStand(running, { user });
  const on = (schema: string, names?: string[]): GrantDescription => ({ on: 'tables', database, schema, names, privileges: ['SELECT'] });

  test.each<[string, GrantDescription, RegExp]>([
    // With a grant of its own, and no right to pass it on, the server only warns.
    ['a table of somebody else', on('foreign_schema'), /the superuser may not grant SELECT on a table; make it a member of the roles that own/],
    ['a table that is not there', on('app', ['nothing']), /a table or sequence of a grant is not there/],
    ['a schema that is not there', { on: 'schema', database, schema: 'nothing', privileges: ['USAGE'] }, /a schema of a grant is not there/],
    ['a role that is not there', { on: 'role', role: 'nothing' }, /a role of a grant is not there/],
    ['a database that is not there', { on: 'database', database: 'nothing', privileges: ['CONNECT'] }, /the database that the secret names does not exist/],
    ['a statement with a mistake', { on: 'statement', database, statement: 'GRAND SELECT' }, /does not understand a statement of `DatabaseGrant\.statement`/],
    ['a privilege that nobody knows', { on: 'schema', database, schema: 'app', privileges: ['USAGE TO PUBLIC; --'] }, /a privilege that is not known/],
  ])('%s fails the deployment with the reason, and nothing is half granted', async (_, grant, message) => {
    const user = stand({ grants: [on('app', ['orders']), grant] });
    const error = await user.failure(user.deploy());
    expect(error).toMatchObject({ kind: 'configuration', message: expect.stringMatching(message) });
    if (!('database' in grant) || grant.database === database) expect(await running.catalogue(user.username)).toEqual([]);
    expect(await user.logsIn(user.password)).toBe(false);
    await user.deploy('Create', { grants: running.grants });
    expect(await running.catalogue(user.username)).toEqual(running.granted);
  });

  test('what a third role has granted cannot be taken back, and says so', async () => {
    const user = stand();
    await user.deploy();
    await running.server.queryAs(
      { ...running.server.superuser, database }, 'CREATE ROLE third_role', 'GRANT SELECT ON foreign_schema.ledger TO third_role WITH GRANT OPTION',
      'GRANT USAGE ON SCHEMA foreign_schema TO third_role', 'SET ROLE third_role', `GRANT SELECT ON foreign_schema.ledger TO ${user.username}`,
    );
    const error = await user.failure(user.deploy('Update'));
    expect(error.message).toContain('the superuser may not take back SELECT on a table, which somebody else has granted');
    await running.server.queryAs({ ...running.server.superuser, database }, 'DROP OWNED BY third_role CASCADE', 'DROP ROLE third_role');
    await user.deploy('Update');
  });

  test.each(['SUPERUSER', 'CREATEROLE', 'CREATEDB', 'REPLICATION', 'BYPASSRLS'])('a user with %s is not taken over, nor kept', async (power) => {
    const user = stand();
    await running.createByHand(user.username, newPassword());
    await running.server.query(`ALTER ROLE ${user.username} ${power}`);
    for (const takeOver of [true, false]) {
      const { message } = await user.failure(user.deploy('Create', { takeOver }));
      expect(message).toContain(takeOver ? `the user is there and has ${power}` : 'was not created for this secret');
    }
    expect(await user.logsIn(user.password)).toBe(false);
  });

  test('what a person wrote about a user who is taken over stays', async () => {
    const user = stand({ takeOver: true });
    await running.createByHand(user.username, newPassword());
    await user.deploy();
    const [{ comment }] = await running.server.query<{ comment: string }>(
      `SELECT shobj_description(oid, 'pg_authid') AS comment FROM pg_roles WHERE rolname = '${user.username}'`,
    );
    expect(comment.split('\n')).toEqual([expect.stringMatching(/^cdk-managed-secrets:database-user of .*secret:prod\/shop\/db-credentials$/), 'made by hand']);
  });

  test('a user cannot mark itself', async () => {
    const user = stand();
    const password = newPassword();
    await running.createByHand(user.username, password);
    const login = { ...running.administrator, database, username: user.username, password };
    const mark = `COMMENT ON ROLE ${user.username} IS 'cdk-managed-secrets:database-user of ${user.secretArn.slice(0, -7)}'`;
    await expect(running.server.queryAs(login, mark)).rejects.toThrow(/permission denied|must/);
  });

  test('what the user owns is left alone, and keeps it from being dropped', async () => {
    const user = stand({ drop: true, grants: [...running.grants, { on: 'schema', database, schema: 'app', privileges: ['CREATE'] }] });
    await user.deploy();
    const login = { ...running.administrator, database, username: user.username, password: user.password };
    const table = `app.of_${user.username}`;
    await running.server.queryAs(login, `CREATE TABLE ${table} (id int)`, `GRANT SELECT ON ${table} TO readers`);
    await user.deploy('Update');
    await running.server.queryAs(login, `INSERT INTO ${table} VALUES (1)`);
    expect((await user.failure(user.deploy('Delete'))).message).toContain('the user owns objects');
    await running.server.queryAs({ ...running.server.superuser, database }, `DROP TABLE ${table}`);
    await user.deploy('Delete');
    expect(await running.exists(user.username)).toBe(false);
  });

  test('names that are hostile are quoted', async () => {
    const name = 'x"; DROP TABLE app.orders; --';
    const quoted = `"${name.replaceAll('"', '""')}"`;
    await running.server.queryAs({ ...running.server.superuser, database }, 'SET ROLE owner', `CREATE TABLE IF NOT EXISTS app.${quoted} (id int)`);
    const user = stand({ username: `o'brien " ; --${newPassword().slice(0, 6)}`, grants: [on('app', [name])] });
    user.write({ username: user.user.username });
    await user.deploy();
    expect(await running.catalogue(user.user.username)).toEqual([`shop: relation app.${name} SELECT`]);
    await running.server.queryAs({ ...running.server.superuser, database }, `DROP TABLE app.${quoted}`);
  });
});
