import { RedshiftSession } from './session';
import { ENGINES } from '../../../../src/rotation/contract/engines';
import type { ConnectOptions, DatabaseAdapter, DatabaseSession, Login } from '../../engine/database-adapter';
import { loggedIn } from '../postgres/login';

/** That of a cluster, and of a namespace, to which nobody has given another. */
const DEFAULT_DATABASE = 'dev';

const MD5 = 'MD5; set the password of the user once as an MD5 hash, or in clear text, and not as a SHA-256 hash';

/**
 * Amazon Redshift and Redshift Serverless, which speak the protocol of PostgreSQL 8 and have a catalogue of their own.
 *
 * A password is an MD5 hash there, or a SHA-256 one, by which the driver cannot log in. So MD5 is the way for everybody, and no
 * `legacyAuthentication` is asked for.
 */
export class RedshiftAdapter implements DatabaseAdapter {
  public readonly engine = ENGINES.redshift;
  public readonly defaultDatabase = DEFAULT_DATABASE;

  public async connect(login: Login, options: ConnectOptions): Promise<DatabaseSession | undefined> {
    const database = login.database || DEFAULT_DATABASE;
    const connection = await loggedIn({ ...login, database }, { ...options, legacyAuthentication: ['md5'], knownLogin: MD5 });
    return connection && new RedshiftSession(connection, login.username);
  }
}

export const adapters: readonly DatabaseAdapter[] = [new RedshiftAdapter()];
