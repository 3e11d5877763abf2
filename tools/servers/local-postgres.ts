import { setTimeout as sleep } from 'timers/promises';
import { CertificateAuthority } from './certificates';
import { LocalDatabase } from './local-database';
import { PostgresServer, PostgresServerOptions } from './postgres';
import { newestPostgres, PostgresRelease } from './postgres-releases';
import { createUser, useTable } from './postgres-users';
import { PostgresAdapter } from '../../lambda/rotation/adapters/postgres/adapter';
import type { Login } from '../../lambda/rotation/engine/database-adapter';

const POLL_MS = 20;
const SESSIONS = 'SELECT 1 FROM pg_stat_activity WHERE application_name = \'cdk-managed-secrets rotation\'';

/** A PostgreSQL server. */
export class LocalPostgres extends LocalDatabase {
  public static async start(options: Partial<PostgresServerOptions> & { readonly release?: PostgresRelease } = {}): Promise<LocalPostgres> {
    const certificate = await (await CertificateAuthority.create()).issue();
    return new LocalPostgres(await PostgresServer.start({ release: newestPostgres(), certificate, ...options }));
  }

  private constructor(public readonly server: PostgresServer) {
    super(new PostgresAdapter(), { timeoutMs: 5_000, ca: server.ca });
  }

  public get superuser(): Login {
    return this.server.superuser;
  }

  public async createUser(username: string, password: string): Promise<void> {
    await createUser(this.server, username, password);
  }

  public async useTable(login: Login): Promise<void> {
    await useTable(this.server, login);
  }

  /** Waits until every session of the rotation is over. */
  public async idle(): Promise<void> {
    while ((await this.server.query(SESSIONS)).length > 0) await sleep(POLL_MS);
  }

  /** Waits until a session of the rotation waits for a lock. */
  public async blocked(): Promise<void> {
    while ((await this.server.query(`${SESSIONS} AND wait_event_type = 'Lock'`)).length === 0) await sleep(POLL_MS);
  }

  public async product(): Promise<string> {
    return this.server.product();
  }

  public async stop(): Promise<void> {
    await this.server.stop();
  }
}
