import type { UserDatabase } from './user-database';
import { PostgresAdapter } from '../../../../lambda/rotation/adapters/postgres/adapter';
import { quoteLiteral } from '../../../../lambda/rotation/adapters/postgres/quoting';
import type { Login } from '../../../../lambda/rotation/engine/database-adapter';
import type { GrantDescription } from '../../../../src/rotation/contract/database-user';
import { CertificateAuthority } from '../../../../tools/servers/certificates';
import { newPassword } from '../../../../tools/servers/new-password';
import { PostgresServer } from '../../../../tools/servers/postgres';
import type { PostgresRelease } from '../../../../tools/servers/postgres-releases';
import { UNLOGGED } from '../../../../tools/servers/postgres-users';

const [database, second] = ['shop', 'archive'];

const GRANTS: GrantDescription[] = [
  { on: 'database', database, privileges: ['CONNECT', 'TEMPORARY'] },
  { on: 'schema', database, schema: 'app', privileges: ['USAGE'] },
  { on: 'tables', database, schema: 'app', privileges: ['SELECT', 'INSERT'] },
  { on: 'tables', database, schema: 'app', names: ['orders'], privileges: ['UPDATE'] },
  { on: 'sequences', database, schema: 'app', privileges: ['USAGE', 'SELECT'] },
  { on: 'futureTables', database, schema: 'app', owner: 'owner', privileges: ['SELECT'] },
  { on: 'futureTables', database, schema: 'app', privileges: ['SELECT'] },
  { on: 'futureSequences', database, schema: 'app', owner: 'owner', privileges: ['USAGE'] },
  { on: 'role', role: 'readers' },
  { on: 'schema', database: second, schema: 'public', privileges: ['USAGE'] },
  { on: 'statement', database, statement: 'DO $$ BEGIN PERFORM 1; END $$' },
];

const GRANTED = [
  'archive: schema public USAGE', 'member of readers', 'shop: database CONNECT', 'shop: database TEMPORARY',
  'shop: future S app of owner USAGE', 'shop: future r app of administrator SELECT', 'shop: future r app of owner SELECT',
  'shop: relation app.Quo"te INSERT', 'shop: relation app.Quo"te SELECT', 'shop: relation app.entries INSERT', 'shop: relation app.entries SELECT',
  'shop: relation app.numbers SELECT', 'shop: relation app.numbers USAGE',
  'shop: relation app.orders INSERT', 'shop: relation app.orders SELECT', 'shop: relation app.orders UPDATE', 'shop: schema app USAGE',
];

const FEWER: GrantDescription[] = [
  { on: 'database', database, privileges: ['CONNECT'] },
  { on: 'schema', database, schema: 'app', privileges: ['USAGE'] },
  { on: 'tables', database, schema: 'app', names: ['orders'], privileges: ['SELECT'] },
];

/** Of another making than the rotation's: the texts of the lists of privileges. */
const CATALOGUE = `
  WITH u AS (SELECT oid FROM pg_roles WHERE rolname = $1),
  acl AS (
    SELECT 'database' AS what, datacl AS acl FROM pg_database WHERE datname = current_database()
    UNION ALL SELECT 'schema ' || nspname, nspacl FROM pg_namespace
    UNION ALL SELECT 'relation ' || nspname || '.' || relname, relacl FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
    UNION ALL SELECT 'column ' || relname || '.' || attname, attacl FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
    UNION ALL SELECT 'future ' || defaclobjtype::text || ' ' || coalesce(nspname, '*') || ' of ' || defaclrole::regrole::text, defaclacl
      FROM pg_default_acl LEFT JOIN pg_namespace n ON n.oid = defaclnamespace
    UNION ALL SELECT 'function ' || proname, proacl FROM pg_proc)
  SELECT what || ' ' || a.privilege_type || CASE WHEN a.is_grantable THEN ' *' ELSE '' END AS line FROM u, acl, aclexplode(acl.acl) a
   WHERE a.grantee = u.oid`;

const asAdministrator = 'SET ROLE administrator';

async function prepare(server: PostgresServer): Promise<Login> {
  const password = newPassword();
  await server.query(
    UNLOGGED, `CREATE ROLE administrator LOGIN CREATEROLE CREATEDB PASSWORD ${quoteLiteral(password)}`, 'CREATE ROLE owner', 'GRANT owner TO administrator',
    'CREATE DATABASE shop OWNER administrator', 'CREATE DATABASE archive OWNER administrator', 'CREATE DATABASE foreign_database',
    asAdministrator, 'CREATE ROLE readers', 'CREATE ROLE others', 'RESET ROLE',
  );
  const shop = { ...server.superuser, database };
  await server.queryAs(
    shop, 'CREATE SCHEMA app AUTHORIZATION owner', 'GRANT ALL ON SCHEMA app TO administrator', 'SET ROLE owner', 'CREATE TABLE app.entries (note text)',
    'CREATE TABLE app.orders (id int, note text)', 'CREATE VIEW app."Quo""te" AS SELECT 1 AS one', 'CREATE SEQUENCE app.numbers',
    'CREATE FUNCTION app.answer() RETURNS int LANGUAGE sql AS \'SELECT 42\'',
  );
  await server.queryAs({ ...server.superuser, database: second }, 'ALTER SCHEMA public OWNER TO administrator');
  return { ...server.superuser, database: undefined, username: 'administrator', password };
}

export interface PostgresForUsers extends UserDatabase {
  readonly server: PostgresServer;
}

/** A server with an administrator as of Amazon RDS, who is a member of the role that owns the schema. */
export async function postgresForUsers(release: PostgresRelease): Promise<PostgresForUsers> {
  const certificate = await (await CertificateAuthority.create()).issue();
  const server = await PostgresServer.start({ release, certificate });
  const administrator = await prepare(server);
  const lines = async (name: string, username: string) => {
    const rows = await server.queryAs<{ line: string }>({ ...server.superuser, database: name }, CATALOGUE.replaceAll('$1', quoteLiteral(username)));
    return rows.map(({ line }) => `${name}: ${line}`);
  };
  return {
    server,
    adapter: new PostgresAdapter(),
    administrator,
    ca: server.ca,
    database,
    grants: GRANTS,
    granted: GRANTED,
    fewerGrants: FEWER,
    fewerGranted: ['shop: database CONNECT', 'shop: relation app.orders SELECT', 'shop: schema app USAGE'],
    catalogue: async (username) => {
      const roles = await server.query<{ rolname: string }>(`SELECT r.rolname FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid
        JOIN pg_roles u ON u.oid = m.member WHERE u.rolname = ${quoteLiteral(username)}`);
      const all = [...await lines(database, username), ...await lines(second, username), ...roles.map(({ rolname }) => `member of ${rolname}`)];
      return all.sort((a, b) => (a < b ? -1 : 1));
    },
    drift: async (username) => {
      await server.queryAs(
        { ...server.superuser, database }, asAdministrator, `GRANT others TO ${username}`, `REVOKE readers FROM ${username}`,
        `GRANT CREATE ON DATABASE shop TO ${username}`, 'SET ROLE owner', `REVOKE SELECT ON app.orders FROM ${username}`,
        `GRANT SELECT (note) ON app.orders TO ${username}`, `GRANT TRUNCATE ON app.entries TO ${username} WITH GRANT OPTION`,
        `ALTER DEFAULT PRIVILEGES GRANT INSERT ON TABLES TO ${username}`, `REVOKE USAGE ON SEQUENCE app.numbers FROM ${username}`,
      );
      await server.queryAs({ ...server.superuser, database: second }, asAdministrator, 'CREATE TABLE IF NOT EXISTS public.old (id int)', `GRANT SELECT ON public.old TO ${username}`);
    },
    createByHand: async (username, password) => {
      await server.query(UNLOGGED, asAdministrator, `CREATE ROLE "${username}" LOGIN PASSWORD ${quoteLiteral(password)}`);
      await server.queryAs({ ...server.superuser, database }, `COMMENT ON ROLE "${username}" IS 'made by hand'`, 'SET ROLE owner', `GRANT DELETE ON app.orders TO "${username}"`);
    },
    exists: async (username) => (await server.query(`SELECT 1 FROM pg_roles WHERE rolname = ${quoteLiteral(username)}`)).length > 0,
    use: async (login) => {
      await server.queryAs({ ...login, database }, 'INSERT INTO app.entries VALUES (\'note\')', 'SELECT * FROM app.orders', 'SELECT nextval(\'app.numbers\')');
    },
    product: async () => server.product(),
    log: () => server.log(),
    stop: async () => server.stop(),
  };
}
