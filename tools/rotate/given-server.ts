import { readFileSync } from 'fs';
import { createConnection } from 'mysql2/promise';
import { Client } from 'pg';
import type { RehearsalServer } from './rehearsal-server';
import { CLONE_MARK } from '../../lambda/rotation/adapters/mysql/accounts';
import { mariadbAdapter, mysqlAdapter } from '../../lambda/rotation/adapters/mysql/adapter';
import * as mysql from '../../lambda/rotation/adapters/mysql/quoting';
import { PostgresAdapter } from '../../lambda/rotation/adapters/postgres/adapter';
import * as postgres from '../../lambda/rotation/adapters/postgres/quoting';
import type { DatabaseAdapter, Login } from '../../lambda/rotation/engine/database-adapter';

/** Holds the password of the superuser: on a command line others could see it. */
export const PASSWORD_VARIABLE = 'REHEARSAL_SERVER_PASSWORD';

/** An address such as `mysql://root@localhost:3306`, and the authority that signed the server's certificate. */
export interface ServerAddress {
  readonly url: string;
  /** A file of certificates as PEM. @default - the authorities that Node.js trusts */
  readonly caFile?: string;
}

/** What differs between the kinds of servers. */
interface Dialect {
  readonly port: number;
  readonly database: string;
  readonly adapter: (version: string) => DatabaseAdapter;
  readonly query: (login: Login, ca: readonly string[], statements: readonly string[]) => Promise<Record<string, unknown>[]>;
  readonly version: string;
  readonly title: (version: string) => string;
  /** The rows are what an empty server has not. */
  readonly foreign: (superuser: Login) => string;
  readonly createDatabase: (name: string) => string;
  readonly createUser: (username: string, password: string, database?: string) => string[];
  readonly use: string[];
  readonly remove: (users: readonly string[], databases: readonly string[]) => string[];
}

const LEDGER = 'cdk_managed_secrets_rehearsal';

const POSTGRES: Dialect = {
  port: 5432,
  database: 'postgres',
  adapter: () => new PostgresAdapter(),
  query: async ({ host, port, username: user, password, database }, ca, statements) => {
    const client = new Client({ host, port, user, password, database, ssl: ca.length > 0 ? { ca: [...ca] } : true });
    client.on('error', () => undefined);
    await client.connect();
    try {
      let rows: Record<string, unknown>[] = [];
      for (const statement of statements) ({ rows } = await client.query(statement));
      return rows;
    } finally {
      await client.end();
    }
  },
  version: 'SELECT current_setting(\'server_version\') AS version',
  title: version => `PostgreSQL ${version}`,
  foreign: ({ username, database }) => `SELECT 'database ' || datname AS name FROM pg_database
    WHERE NOT datistemplate AND datname NOT IN ('postgres', ${postgres.quoteLiteral(database!)})
    UNION ALL SELECT 'user ' || rolname FROM pg_roles
    WHERE rolname !~ '^pg_' AND rolname NOT IN ('postgres', ${postgres.quoteLiteral(username)})
    UNION ALL SELECT 'table ' || tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  createDatabase: name => `CREATE DATABASE ${postgres.quoteIdentifier(name)}`,
  createUser: (username, password) => [
    `CREATE ROLE ${postgres.quoteIdentifier(username)} LOGIN PASSWORD ${postgres.quoteLiteral(password)}`,
    `CREATE TABLE IF NOT EXISTS public.${LEDGER} (entry text)`,
    `GRANT SELECT, INSERT ON public.${LEDGER} TO ${postgres.quoteIdentifier(username)}`,
  ],
  use: [`INSERT INTO public.${LEDGER} VALUES ('entry')`, `SELECT count(*) FROM public.${LEDGER}`],
  remove: (users, databases) => [
    `DROP TABLE IF EXISTS public.${LEDGER}`,
    ...databases.map(name => `DROP DATABASE IF EXISTS ${postgres.quoteIdentifier(name)} WITH (FORCE)`),
    // The clone first: it is a member of the other one.
    ...[...users].reverse().map(name => `DROP ROLE IF EXISTS ${postgres.quoteIdentifier(name)}`),
  ],
};

const account = (user: string) => mysql.quoteAccount({ user, host: '%' });

const MYSQL: Dialect = {
  port: 3306,
  database: '',
  adapter: version => isMariadb(version) ? mariadbAdapter : mysqlAdapter,
  query: async ({ host, port, username: user, password, database }, ca, statements) => {
    const connection = await createConnection({ host, port, user, password, database, ssl: ca.length > 0 ? { ca: [...ca] } : {} });
    try {
      let rows: unknown = [];
      for (const statement of [LITERALS, ...statements]) [rows] = await connection.query(statement);
      return Array.isArray(rows) ? rows as Record<string, unknown>[] : [];
    } finally {
      connection.destroy();
    }
  },
  version: 'SELECT VERSION() AS version',
  title: version => `${isMariadb(version) ? 'MariaDB' : 'MySQL'} ${version}`,
  foreign: ({ username }) => `SELECT CONCAT('database ', schema_name) AS name FROM information_schema.schemata
    WHERE schema_name NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys', 'test')
    UNION ALL SELECT CONCAT('user ', User) FROM mysql.user
    WHERE User NOT IN ('', 'root', 'mysql', 'mariadb.sys', 'mysql.sys', 'mysql.session', 'mysql.infoschema', 'healthcheck', ${mysql.quoteLiteral(username)})`,
  createDatabase: name => `CREATE DATABASE ${mysql.quoteIdentifier(name)}`,
  createUser: (username, password, database) => [
    `CREATE DATABASE IF NOT EXISTS ${LEDGER}`,
    `CREATE TABLE IF NOT EXISTS ${LEDGER}.ledger (entry VARCHAR(10))`,
    `CREATE USER ${account(username)} IDENTIFIED BY ${mysql.quoteLiteral(password)}`,
    `GRANT SELECT, INSERT ON ${LEDGER}.* TO ${account(username)}`,
    ...database === undefined ? [] : [`GRANT SELECT ON ${mysql.quoteIdentifier(database)}.* TO ${account(username)}`],
  ],
  use: [`INSERT INTO ${LEDGER}.ledger VALUES ('entry')`, `SELECT count(*) FROM ${LEDGER}.ledger`],
  remove: (users, databases) => [
    ...[LEDGER, ...databases].map(name => `DROP DATABASE IF EXISTS ${mysql.quoteIdentifier(name)}`),
    ...users.map(user => `DROP USER IF EXISTS ${account(user)}`),
  ],
};

const DIALECTS: Readonly<Record<string, Dialect>> = { 'postgres:': POSTGRES, 'postgresql:': POSTGRES, 'mysql:': MYSQL, 'mariadb:': MYSQL };

/** As the quoting of the rotation function wants it. */
const LITERALS = 'SET SESSION sql_mode = CONCAT(@@sql_mode, \',NO_BACKSLASH_ESCAPES\')';

function isMariadb(version: string): boolean {
  return /mariadb/i.test(version);
}

/** An empty server of the user's own. What the rehearsal makes there, it removes. */
export class GivenServer implements RehearsalServer {
  public static async open({ url, caFile }: ServerAddress): Promise<GivenServer> {
    const { dialect, superuser } = parsed(url);
    const ca = caFile === undefined ? [] : [readFileSync(caFile, 'utf8')];
    const query = async (...statements: string[]) => dialect.query(superuser, ca, statements);
    const [row] = await query(dialect.version).catch((error: { code?: string }) => {
      throw new Error(`the server ${superuser.host}:${superuser.port} does not let ${superuser.username} in over TLS (${error.code ?? 'no code'}); correct --server,`
        + ` --server-ca or ${PASSWORD_VARIABLE}`);
    });
    const server = new GivenServer(dialect, superuser, ca, String(row.version));
    await server.requireEmpty();
    return server;
  }

  public readonly adapter: DatabaseAdapter;
  public readonly title: string;
  private readonly users: string[] = [];
  private readonly databases: string[] = [];

  private constructor(
    private readonly dialect: Dialect,
    public readonly superuser: Login,
    public readonly ca: readonly string[],
    private readonly version: string,
  ) {
    this.adapter = dialect.adapter(version);
    this.title = dialect.title(version);
  }

  public async createDatabase(name: string): Promise<void> {
    if (name === this.superuser.database) return;
    this.databases.push(name);
    await this.query(this.dialect.createDatabase(name));
  }

  public async createUser(username: string, password: string, database?: string): Promise<void> {
    this.users.push(username, `${username}_clone`);
    const dualPassword = this.dialect === MYSQL && !isMariadb(this.version) ? [`GRANT APPLICATION_PASSWORD_ADMIN ON *.* TO ${account(username)}`] : [];
    await this.query(...this.dialect.createUser(username, password, database), ...dualPassword);
  }

  public async useTable({ username, password }: Login): Promise<void> {
    await this.dialect.query({ ...this.superuser, username, password }, this.ca, this.dialect.use);
  }

  /** What a server of somebody else logs cannot be seen. */
  public log(): string {
    return '';
  }

  public async end(): Promise<void> {
    const roles = isMariadb(this.version) ? this.users.map(user => `DROP ROLE IF EXISTS ${mysql.quoteIdentifier(`${CLONE_MARK}:${user}`)}`) : [];
    await this.query(...this.dialect.remove(this.users, this.databases), ...roles);
  }

  private async query(...statements: string[]): Promise<Record<string, unknown>[]> {
    return this.dialect.query(this.superuser, this.ca, statements);
  }

  /** Users are made, rotated and removed here: nothing that somebody needs may be near. */
  private async requireEmpty(): Promise<void> {
    const names = (await this.query(this.dialect.foreign(this.superuser))).map(({ name, NAME }) => String(name ?? NAME));
    if (names.length === 0) return;
    throw new Error(`the server ${this.superuser.host}:${this.superuser.port} is not empty: it has ${names.slice(0, 5).join(', ')}`
      + `${names.length > 5 ? ` and ${names.length - 5} more` : ''}. A rehearsal makes and removes users and databases; give it a server that nobody needs`);
  }
}

function parsed(address: string): { dialect: Dialect; superuser: Login } {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const dialect = DIALECTS[url?.protocol ?? ''];
  if (url === undefined || dialect === undefined || url.hostname === '' || url.username === '') {
    throw new Error('--server takes the address of an empty server, such as mysql://root@localhost:3306 or postgres://postgres@localhost:5432');
  }
  if (url.password !== '') throw new Error(`--server must not hold a password, which others could see; put it into the environment variable ${PASSWORD_VARIABLE}`);
  const password = process.env[PASSWORD_VARIABLE];
  if (password === undefined || password === '') throw new Error(`the environment variable ${PASSWORD_VARIABLE} holds no password of ${decodeURIComponent(url.username)}`);
  const database = decodeURIComponent(url.pathname.slice(1)) || dialect.database || undefined;
  return {
    dialect,
    superuser: { host: url.hostname, port: Number(url.port) || dialect.port, username: decodeURIComponent(url.username), password, database },
  };
}
