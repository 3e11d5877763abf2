import type { Credentials } from './credentials';
import type { DatabaseSession } from './database-adapter';
import type { RotationSettings } from './environment';
import type { RotationLog } from './log';
import type { TimeBudget } from './time-budget';

export interface DatabaseAccessOptions {
  readonly settings: RotationSettings;
  readonly budget: TimeBudget;
  readonly log: RotationLog;
}

/** Who logs in where, without what else a secret holds. */
export type DatabaseLogin = Omit<Credentials, 'text' | 'superuserArn'>;

/** Databases, with the time and the trust of one invocation. */
export class DatabaseAccess {
  constructor(private readonly options: DatabaseAccessOptions) {}

  /**
   * Logs in, does the work and logs out. `false` means that the server refused the credentials; that alone is a reason to try others.
   * `who` names them in the log.
   */
  public async as(
    who: string,
    user: DatabaseLogin,
    work: (session: DatabaseSession) => Promise<void>,
  ): Promise<boolean> {
    const { settings, budget, log } = this.options;
    const timeoutMs = budget.attempt(`logging in to the database as ${who}`);
    const { adapter, ...login } = loginOf(user);
    const trust = { ca: settings.ca, serverName: settings.serverName, legacyAuthentication: settings.legacyAuthentication };
    const session = await adapter.connect(login, { timeoutMs, ...trust });
    log.info('Tried credentials.', { credentials: who, outcome: session ? 'loggedIn' : 'refused' });
    if (!session) return false;
    try {
      await work(session);
      return true;
    } finally {
      await session.close();
    }
  }

  /** Goes before every change: an invocation that is over changes nothing. */
  public enter(activity: string): void {
    this.options.budget.enter(activity);
  }
}

/** Who logs in where, and nothing else of what a secret holds. */
function loginOf({ adapter, host, port, database, usersDatabase, username, password }: DatabaseLogin): DatabaseLogin {
  return { adapter, host, port, database, ...usersDatabase !== undefined && { usersDatabase }, username, password };
}
