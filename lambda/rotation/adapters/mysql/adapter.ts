import { MysqlConnection } from './connection';
import { checkPassword, checkUsername } from './quoting';
import { MysqlSession } from './session';
import type { ConnectOptions, DatabaseAdapter, DatabaseSession, Login } from '../../engine/database-adapter';

interface Kind {
  readonly engines: readonly string[];
  readonly maxUsernameLength: number;
  readonly supportsDualPassword: boolean;
}

/**
 * MySQL 8 and later and MariaDB 10.4 and later, on RDS, Aurora or elsewhere. What a secret calls its engine decides how long
 * a user name may be; which statements are sent, the server itself decides.
 *
 * Where one user name has several accounts, for several hosts, single user and dual password change only the account that the
 * function logs in as; alternating users change them all.
 */
export class MysqlAdapter implements DatabaseAdapter {
  public readonly engines: readonly string[];
  public readonly maxUsernameLength: number;
  public readonly supportsDualPassword: boolean;
  public readonly defaultPort = 3306;
  public readonly refusedCharacters = '\0';

  public constructor(kind: Kind) {
    this.engines = kind.engines;
    this.maxUsernameLength = kind.maxUsernameLength;
    this.supportsDualPassword = kind.supportsDualPassword;
  }

  public async connect(login: Login, options: ConnectOptions): Promise<DatabaseSession | undefined> {
    checkUsername(login.username);
    checkPassword(login.password);
    const connection = await MysqlConnection.open(login, options);
    return connection && new MysqlSession(connection, login);
  }
}

/** @see https://dev.mysql.com/doc/refman/9.0/en/user-names.html */
export const mysqlAdapter = new MysqlAdapter({ engines: ['mysql', 'aurora-mysql'], maxUsernameLength: 32, supportsDualPassword: true });

/** The documented limit; the server takes more. @see https://mariadb.com/kb/en/identifier-names/ */
export const mariadbAdapter = new MysqlAdapter({ engines: ['mariadb'], maxUsernameLength: 80, supportsDualPassword: false });

/** One handler serves both: the engine that a secret names decides which. */
export const mysqlAdapters: readonly DatabaseAdapter[] = [mysqlAdapter, mariadbAdapter];
