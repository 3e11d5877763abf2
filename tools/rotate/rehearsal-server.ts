import { PostgresAdapter } from '../../lambda/rotation/adapters/postgres/adapter';
import { quoteIdentifier, quoteLiteral } from '../../lambda/rotation/adapters/postgres/quoting';
import type { DatabaseAdapter, Login } from '../../lambda/rotation/engine/database-adapter';
import type { GrantDescription, UserDescription } from '../../src/rotation/contract/database-user';
import { CertificateAuthority } from '../servers/certificates';
import { PostgresServer } from '../servers/postgres';
import { newestPostgres } from '../servers/postgres-releases';
import { createUser, useTable } from '../servers/postgres-users';

/** A database server that a rehearsal may do with as it likes. */
export interface RehearsalServer {
  readonly superuser: Login;
  /** Authorities that are trusted besides those of Node.js, as PEM. */
  readonly ca: readonly string[];
  /** By which a login is tried as the function does it. */
  readonly adapter: DatabaseAdapter;
  /** Product and version. */
  readonly title: string;
  createDatabase(name: string): Promise<void>;
  /** A user with one table, and no right beyond it. */
  createUser(username: string, password: string, database?: string): Promise<void>;
  /** What the grants of a user are on, and a table for everybody; absent where the user is made by hand in any case. */
  prepareFor?(user: UserDescription): Promise<void>;
  /** What an application does, over a new connection; errors are the driver's own. */
  useTable(login: Login): Promise<void>;
  /** What the server has written that may hold a password; empty where that cannot be seen. */
  log(): string;
  /** Ends the server, or removes from it what the rehearsal made. */
  end(): Promise<void>;
}

/** The codes by which a driver says that the server refused the credentials. */
export const REFUSED: readonly string[] = ['28P01', 'ER_ACCESS_DENIED_ERROR'];

/** A PostgreSQL server over TLS, started for the rehearsal, under every name by which the function may expect it. */
export class StartedPostgres implements RehearsalServer {
  public static async start(serverName: string | undefined): Promise<StartedPostgres> {
    const authority = await CertificateAuthority.create('Certificate authority of this run');
    const certificate = await authority.issue({ names: ['localhost', '127.0.0.1', ...serverName ? [serverName] : []] });
    const server = await PostgresServer.start({ release: newestPostgres(), certificate });
    const [{ version }] = await server.query<{ version: string }>('SELECT current_setting(\'server_version\') AS version');
    return new StartedPostgres(server, `PostgreSQL ${version}`);
  }

  public readonly adapter: DatabaseAdapter = new PostgresAdapter();

  private constructor(private readonly server: PostgresServer, public readonly title: string) {}

  public get superuser(): Login {
    return this.server.superuser;
  }

  public get ca(): readonly string[] {
    return this.server.ca;
  }

  public async createDatabase(name: string): Promise<void> {
    if (name !== this.superuser.database) await this.server.query(`CREATE DATABASE ${quoteIdentifier(name)}`);
  }

  public async createUser(username: string, password: string): Promise<void> {
    await createUser(this.server, username, password);
  }

  public async prepareFor({ grants }: UserDescription): Promise<void> {
    await this.server.query('CREATE TABLE public.ledger (entry text)', 'GRANT SELECT, INSERT ON public.ledger TO PUBLIC');
    const roles = grants.flatMap(grant => (grant.on === 'role' ? [grant.role] : 'owner' in grant && grant.owner ? [grant.owner] : []));
    for (const role of new Set(roles)) await this.server.query(`CREATE ROLE ${quoteIdentifier(role)}`);
    const named = grants.flatMap(grant => ('database' in grant ? [grant.database] : []));
    for (const database of new Set(named)) {
      const there = await this.server.query(`SELECT 1 FROM pg_database WHERE datname = ${quoteLiteral(database)}`);
      if (there.length === 0) await this.createDatabase(database);
      const statements = grants.filter(grant => 'database' in grant && grant.database === database).flatMap(objectsOf);
      await this.server.queryAs({ ...this.superuser, database }, ...new Set(statements));
    }
  }

  public async useTable({ username, password }: Login): Promise<void> {
    await useTable(this.server, { ...this.superuser, username, password });
  }

  public log(): string {
    return this.server.log();
  }

  public async end(): Promise<void> {
    await this.server.stop();
  }
}

/** What a grant is on. */
function objectsOf(grant: GrantDescription): string[] {
  if (!('schema' in grant) || grant.schema === undefined) return [];
  const schema = quoteIdentifier(grant.schema);
  const kind = grant.on === 'sequences' ? 'SEQUENCE' : 'TABLE';
  const names = 'names' in grant ? grant.names ?? [] : [];
  return [
    `CREATE SCHEMA IF NOT EXISTS ${schema}`,
    ...names.map(name => `CREATE ${kind} IF NOT EXISTS ${schema}.${quoteIdentifier(name)} ${kind === 'TABLE' ? '(entry text)' : ''}`),
  ];
}
