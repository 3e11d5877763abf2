import { CertificateAuthority } from './certificates';
import { LocalDatabase } from './local-database';
import { PostgresServer, PostgresServerOptions } from './postgres';
import { newestPostgres, PostgresRelease } from './postgres-releases';
import { createUser, useTable } from './postgres-users';
import { PostgresAdapter } from '../../lambda/rotation/adapters/postgres/adapter';
import type { Login } from '../../lambda/rotation/engine/database-adapter';

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

  public async product(): Promise<string> {
    return this.server.product();
  }

  public async stop(): Promise<void> {
    await this.server.stop();
  }
}
