import { MysqlConnection } from './connection';
import { checkPassword, checkUsername } from './quoting';
import { MysqlSession } from './session';
import { ENGINES, type RotatedEngine } from '../../../../src/rotation/contract/engines';
import type { ConnectOptions, DatabaseAdapter, DatabaseSession, Login } from '../../engine/database-adapter';

/**
 * MySQL 8 and later and MariaDB 10.4 and later, on RDS, Aurora or elsewhere. What a secret calls its engine decides how long
 * a user name may be; which statements are sent, the server itself decides.
 *
 * Where one user name has several accounts, for several hosts, alternating users change them all, and every other strategy only the
 * account that the function logs in as.
 */
export class MysqlAdapter implements DatabaseAdapter {
  public constructor(public readonly engine: RotatedEngine) {}

  public async connect(login: Login, options: ConnectOptions): Promise<DatabaseSession | undefined> {
    checkUsername(login.username);
    checkPassword(login.password);
    const connection = await MysqlConnection.open(login, options);
    return connection && new MysqlSession(connection, login);
  }
}

export const mysqlAdapter = new MysqlAdapter(ENGINES.mysql);

export const mariadbAdapter = new MysqlAdapter(ENGINES.mariadb);

/** One handler for both: the engine that a secret names decides which. */
export const adapters: readonly DatabaseAdapter[] = [mysqlAdapter, mariadbAdapter];
