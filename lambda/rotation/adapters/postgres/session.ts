import { cloneRole } from './clone';
import { type PostgresConnection, retried } from './connection';
import { setGrants } from './grants';
import { passwordVerifier } from './password-verifier';
import { quoteIdentifier, quoteLiteral } from './quoting';
import type { RunStatement } from './statements';
import { databasesFor, dropRole, ensureRole, ownsRole, setRolePassword } from './user';
import type { GrantDescription } from '../../../../src/rotation/contract/database-user';
import type { DatabaseSession, OwnedUser } from '../../engine/database-adapter';
import { RotationError } from '../../engine/errors';

/**
 * Neither a statement nor a transaction must outlive our patience: it would change the password when nobody expects it any
 * more, or keep its locks while the function is frozen. A user who is set to read only may write here all the same, for that
 * is a habit of the user; what the server or the database is set to is a decision of someone else, and stays.
 */
const PREPARE_WRITING = `
  SELECT pg_catalog.set_config('statement_timeout', $1, false), pg_catalog.set_config('idle_in_transaction_session_timeout', $1, false),
         pg_catalog.current_setting('password_encryption') AS algorithm,
         (SELECT pg_catalog.set_config(name, 'off', false) FROM pg_catalog.pg_settings
           WHERE name = 'default_transaction_read_only' AND source IN ('user', 'database user'))`;

export class PostgresSession implements DatabaseSession {
  constructor(private readonly connection: PostgresConnection, private readonly username: string) {}

  public async probe(): Promise<void> {
    await this.connection.inTime(async (run) => run('SELECT 1'));
  }

  public async setOwnPassword(password: string): Promise<void> {
    await this.connection.inTime(async (run) => {
      const verifier = await this.verifierOf(run, password, this.username);
      // A clone acts as its original: without NONE it would have no right to its own password.
      await retried(async () => run(`SET ROLE NONE; ALTER ROLE SESSION_USER PASSWORD ${quoteLiteral(verifier)}`));
    });
  }

  public async setOwnPasswordRetainingCurrent(): Promise<void> {
    throw new RotationError('configuration', 'PostgreSQL keeps one password for a user; use the strategy of alternating users instead');
  }

  public async cloneUser(original: string, clone: string, password: string): Promise<void> {
    await this.connection.inTime(async (run) => {
      const verifier = await this.verifierOf(run, password, clone);
      await retried(async () => cloneRole(run, { original, clone, verifier }));
    });
  }

  public async setPasswordOf(username: string, password: string): Promise<void> {
    await this.connection.inTime(async (run) => {
      const verifier = await this.verifierOf(run, password, username);
      await retried(async () => setRolePassword(run, username, verifier));
    });
  }

  public async ensureUser(user: OwnedUser, takeOver: boolean): Promise<void> {
    await this.changing(async (run) => ensureRole(run, user, takeOver));
  }

  public async ownsUser(user: OwnedUser): Promise<boolean> {
    return this.connection.inTime(async (run) => ownsRole(run, user));
  }

  public async databasesFor(username: string, grants: readonly GrantDescription[]): Promise<readonly string[]> {
    return this.connection.inTime(async (run) => databasesFor(run, username, grants));
  }

  public async setGrants(username: string, grants: readonly GrantDescription[]): Promise<void> {
    await this.changing(async (run) => setGrants(run, username, grants));
  }

  public async setPassword(username: string, password: string): Promise<void> {
    await this.connection.inTime(async (run) => {
      const verifier = await this.verifierOf(run, password, username);
      await retried(async () => run(`ALTER ROLE ${quoteIdentifier(username)} LOGIN PASSWORD ${quoteLiteral(verifier)}`));
    });
  }

  public async dropUser(user: OwnedUser): Promise<void> {
    await this.changing(async (run) => dropRole(run, user));
  }

  public async close(): Promise<void> {
    await this.connection.close();
  }

  private async changing<T>(work: (run: RunStatement) => Promise<T>): Promise<T> {
    return this.connection.inTime(async (run) => {
      await this.prepare(run);
      return retried(async () => work(run));
    });
  }

  private async verifierOf(run: RunStatement, password: string, username: string): Promise<string> {
    return passwordVerifier(password, { algorithm: await this.prepare(run), username });
  }

  /** Answers how the server wants passwords to be kept. */
  private async prepare(run: RunStatement): Promise<string> {
    const [{ algorithm }] = await run<{ algorithm: string }>(PREPARE_WRITING, [String(this.connection.serverTimeoutMs)]);
    return algorithm;
  }
}
