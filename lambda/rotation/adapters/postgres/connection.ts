import type { Socket } from 'net';
import { setTimeout as sleep } from 'timers/promises';
import type { Client } from 'pg';
import { withinTime } from '../deadline';
import { isConcurrentChange, postgresError } from './errors';
import type { RunStatement } from './statements';
import { RotationError } from '../../engine/errors';
import { REMEDIES } from '../../engine/remedies';

const MAX_ATTEMPTS = 6;
const PAUSE_MS = 40;
const CLOSE_TIMEOUT_MS = 1_000;

/** The server gives up before we do, so that it can say why. */
const SERVER_SHARE_OF_TIMEOUT = 0.8;

/** A login, and the time that its changes may take. */
export class PostgresConnection {
  constructor(private readonly client: Client, private readonly socket: Socket, private readonly timeoutMs: number) {}

  /** For `statement_timeout` and its like, in milliseconds. */
  public get serverTimeoutMs(): number {
    return Math.ceil(this.timeoutMs * SERVER_SHARE_OF_TIMEOUT);
  }

  /**
   * All statements of a change together take no longer than the login may, so that the change is over before the invocation is.
   * When a function that was frozen runs again, an answer comes in before any timer: so each statement looks at the clock, too.
   */
  public async inTime<T>(work: (run: RunStatement) => Promise<T>): Promise<T> {
    const { socket, timeoutMs } = this;
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

  /** Never waits for a statement: the driver cuts the connection while one is running, and the server takes its transaction back. */
  public async close(): Promise<void> {
    const { socket } = this;
    try {
      // The driver would wait for the end of a connection that is gone.
      if (!socket.destroyed) await withinTime(CLOSE_TIMEOUT_MS, this.client.end(), () => undefined);
    } catch {
      // A session that cannot be closed in order is cut off below.
    } finally {
      socket.destroy();
    }
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
export async function retried<T>(change: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await change();
    } catch (error) {
      if (!isConcurrentChange(error) || attempt === MAX_ATTEMPTS) throw error;
      await sleep(PAUSE_MS * attempt * (0.5 + Math.random()));
    }
  }
}
