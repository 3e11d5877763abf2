import type { DatabaseSession, Login } from '../../../lambda/rotation/engine/database-adapter';
import { RotationError, RotationErrorKind } from '../../../lambda/rotation/engine/errors';
import type { DatabaseUnderTest } from '../../../tools/servers/database-under-test';
import { newPassword } from '../../../tools/servers/new-password';

/** The database of one suite, with the passwords that it has seen. */
export class RunningDatabase {
  public readonly passwords: string[] = [];
  private started?: DatabaseUnderTest;
  private users = 0;

  public get database(): DatabaseUnderTest {
    if (!this.started) throw new Error('the database has not started');
    return this.started;
  }

  public start(database: DatabaseUnderTest): void {
    this.started = database;
    this.passwords.push(database.superuser.password);
  }

  public password(shape?: string): string {
    const password = newPassword(shape);
    // A log holds hostile characters escaped; the random part is what must not be there.
    this.passwords.push(password.slice(-24));
    return password;
  }

  public async user(username = `user${++this.users}`): Promise<Login> {
    const password = this.password();
    await this.database.createUser(username, password);
    return { ...this.database.superuser, username, password };
  }

  public async connect(login: Login, options = this.database.options): Promise<DatabaseSession | undefined> {
    return this.database.adapter.connect(login, options);
  }

  public async logsIn(login: Login): Promise<boolean> {
    const session = await this.connect(login);
    await session?.probe();
    await session?.close();
    return session !== undefined;
  }

  /** Whatever fails, no password may be in what the engine gets to see. */
  public async failure(work: Promise<unknown>): Promise<RotationError> {
    const error: unknown = await work.then(() => undefined, (reason) => reason);
    expect(error).toBeInstanceOf(RotationError);
    const text = `${JSON.stringify(error)} ${(error as Error).stack} ${String((error as Error).cause)}`;
    for (const password of this.passwords) expect(text.includes(password)).toBe(false);
    return error as RotationError;
  }

  public async expectKind(kind: RotationErrorKind, work: Promise<unknown>): Promise<void> {
    expect((await this.failure(work)).kind).toBe(kind);
  }

  /** Runs `work` as the user of `login` and closes the session, whatever happens. */
  public async as<T>(login: Login, work: (session: DatabaseSession) => Promise<T>): Promise<T> {
    const session = await this.connect(login);
    if (!session) throw new Error(`${login.username} was refused`);
    try {
      return await work(session);
    } finally {
      await session.close();
    }
  }
}
