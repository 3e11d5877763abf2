import { newPassword } from './new-password';
import type { ConnectOptions, DatabaseAdapter, DatabaseSession, Login } from '../../lambda/rotation/engine/database-adapter';

/** A server with TLS that runs on this machine, and the adapter that logs in to it. */
export abstract class LocalDatabase {
  /** Those that the server has been given here; none may be in its log. */
  public readonly passwords: string[] = [];
  private users = 0;

  protected constructor(public readonly adapter: DatabaseAdapter, public readonly options: ConnectOptions) {}

  public abstract get superuser(): Login;

  /** Creates a user that may read and write the table of the tests, and nothing else. */
  public abstract createUser(username: string, password: string): Promise<void>;

  /** What an application does, with a driver of its own. */
  public abstract useTable(login: Login): Promise<void>;

  /** Name and version, as the server itself says. */
  public abstract product(): Promise<string>;

  public abstract stop(): Promise<void>;

  /** A new user of the table. */
  public async user(): Promise<Login> {
    const login = { ...this.superuser, username: `app${++this.users}`, password: this.newPassword() };
    await this.createUser(login.username, login.password);
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
    const clone = { ...original, username: `${original.username}_clone`, password: this.newPassword() };
    await this.as(superuser, async (session) => session.cloneUser(original.username, clone.username, clone.password));
    return clone;
  }

  private newPassword(): string {
    const password = newPassword();
    this.passwords.push(password);
    return password;
  }
}
