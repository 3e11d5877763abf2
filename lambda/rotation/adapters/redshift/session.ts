import { ENGINES } from '../../../../src/rotation/contract/engines';
import type { DatabaseSession } from '../../engine/database-adapter';
import { RotationError } from '../../engine/errors';
import { type PostgresConnection, retried } from '../postgres/connection';
import { passwordVerifier } from '../postgres/password-verifier';
import { quoteIdentifier, quoteLiteral } from '../postgres/quoting';

const DENIED = '42501';
const MAY_NOT_SET = 'the user of the superuser secret may not set the password of the user; make it a superuser (CREATEUSER), or GRANT '
  + 'ALTER USER to a role that it has';

const { usernameLimit, title, noAlternatingUsers } = ENGINES.redshift;

/** Sends what AWS documents of `ALTER USER` and `SET`, and asks no catalogue: that of the service is its own. */
export class RedshiftSession implements DatabaseSession {
  constructor(private readonly connection: PostgresConnection, private readonly username: string) {}

  public async probe(): Promise<void> {
    await this.connection.inTime(async (run) => run('SELECT 1'));
  }

  public async setOwnPassword(password: string): Promise<void> {
    await this.set(this.username, password);
  }

  public async setPasswordOf(username: string, password: string): Promise<void> {
    try {
      await this.set(username, password);
    } catch (error) {
      throw error instanceof RotationError && error.code === DENIED ? new RotationError('configuration', MAY_NOT_SET, DENIED) : error;
    }
  }

  public async setOwnPasswordRetainingCurrent(): Promise<void> {
    throw cannot('keeps one password for a user', 'choose single user, or let a superuser set the password');
  }

  public async cloneUser(): Promise<void> {
    throw new RotationError('configuration', `users cannot alternate on ${title}, ${noAlternatingUsers}; choose single user, or let a `
      + 'superuser set the password');
  }

  public async ensureUser(): Promise<void> {
    throw noUsers();
  }

  public async ownsUser(): Promise<boolean> {
    throw noUsers();
  }

  public async databasesFor(): Promise<readonly string[]> {
    throw noUsers();
  }

  public async setGrants(): Promise<void> {
    throw noUsers();
  }

  public async setPassword(): Promise<void> {
    throw noUsers();
  }

  public async dropUser(): Promise<void> {
    throw noUsers();
  }

  public async close(): Promise<void> {
    await this.connection.close();
  }

  /** Of the clear text the server sees nothing; but who reads the hash can log in with it. */
  private async set(username: string, password: string): Promise<void> {
    const hash = passwordVerifier(password, { algorithm: 'md5', username });
    const statement = `ALTER USER ${quoteIdentifier(username, usernameLimit.max)} PASSWORD ${quoteLiteral(hash)}`;
    await this.connection.inTime(async (run) => {
      // A change must not outlive our patience: nobody would expect it any more.
      await run(`SET statement_timeout TO ${this.connection.serverTimeoutMs}`);
      await retried(async () => run(statement));
    });
  }
}

function noUsers(): RotationError {
  return cannot('has users that this function does not make', 'create the user by a statement of your own');
}

function cannot(what: string, remedy: string): RotationError {
  return new RotationError('configuration', `${title} ${what}; ${remedy}`);
}
