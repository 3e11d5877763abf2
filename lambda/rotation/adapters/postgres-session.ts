import type { Socket } from 'net';
import { setTimeout as sleep } from 'timers/promises';
import type { Client } from 'pg';
import { withinTime } from './deadline';
import { cloneRole } from './postgres-clone';
import { isConcurrentChange, postgresError } from './postgres-errors';
import { passwordVerifier } from './postgres-password-verifier';
import { quoteLiteral } from './postgres-quoting';
import type { DatabaseSession } from '../engine/database-adapter';
import { RotationError } from '../engine/errors';

/** Runs one statement; `Row` is what the caller selects. */
export type RunStatement = <Row>(sql: string, values?: string[]) => Promise<Row[]>;

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
 * The statement must not outlive our patience: it would change the password when nobody expects it any more. A user who is
 * set to read only may write here all the same, for that is a habit of the user; what the server or the database is set to
 * is a decision of someone else, and stays.
 */
const PREPARE_WRITING = `
  SELECT pg_catalog.set_config('statement_timeout', $1, false),
         pg_catalog.current_setting('password_encryption') AS algorithm,
         (SELECT pg_catalog.set_config(name, 'off', false) FROM pg_catalog.pg_settings
           WHERE name = 'default_transaction_read_only' AND source IN ('user', 'database user'))`;

export class PostgresSession implements DatabaseSession {
  constructor(private readonly client: Client, private readonly login: PostgresLogin) {}

  public async probe(): Promise<void> {
    await this.run('SELECT 1');
  }

  public async setOwnPassword(password: string): Promise<void> {
    const verifier = await this.verifierOf(password, this.login.username);
    // A clone acts as its original: without NONE it would have no right to its own password.
    await this.retried(async () => this.run(`SET ROLE NONE; ALTER ROLE SESSION_USER PASSWORD ${quoteLiteral(verifier)}`));
  }

  public async setOwnPasswordRetainingCurrent(): Promise<void> {
    throw new RotationError('configuration', 'PostgreSQL keeps one password for a user; use the strategy of alternating users instead');
  }

  public async cloneUser(original: string, clone: string, password: string): Promise<void> {
    const verifier = await this.verifierOf(password, clone);
    await this.retried(async () => cloneRole(this.run, { original, clone, verifier }));
  }

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

  private async verifierOf(password: string, username: string): Promise<string> {
    const serverTimeout = String(Math.ceil(this.login.timeoutMs * SERVER_SHARE_OF_TIMEOUT));
    const [{ algorithm }] = await this.run<{ algorithm: string }>(PREPARE_WRITING, [serverTimeout]);
    return passwordVerifier(password, { algorithm, username });
  }

  /** PostgreSQL does not queue changes of one role: the second one of two fails and has to be repeated. */
  private async retried<T>(change: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await change();
      } catch (error) {
        if (!isConcurrentChange(error) || attempt === MAX_ATTEMPTS) throw error;
        await sleep(PAUSE_MS * attempt * (0.5 + Math.random()));
      }
    }
  }

  private readonly run: RunStatement = async <Row>(sql: string, values?: string[]): Promise<Row[]> => {
    try {
      const result = await withinTime(this.login.timeoutMs, this.client.query(sql, values), () => this.login.socket.destroy());
      return Array.isArray(result) ? [] : result.rows as Row[];
    } catch (error) {
      throw postgresError(error);
    }
  };
}
