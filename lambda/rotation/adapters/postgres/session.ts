import type { Socket } from 'net';
import { setTimeout as sleep } from 'timers/promises';
import type { Client } from 'pg';
import { withinTime } from '../deadline';
import { cloneRole } from './clone';
import { isConcurrentChange, postgresError } from './errors';
import { setGrants } from './grants';
import { passwordVerifier } from './password-verifier';
import { quoteIdentifier, quoteLiteral } from './quoting';
import type { RunStatement } from './statements';
import { databasesFor, dropRole, ensureRole, ownsRole, setRolePassword } from './user';
import type { GrantDescription } from '../../../../src/rotation/contract/database-user';
import type { DatabaseSession, OwnedUser } from '../../engine/database-adapter';
import { RotationError } from '../../engine/errors';
import { REMEDIES } from '../../engine/remedies';

export interface PostgresLogin {
  readonly socket: Socket;
  readonly username: string;
  readonly timeoutMs: number;
}

const MAX_ATTEMPTS = 6;
const PAUSE_MS = 40;
const CLOSE_TIMEOUT_MS = 1_000;

/** The server gives up before we do, so that it can say why. */
const SERVER_SHARE_OF_TIMEOUT = 0.8;

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
  constructor(private readonly client: Client, private readonly login: PostgresLogin) {}

  public async probe(): Promise<void> {
    await this.inTime(async (run) => run('SELECT 1'));
  }

  public async setOwnPassword(password: string): Promise<void> {
    await this.inTime(async (run) => {
      const verifier = await this.verifierOf(run, password, this.login.username);
      // A clone acts as its original: without NONE it would have no right to its own password.
      await retried(async () => run(`SET ROLE NONE; ALTER ROLE SESSION_USER PASSWORD ${quoteLiteral(verifier)}`));
    });
  }

  public async setOwnPasswordRetainingCurrent(): Promise<void> {
    throw new RotationError('configuration', 'PostgreSQL keeps one password for a user; use the strategy of alternating users instead');
  }

  public async cloneUser(original: string, clone: string, password: string): Promise<void> {
    await this.inTime(async (run) => {
      const verifier = await this.verifierOf(run, password, clone);
      await retried(async () => cloneRole(run, { original, clone, verifier }));
    });
  }

  public async setPasswordOf(username: string, password: string): Promise<void> {
    await this.inTime(async (run) => {
      const verifier = await this.verifierOf(run, password, username);
      await retried(async () => setRolePassword(run, username, verifier));
    });
  }

  public async ensureUser(user: OwnedUser, takeOver: boolean): Promise<void> {
    await this.changing(async (run) => ensureRole(run, user, takeOver));
  }

  public async ownsUser(user: OwnedUser): Promise<boolean> {
    return this.inTime(async (run) => ownsRole(run, user));
  }

  public async databasesFor(username: string, grants: readonly GrantDescription[]): Promise<readonly string[]> {
    return this.inTime(async (run) => databasesFor(run, username, grants));
  }

  public async setGrants(username: string, grants: readonly GrantDescription[]): Promise<void> {
    await this.changing(async (run) => setGrants(run, username, grants));
  }

  public async setPassword(username: string, password: string): Promise<void> {
    await this.inTime(async (run) => {
      const verifier = await this.verifierOf(run, password, username);
      await retried(async () => run(`ALTER ROLE ${quoteIdentifier(username)} LOGIN PASSWORD ${quoteLiteral(verifier)}`));
    });
  }

  public async dropUser(user: OwnedUser): Promise<void> {
    await this.changing(async (run) => dropRole(run, user));
  }

  /** Never waits for a statement: the driver cuts the connection while one is running, and the server takes its transaction back. */
  public async close(): Promise<void> {
    const { socket } = this.login;
    try {
      // The driver would wait for the end of a connection that is gone.
      if (!socket.destroyed) await withinTime(CLOSE_TIMEOUT_MS, this.client.end(), () => undefined);
    } catch {
      // A session that cannot be closed in order is cut off below.
    } finally {
      socket.destroy();
    }
  }

  private async changing<T>(work: (run: RunStatement) => Promise<T>): Promise<T> {
    return this.inTime(async (run) => {
      await this.prepare(run);
      return retried(async () => work(run));
    });
  }

  private async verifierOf(run: RunStatement, password: string, username: string): Promise<string> {
    return passwordVerifier(password, { algorithm: await this.prepare(run), username });
  }

  /** Answers how the server wants passwords to be kept. */
  private async prepare(run: RunStatement): Promise<string> {
    const serverTimeout = String(Math.ceil(this.login.timeoutMs * SERVER_SHARE_OF_TIMEOUT));
    const [{ algorithm }] = await run<{ algorithm: string }>(PREPARE_WRITING, [serverTimeout]);
    return algorithm;
  }

  /**
   * All statements of a change together take no longer than the login may, so that the change is over before the invocation is.
   * When a function that was frozen runs again, an answer comes in before any timer: so each statement looks at the clock, too.
   */
  private async inTime<T>(work: (run: RunStatement) => Promise<T>): Promise<T> {
    const { socket, timeoutMs } = this.login;
    const end = Date.now() + timeoutMs;
    const run: RunStatement = async <Row>(sql: string, values?: string[]) => {
      if (Date.now() >= end) {
        socket.destroy();
        throw new RotationError('network', `the time for the change is over; ${REMEDIES.network}`, 'ETIMEDOUT');
      }
      return this.query<Row>(sql, values);
    };
    return withinTime(timeoutMs, work(run), () => socket.destroy());
  }

  private async query<Row>(sql: string, values?: string[]): Promise<Row[]> {
    try {
      const result = await this.client.query(sql, values);
      return Array.isArray(result) ? [] : result.rows as Row[];
    } catch (error) {
      throw postgresError(error);
    }
  }
}

/** PostgreSQL does not queue changes of one role: the second one of two fails and has to be repeated. */
async function retried<T>(change: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await change();
    } catch (error) {
      if (!isConcurrentChange(error) || attempt === MAX_ATTEMPTS) throw error;
      await sleep(PAUSE_MS * attempt * (0.5 + Math.random()));
    }
  }
}
