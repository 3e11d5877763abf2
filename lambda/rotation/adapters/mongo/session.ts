import { setTimeout as sleep } from 'timers/promises';
import { cloneUser } from './clone';
import type { MongoConnection } from './connection';
import { CONCURRENT, hasCode, NOT_PERMITTED } from './errors';
import { checkNewPassword, checkUsername } from './names';
import { type Administration, dropUser, ensureUser, ownsUser, setGrants, setPassword } from './user';
import { oneself, passwordFor, type RunCommand, update } from './users';
import type { GrantDescription } from '../../../../src/rotation/contract/database-user';
import type { DatabaseSession, OwnedUser } from '../../engine/database-adapter';
import { RotationError } from '../../engine/errors';
import { REMEDIES } from '../../engine/remedies';
import { withinTime } from '../deadline';

export interface MongoUser {
  readonly username: string;
  /** The authentication database of this login. */
  readonly database: string;
  /** That of the users whom this one manages. */
  readonly usersDatabase: string;
  readonly timeoutMs: number;
}

const MAX_ATTEMPTS = 6;
const PAUSE_MS = 40;

export class MongoSession implements DatabaseSession {
  constructor(private readonly connection: MongoConnection, private readonly login: MongoUser) {}

  public async probe(): Promise<void> {
    await this.inTime(async (run) => run(this.login.database, { ping: 1 }));
  }

  public async setOwnPassword(password: string): Promise<void> {
    checkNewPassword(password);
    const { username, database } = this.login;
    await this.changing(async (run) => {
      const users = { run, database };
      const change = passwordFor(await oneself(users, username), password);
      await update(users, username, change).catch((error: unknown) => {
        throw hasCode(error, [NOT_PERMITTED]) ? lacksChangeOwnPassword() : error;
      });
    });
  }

  public async setOwnPasswordRetainingCurrent(): Promise<void> {
    throw new RotationError('configuration', 'MongoDB keeps one password for a user; use the strategy of alternating users instead');
  }

  public async cloneUser(original: string, clone: string, password: string, proof = async () => false): Promise<void> {
    const isProven = memoized(proof);
    await this.administering(async (administration) =>
      cloneUser(administration, { original, clone, password, superuser: administration.superuser, proof: isProven }));
  }

  public async ensureUser(user: OwnedUser, takeOver: boolean): Promise<void> {
    await this.administering(async (administration) => ensureUser(administration, user, takeOver));
  }

  public async ownsUser(user: OwnedUser): Promise<boolean> {
    return this.administering(async (administration) => ownsUser(administration, user));
  }

  /** Roles are of the user, and not of a database. */
  public async databasesFor(): Promise<readonly string[]> {
    return [];
  }

  public async setGrants(username: string, grants: readonly GrantDescription[]): Promise<void> {
    await this.administering(async (administration) => setGrants(administration, username, grants));
  }

  public async setPassword(username: string, password: string): Promise<void> {
    await this.administering(async (administration) => setPassword(administration, username, password));
  }

  public async setPasswordOf(username: string, password: string): Promise<void> {
    checkUsername(username);
    await this.setPassword(username, password);
  }

  public async dropUser(user: OwnedUser): Promise<void> {
    await this.administering(async (administration) => dropUser(administration, user));
  }

  /** There is no leave to take: the server forgets a session with its connection. */
  public async close(): Promise<void> {
    this.connection.destroy();
  }

  private async administering<T>(work: (administration: Administration) => Promise<T>): Promise<T> {
    const { username, database, usersDatabase } = this.login;
    const superuser = database === usersDatabase ? username : undefined;
    return this.changing(async (run) => work({ run, database: usersDatabase, superuser }));
  }

  /** Of two that change the same user at once, a server may refuse one, which tries again. */
  private async changing<T>(work: (run: RunCommand) => Promise<T>): Promise<T> {
    return this.inTime(async (run) => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await work(run);
        } catch (error) {
          if (!hasCode(error, CONCURRENT) || attempt === MAX_ATTEMPTS) throw error;
          await sleep(PAUSE_MS * attempt * (0.5 + Math.random()));
        }
      }
    });
  }

  /**
   * All commands of a change together take no longer than the login may, so that the change is over before the invocation is. When a
   * function that was frozen runs again, an answer comes in before any timer: so each command looks at the clock, too.
   */
  private async inTime<T>(work: (run: RunCommand) => Promise<T>): Promise<T> {
    const { timeoutMs } = this.login;
    const end = Date.now() + timeoutMs;
    const run: RunCommand = async (database, command) => {
      if (Date.now() >= end) {
        this.connection.destroy();
        throw new RotationError('network', `the time for the change is over; ${REMEDIES.network}`, 'ETIMEDOUT');
      }
      return this.connection.command(database, command);
    };
    return withinTime(timeoutMs, work(run), () => this.connection.destroy());
  }
}

/** Each answer costs a login. */
function memoized(proof: () => Promise<boolean>): () => Promise<boolean> {
  let answer: Promise<boolean> | undefined;
  return async () => answer ??= proof();
}

function lacksChangeOwnPassword(): RotationError {
  return new RotationError('configuration', 'the database user may not change its own password; grant it a role with the action '
    + 'changeOwnPassword on its database, or let a superuser set it: choose the strategy superuserSets, or alternating '
    + 'users', NOT_PERMITTED);
}
