import { CertificateAuthority } from './certificates';
import type { DatabaseUnderTest } from './database-under-test';
import { newPassword } from './new-password';
import { PostgresServer } from './postgres';
import { newestPostgres } from './postgres-releases';
import { createUser, UNLOGGED, useTable } from './postgres-users';
import { quoteIdentifier } from '../../lambda/rotation/adapters/postgres/quoting';
import { RedshiftAdapter } from '../../lambda/rotation/adapters/redshift/adapter';
import type { Login } from '../../lambda/rotation/engine/database-adapter';

/** What the adapter of PostgreSQL reads and calls, and the service has otherwise or not at all. */
const CATALOGUE = ['pg_roles', 'pg_authid', 'pg_auth_members', 'pg_shdepend', 'pg_shdescription', 'pg_db_role_setting', 'pg_settings', 'pg_database'];
const FUNCTIONS = ['set_config(text, text, boolean)', 'current_setting(text)', 'current_setting(text, boolean)', 'pg_has_role(oid, oid, text)'];

/**
 * PostgreSQL in place of Amazon Redshift: everybody logs in by MD5, and whoever asks the catalogue is denied, the superuser too. It shows the
 * protocol, the statements and the login; that the service takes them, it does not show.
 */
export class RedshiftStandIn implements DatabaseUnderTest {
  public static async start(): Promise<RedshiftStandIn> {
    const certificate = await (await CertificateAuthority.create()).issue();
    const server = await PostgresServer.start({
      release: newestPostgres(), certificate, hba: ['hostssl all +md5_users 127.0.0.1/32 md5'], settings: { password_encryption: 'md5' },
    });
    const chief = { ...server.superuser, username: 'chief', password: newPassword() };
    await server.query(
      UNLOGGED,
      'CREATE ROLE md5_users',
      `CREATE ROLE chief LOGIN CREATEROLE PASSWORD '${chief.password}' IN ROLE md5_users`,
      ...CATALOGUE.map((table) => `REVOKE SELECT ON pg_catalog.${table} FROM PUBLIC`),
      ...FUNCTIONS.map((name) => `REVOKE EXECUTE ON FUNCTION pg_catalog.${name} FROM PUBLIC`),
    );
    return new RedshiftStandIn(server, chief);
  }

  public readonly adapter = new RedshiftAdapter();
  public readonly options: DatabaseUnderTest['options'];

  private constructor(public readonly server: PostgresServer, public readonly superuser: Login) {
    this.options = { timeoutMs: 5_000, ca: server.ca };
  }

  public async createUser(username: string, password: string): Promise<void> {
    await createUser(this.server, username, password);
    const user = quoteIdentifier(username);
    await this.server.query(`GRANT md5_users TO ${user}`, `GRANT ${user} TO chief WITH ADMIN OPTION`);
  }

  public async useTable(login: Login): Promise<void> {
    await useTable(this.server, login);
  }

  public async product(): Promise<string> {
    return this.server.product();
  }

  public async serverLog(): Promise<string> {
    return this.server.log();
  }

  public async stop(): Promise<void> {
    await this.server.stop();
  }
}
