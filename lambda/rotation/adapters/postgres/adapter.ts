import { loggedIn } from './login';
import { quoteIdentifier } from './quoting';
import { PostgresSession } from './session';
import { ENGINES } from '../../../../src/rotation/contract/engines';
import type { ConnectOptions, DatabaseAdapter, DatabaseSession, Login } from '../../engine/database-adapter';

const DEFAULT_DATABASE = 'postgres';

/**
 * Sent with the login, so that no setting of the database or of the role comes before it: the owner of a database could else put an
 * operator of their own before those of the catalog, and have the superuser run it.
 */
const SETTINGS = '-c search_path=pg_catalog,pg_temp';

/** PostgreSQL 13 and later, on RDS, Aurora or elsewhere. */
export class PostgresAdapter implements DatabaseAdapter {
  public readonly engine = ENGINES.postgres;
  public readonly defaultDatabase = DEFAULT_DATABASE;

  public async connect(login: Login, options: ConnectOptions): Promise<DatabaseSession | undefined> {
    // A longer name would be cut off.
    quoteIdentifier(login.username);
    const connection = await loggedIn({ ...login, database: login.database || DEFAULT_DATABASE }, { ...options, settings: SETTINGS });
    return connection && new PostgresSession(connection, login.username);
  }
}

export const adapters: readonly DatabaseAdapter[] = [new PostgresAdapter()];
