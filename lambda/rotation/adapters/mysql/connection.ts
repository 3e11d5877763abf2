import type { Socket } from 'net';
import type { Connection } from 'mysql2';
import { withinTime } from '../deadline';
import { isVague, mysqlError } from './errors';
import { createDriver, handshake, isRefusal, loginError, openSocket, tlsMaterial } from './handshake';
import type { ConnectOptions, Login } from '../../engine/database-adapter';
import { RotationError } from '../../engine/errors';
import { REMEDIES } from '../../engine/remedies';
import { expectedServerName } from '../tls';

/** A row as the server names its columns. */
export type Row = Record<string, unknown>;

/** Runs one statement and gives its rows, or none. */
export type RunStatement = (sql: string) => Promise<Row[]>;

const CLOSE_TIMEOUT_MS = 1_000;

/** One login over verified TLS. */
export class MysqlConnection {
  /** Logs in; `undefined` when the server refused the credentials. */
  public static async open(login: Login, options: ConnectOptions): Promise<MysqlConnection | undefined> {
    const name = expectedServerName(login.host, options);
    const ssl = tlsMaterial(name, options);
    const socket = openSocket(login);
    const driver = createDriver(login, { socket, ssl, name, legacyAuthentication: options.legacyAuthentication });
    try {
      const version = await withinTime(options.timeoutMs, handshake(driver), () => socket.destroy());
      return new MysqlConnection(driver, socket, { version, timeoutMs: options.timeoutMs });
    } catch (error) {
      driver.destroy();
      socket.destroy();
      if (isRefusal(error, driver)) return undefined;
      throw loginError(error, driver);
    }
  }

  private running = 0;
  private closed = false;

  private constructor(
    private readonly driver: Connection,
    private readonly socket: Socket,
    private readonly server: { readonly version: string; readonly timeoutMs: number },
  ) {}

  /** A leading digit says nothing: MariaDB 10 and 11 are no newer than MySQL 9. */
  public get isMariadb(): boolean {
    return /mariadb/i.test(this.server.version);
  }

  public get timeoutMs(): number {
    return this.server.timeoutMs;
  }

  public async run(sql: string): Promise<Row[]> {
    try {
      return await this.query(sql);
    } catch (error) {
      throw mysqlError(isVague(error) ? await this.reason(error) : error);
    }
  }

  /**
   * Takes leave, so that the server does not log a lost connection, and waits until the session is over, with its locks.
   * While a statement is running the session is cut off at once: whoever closes it has no time left, and what waits for the
   * statement must not go on with the next one when a function that was frozen runs again.
   */
  public async close(): Promise<void> {
    this.closed = true;
    try {
      if (this.running === 0) await withinTime(CLOSE_TIMEOUT_MS, leave(this.driver, this.socket), () => undefined);
    } catch {
      // A session that cannot be closed in order is cut off below.
    } finally {
      this.driver.destroy();
      this.socket.destroy();
    }
  }

  private async query(sql: string): Promise<Row[]> {
    if (this.closed) throw new RotationError('network', `the connection to the database was closed; ${REMEDIES.network}`);
    this.running++;
    try {
      return await withinTime(this.timeoutMs, query(this.driver, sql), () => this.socket.destroy());
    } finally {
      this.running--;
    }
  }

  /** That an account could not be changed says little; the server tells why beside it. */
  private async reason(error: unknown): Promise<unknown> {
    const numbers = (await this.query('SHOW WARNINGS')).map(({ Code }) => ({ errno: Number(Code) }));
    return numbers.find((other) => !isVague(other)) ?? error;
  }
}

async function leave(driver: Connection, socket: Socket): Promise<void> {
  if (socket.destroyed) return;
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
    driver.once('end', resolve);
    driver.end(() => undefined);
  });
}

async function query(driver: Connection, sql: string): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    driver.query(sql, (error, rows) => {
      if (error) reject(error);
      else resolve(Array.isArray(rows) ? rows as Row[] : []);
    });
  });
}
