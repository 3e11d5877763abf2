import type { Socket } from 'net';
import type { ConnectionOptions } from 'tls';
import { MongoConnection } from './connection';
import { logIn, type MongoLogin } from './log-in';
import { checkDatabase, checkPassword, checkUsername, DEFAULT_DATABASE } from './names';
import { MongoSession } from './session';
import { ENGINES } from '../../../../src/rotation/contract/engines';
import type { ConnectOptions, DatabaseAdapter, DatabaseSession, Login } from '../../engine/database-adapter';
import { withinTime } from '../deadline';
import { connected, handshake, openSocket } from '../secured-socket';
import { verifiedTlsOptions } from '../tls';

/** MongoDB 3.6 and later and Amazon DocumentDB, with instances or elastic. */
export class MongoAdapter implements DatabaseAdapter {
  public readonly engine = ENGINES.mongo;
  public readonly defaultDatabase = DEFAULT_DATABASE;

  public async connect(login: Login, options: ConnectOptions): Promise<DatabaseSession | undefined> {
    const { host, port, username, password, database = DEFAULT_DATABASE, usersDatabase = database } = login;
    checkUsername(username);
    checkPassword(password);
    [database, usersDatabase].forEach(checkDatabase);
    const tlsOptions = verifiedTlsOptions(host, options);
    const socket = openSocket(host, port);
    // An error after the attempt has ended is nobody's; without a listener it would end the process.
    socket.on('error', () => undefined);
    const attempt = loggedIn(socket, tlsOptions, { username, password, database });
    const connection = await withinTime(options.timeoutMs, attempt, () => socket.destroy());
    return connection && new MongoSession(connection, { username, database, usersDatabase, timeoutMs: options.timeoutMs });
  }
}

export const adapters: readonly DatabaseAdapter[] = [new MongoAdapter()];

async function loggedIn(socket: Socket, tlsOptions: ConnectionOptions, login: MongoLogin): Promise<MongoConnection | undefined> {
  let isIn = false;
  try {
    await connected(socket);
    const stream = await handshake(socket, tlsOptions);
    stream.on('error', () => undefined);
    const connection = new MongoConnection(stream);
    isIn = await logIn(connection, login);
    return isIn ? connection : undefined;
  } finally {
    if (!isIn) socket.destroy();
  }
}
