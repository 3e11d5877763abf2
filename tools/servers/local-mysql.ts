import { setTimeout as sleep } from 'timers/promises';
import { CertificateAuthority, ServerCertificate } from './certificates';
import type { DatabaseUnderTest } from './database-under-test';
import { LocalDatabase } from './local-database';
import { startMariadb } from './mariadb';
import { startMysql } from './mysql';
import type { MysqlServer } from './mysql-process';
import { newPassword } from './new-password';
import { mariadbAdapter, mysqlAdapter } from '../../lambda/rotation/adapters/mysql/adapter';
import { nativePasswordHash } from '../../lambda/rotation/adapters/mysql/native-password';
import type { DatabaseAdapter, Login } from '../../lambda/rotation/engine/database-adapter';

export type MysqlKind = 'MariaDB' | 'MySQL';

/** The variables of the environment that name the folders with `sbin`, `lib` and `share`. */
export const MYSQL_FOLDERS: Record<MysqlKind, string> = { MariaDB: 'ROTATION_TEST_MARIADB', MySQL: 'ROTATION_TEST_MYSQL' };

interface KindOfServer {
  readonly start: typeof startMariadb;
  readonly adapter: DatabaseAdapter;
}

const KINDS: Record<MysqlKind, KindOfServer> = {
  MariaDB: { start: startMariadb, adapter: mariadbAdapter },
  MySQL: { start: startMysql, adapter: mysqlAdapter },
};

/** A MySQL or a MariaDB server. */
export class LocalMysql extends LocalDatabase {
  public static async start(kind: MysqlKind, folder: string, extra: readonly string[] = []): Promise<LocalMysql> {
    const certificate = await (await CertificateAuthority.create()).issue();
    const server = await KINDS[kind].start(folder, certificate, extra);
    await server.query('CREATE DATABASE app', 'CREATE TABLE app.ledger (id INT AUTO_INCREMENT PRIMARY KEY, note VARCHAR(40))');
    return new LocalMysql(kind, server);
  }

  private constructor(public readonly kind: MysqlKind, public readonly server: MysqlServer) {
    super(KINDS[kind].adapter, { timeoutMs: 5_000, ca: [server.ca] });
  }

  public get isMariadb(): boolean {
    return this.kind === 'MariaDB';
  }

  public get superuser(): Login {
    return this.server.superuser;
  }

  /** A user of the table, from anywhere, who has further privileges. */
  public async user(privileges: string[] = []): Promise<Login> {
    const login = await super.user();
    for (const privilege of privileges) await this.server.query(`GRANT ${privilege} TO ${quoted(login.username)}`);
    return login;
  }

  /** MariaDB logs statements as they are: the tests must not be those who give a password away. */
  public async createUser(username: string, password: string): Promise<void> {
    await this.server.query(
      `CREATE USER ${quoted(username)} IDENTIFIED BY ${this.isMariadb ? `PASSWORD ${literal(nativePasswordHash(password))}` : literal(password)}`,
      `GRANT SELECT, INSERT, DELETE ON app.ledger TO ${quoted(username)}`,
    );
  }

  public async useTable(login: Login): Promise<void> {
    const note = newPassword();
    const rows = await this.server.queryAs(
      login,
      `INSERT INTO app.ledger (note) VALUES ('${note}')`,
      `SELECT note FROM app.ledger WHERE note = '${note}'`,
    );
    if (rows.length !== 1) throw new Error(`${login.username} does not see the row that it wrote`);
  }

  /** As if there had never been a clone. */
  public async forgetClone({ username }: Login): Promise<void> {
    await this.server.query(`DROP USER IF EXISTS ${quoted(`${username}_clone`)}`);
    if (this.isMariadb) await this.server.query(`DROP ROLE IF EXISTS \`cdk-managed-secrets:alternating-users:${username}\``);
  }

  /** What `SHOW GRANTS` lists, without the name of the user and the hash of the password, in an order of ours. */
  public async grants(username: string, host = '%'): Promise<string[]> {
    const rows = await this.server.query(`SHOW GRANTS FOR ${quoted(username, host)}`);
    return rows.map((row) => String(Object.values(row)[0])
      .replaceAll(`\`${username}\`@`, 'USER@')
      .replace(/ IDENTIFIED BY PASSWORD '[^']*'/, '')
      .replace(/\(([^)]*)\)/g, (_, columns: string) => `(${columns.split(', ').sort().join(', ')})`)).sort();
  }

  /** As the suites that all databases share want it; the server goes on when they have ended. */
  public underTest(): DatabaseUnderTest {
    return {
      adapter: this.adapter,
      superuser: this.superuser,
      options: this.options,
      createUser: async (username, password) => {
        await this.createUser(username, password);
        if (!this.isMariadb) await this.server.query(`GRANT APPLICATION_PASSWORD_ADMIN ON *.* TO ${quoted(username)}`);
      },
      useTable: async (login) => this.useTable(login),
      product: async () => this.product(),
      serverLog: async () => this.server.log(),
      stop: async () => undefined,
    };
  }

  /** Waits until the server has no statement of anybody else to finish. */
  public async idle(): Promise<void> {
    for (;;) {
      const busy = await this.server.query('SELECT 1 FROM information_schema.processlist WHERE id <> CONNECTION_ID() AND user NOT IN (\'event_scheduler\', \'system user\')');
      if (busy.length === 0) return;
      await sleep(2);
    }
  }

  /** Shows another certificate from now on; the first one when none is given. */
  public async reload(certificate?: ServerCertificate): Promise<void> {
    await this.server.show(certificate, this.isMariadb ? 'FLUSH SSL' : 'ALTER INSTANCE RELOAD TLS');
  }

  public async product(): Promise<string> {
    const [{ version }] = await this.server.query('SELECT VERSION() AS version');
    return `${this.kind} ${version}`;
  }

  public async stop(): Promise<void> {
    await this.server.stop();
  }
}

/** For a session with the server's own `sql_mode`, in which a backslash escapes. */
function literal(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll('\'', '\'\'')}'`;
}

export function quoted(username: string, host = '%'): string {
  return `${literal(username)}@${literal(host)}`;
}
