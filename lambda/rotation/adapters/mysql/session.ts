import { cloneUser } from './clone';
import type { LoginProof } from './clone-mark';
import type { MysqlConnection, RunStatement } from './connection';
import { INCORRECT_CURRENT_PASSWORD, MISSING_CURRENT_PASSWORD, MUST_CHANGE_PASSWORD } from './errors';
import { setMariadbPassword } from './native-password';
import { checkPassword, quoteLiteral } from './quoting';
import { dropUser, ensureUser, ownsUser, type Server, setGrants, setPassword, setPasswordOf } from './user';
import type { GrantDescription } from '../../../../src/rotation/contract/database-user';
import type { DatabaseSession, Login, OwnedUser } from '../../engine/database-adapter';
import { RotationError } from '../../engine/errors';

/** What MySQL wants of a user who keeps the present password; see `setOwnPasswordRetainingCurrent`. */
const NOT_PERMITTED = '1227';

export class MysqlSession implements DatabaseSession {
  private prepared = false;

  public constructor(private readonly connection: MysqlConnection, private readonly login: Login) {}

  public async probe(): Promise<void> {
    await this.connection.run('SELECT 1');
  }

  public async setOwnPassword(password: string): Promise<void> {
    checkPassword(password);
    if (this.connection.isMariadb) return setMariadbPassword(this.write, password);
    try {
      await this.setMysqlPassword(this.write, password);
    } catch (error) {
      // The session may do nothing but set another password, not even its own settings. Without a quote or a backslash
      // a literal is the same whatever they are.
      if (!hasCode(error, MUST_CHANGE_PASSWORD) || /['\\]/.test(`${password}${this.login.password}`)) throw error;
      await this.setMysqlPassword(async (sql) => this.connection.run(sql), password);
    }
  }

  public async setOwnPasswordRetainingCurrent(password: string): Promise<void> {
    checkPassword(password);
    if (this.connection.isMariadb) {
      throw new RotationError('configuration', 'MariaDB keeps one password for a user; use the strategy of alternating users instead');
    }
    try {
      // Compares and sets: RETAIN keeps the newer of two passwords, which must be that of this login.
      await this.write(`ALTER USER USER() IDENTIFIED BY ${quoteLiteral(password)} REPLACE ${quoteLiteral(this.login.password)} RETAIN `
        + 'CURRENT PASSWORD');
    } catch (error) {
      if (hasCode(error, INCORRECT_CURRENT_PASSWORD)) return this.setNewerPassword(password);
      throw hasCode(error, NOT_PERMITTED) ? lacksDualPasswordPrivilege() : error;
    }
  }

  public async cloneUser(original: string, clone: string, password: string, proof: LoginProof = async () => false): Promise<void> {
    const { isMariadb, timeoutMs } = this.connection;
    await cloneUser(this.write, { original, clone, password, superuser: this.login.username, isMariadb, timeoutMs, proof });
  }

  public async account(): Promise<string | undefined> {
    try {
      const [{ account }] = await this.connection.run('SELECT CURRENT_USER() AS account');
      return String(account);
    } catch (error) {
      if (hasCode(error, MUST_CHANGE_PASSWORD)) return undefined;
      throw error;
    }
  }

  public async setPasswordOf(username: string, password: string, account?: string): Promise<void> {
    await setPasswordOf(this.server(), { username, password, account });
  }

  public async ensureUser(user: OwnedUser, takeOver: boolean): Promise<void> {
    await ensureUser(this.server(), user, takeOver);
  }

  public async ownsUser(user: OwnedUser): Promise<boolean> {
    return ownsUser(this.server(), user);
  }

  public async databasesFor(): Promise<readonly string[]> {
    return [];
  }

  public async setGrants(username: string, grants: readonly GrantDescription[]): Promise<void> {
    await setGrants(this.server(), username, grants);
  }

  public async setPassword(username: string, password: string): Promise<void> {
    await setPassword(this.server(), username, password);
  }

  public async dropUser(user: OwnedUser): Promise<void> {
    await dropUser(this.server(), user);
  }

  public async close(): Promise<void> {
    await this.connection.close();
  }

  private server(): Server {
    const { isMariadb, timeoutMs } = this.connection;
    return { run: this.write, isMariadb, timeoutMs, superuser: this.login.username };
  }

  /** This login's password is the older one. Without RETAIN it stays, and only the newer one is discarded. */
  private async setNewerPassword(password: string): Promise<void> {
    await this.write(`ALTER USER USER() IDENTIFIED BY ${quoteLiteral(password)}`);
  }

  private async setMysqlPassword(run: RunStatement, password: string): Promise<void> {
    try {
      await run(`ALTER USER USER() IDENTIFIED BY ${quoteLiteral(password)}`);
    } catch (error) {
      if (!hasCode(error, MISSING_CURRENT_PASSWORD)) throw error;
      await run(`ALTER USER USER() IDENTIFIED BY ${quoteLiteral(password)} REPLACE ${quoteLiteral(this.login.password)}`);
    }
  }

  /** Runs a statement in a session where text is quoted as `quoting.ts` does and where no lock is waited for without end. */
  private readonly write: RunStatement = async (sql) => {
    if (!this.prepared) await this.connection.run(this.settings());
    this.prepared = true;
    return this.connection.run(sql);
  };

  /** A modest set, and all of it the session's own: nothing depends on what the server is set to. */
  private settings(): string {
    // MariaDB's GRANT makes a user that is missing, without a password, unless told not to. MySQL does not know the mode.
    const mode = this.connection.isMariadb ? 'NO_BACKSLASH_ESCAPES,NO_AUTO_CREATE_USER' : 'NO_BACKSLASH_ESCAPES';
    const seconds = Math.max(1, Math.floor(this.connection.timeoutMs / 1000));
    const statementTime = this.connection.isMariadb ? `, SESSION max_statement_time = ${seconds}` : '';
    return `SET SESSION sql_mode = '${mode}', SESSION sql_quote_show_create = 1, SESSION lock_wait_timeout = ${seconds}${statementTime}`;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof RotationError && error.code === code;
}

function lacksDualPasswordPrivilege(): RotationError {
  return new RotationError(
    'configuration',
    'to keep the present password beside the new one, the database user needs the privilege APPLICATION_PASSWORD_ADMIN; '
      + 'grant it: GRANT APPLICATION_PASSWORD_ADMIN ON *.* TO the user; or use another strategy',
    NOT_PERMITTED,
  );
}
