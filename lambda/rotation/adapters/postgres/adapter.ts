import type { Socket } from 'net';
import type { ConnectionOptions } from 'tls';
import { Client } from 'pg';
import { withinTime } from '../deadline';
import { PostgresAuthentication } from './authentication';
import { isRefusal, postgresLoginError } from './errors';
import { quoteIdentifier } from './quoting';
import { PostgresSession } from './session';
import { asUnconnected, openSocket, secured } from './socket';
import { ENGINES } from '../../../../src/rotation/contract/engines';
import type { ConnectOptions, DatabaseAdapter, DatabaseSession, Login } from '../../engine/database-adapter';
import { RotationError } from '../../engine/errors';
import { verifiedTlsOptions } from '../tls';
import { codeOf } from '../tls-failure';

const DEFAULT_DATABASE = 'postgres';

/** PostgreSQL 13 and later, on RDS, Aurora or elsewhere. */
export class PostgresAdapter implements DatabaseAdapter {
  public readonly engine = ENGINES.postgres;
  public readonly defaultDatabase = DEFAULT_DATABASE;

  public async connect(login: Login, options: ConnectOptions): Promise<DatabaseSession | undefined> {
    refuseUnfit(login);
    const tlsOptions = verifiedTlsOptions(login.host, options);
    const socket = openSocket(login.host, login.port);
    // An error after the attempt has ended is nobody's; without a listener it would end the process.
    socket.on('error', () => undefined);
    try {
      const client = await withinTime(options.timeoutMs, logIn(socket, login, { ...options, tlsOptions }), () => socket.destroy());
      return new PostgresSession(client, { socket, username: login.username, timeoutMs: options.timeoutMs });
    } catch (error) {
      socket.destroy();
      if (isRefusal(error)) return undefined;
      throw postgresLoginError(error);
    }
  }
}

export const adapters: readonly DatabaseAdapter[] = [new PostgresAdapter()];

async function logIn(
  socket: Socket, login: Login, { tlsOptions, ...options }: ConnectOptions & { tlsOptions: ConnectionOptions },
): Promise<Client> {
  const stream = await secured(socket, tlsOptions);
  stream.on('error', () => undefined);
  const client = new Client({
    // The socket is verified already: this only says that the driver shall not ask for TLS within TLS.
    ssl: false,
    stream: () => asUnconnected(stream),
    host: login.host,
    port: login.port,
    database: login.database || DEFAULT_DATABASE,
    user: login.username,
    password: login.password,
    enableChannelBinding: true,
    application_name: 'cdk-managed-secrets rotation',
    // Sent with the login, so that no setting of the database or of the role comes before it: the owner of a database could
    // else put an operator of their own before those of the catalog, and have the superuser run it.
    options: '-c search_path=pg_catalog,pg_temp',
  });
  client.on('error', () => undefined);
  const authentication = new PostgresAuthentication(stream, options);
  authentication.watch(client);
  try {
    await client.connect();
    authentication.check();
  } catch (error) {
    const refusal = authentication.reason();
    if (refusal) throw refusal;
    // An error without a code comes from the driver. It has one when the server hangs up; when the server has not, it is
    // the driver that does not know how to go on.
    if (codeOf(error) === undefined && stream.readable && !stream.destroyed) throw unknownLogin();
    throw error;
  }
  return client;
}

function unknownLogin(): RotationError {
  return new RotationError(
    'configuration',
    'the database wants a kind of login that the rotation does not know; it knows SCRAM-SHA-256 with up to 100000 iterations',
  );
}

/** The driver would take what is missing from its environment, and so log in as someone else; at NUL, the protocol ends a text. */
function refuseUnfit({ username, password, database }: Login): void {
  quoteIdentifier(username);
  if (password === '') throw new RotationError('configuration', 'the password must not be empty; correct the secret');
  if (password.includes('\0')) throw new RotationError('configuration', 'the password must not hold the character NUL; correct the secret');
  if (database?.includes('\0')) {
    throw new RotationError('configuration', 'the name of the database must not hold the character NUL; '
    + 'correct the secret');
  }
}
