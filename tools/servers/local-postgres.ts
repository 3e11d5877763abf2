import { CertificateAuthority } from './certificates';
import { newPassword } from './new-password';
import { PostgresServer, PostgresServerOptions } from './postgres';
import { newestPostgres, PostgresRelease } from './postgres-releases';
import { createUser, useTable } from './postgres-users';
import { PostgresAdapter } from '../../lambda/rotation/adapters/postgres/adapter';
import type { ConnectOptions, DatabaseSession, Login } from '../../lambda/rotation/engine/database-adapter';

/** A server with TLS, and the adapter that logs in to it. */
export class LocalPostgres {
  public static async start(options: Partial<PostgresServerOptions> & { readonly release?: PostgresRelease } = {}): Promise<LocalPostgres> {
    const certificate = await (await CertificateAuthority.create()).issue();
    return new LocalPostgres(await PostgresServer.start({ release: newestPostgres(), certificate, ...options }));
  }

  public readonly options: ConnectOptions;
  /** Those that the server has been given here; none may be in its log. */
  public readonly passwords: string[] = [];
  private readonly adapter = new PostgresAdapter();
  private users = 0;

  private constructor(public readonly server: PostgresServer) {
    this.options = { timeoutMs: 5_000, ca: server.ca };
  }

  public get superuser(): Login {
    return this.server.superuser;
  }

  public async user(): Promise<Login> {
    const login = { ...this.superuser, username: `app${++this.users}`, password: newPassword() };
    this.passwords.push(login.password);
    await createUser(this.server, login.username, login.password);
    return login;
  }

  public async connect(login: Login, options: Partial<ConnectOptions> = {}): Promise<DatabaseSession | undefined> {
    return this.adapter.connect(login, { ...this.options, ...options });
  }

  public async logsIn(login: Login): Promise<boolean> {
    const session = await this.connect(login);
    await session?.close();
    return session !== undefined;
  }

  /** Runs `work` as the user of `login`, with the password that it has now. */
  public async as<T>(login: Login, work: (session: DatabaseSession) => Promise<T>, options: Partial<ConnectOptions> = {}): Promise<T> {
    const session = await this.connect(login, options);
    if (!session) throw new Error(`${login.username} was refused`);
    try {
      return await work(session);
    } finally {
      await session.close();
    }
  }

  /** The clone of a user, made or brought up to date with a new password. */
  public async clone(original: Login, superuser: Login = this.superuser): Promise<Login> {
    const clone = { ...original, username: `${original.username}_clone`, password: newPassword() };
    this.passwords.push(clone.password);
    await this.as(superuser, async (session) => session.cloneUser(original.username, clone.username, clone.password));
    return clone;
  }

  public async useTable(login: Login): Promise<void> {
    await useTable(this.server, login);
  }

  public async stop(): Promise<void> {
    await this.server.stop();
  }
}
