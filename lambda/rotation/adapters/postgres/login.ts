import type { Socket } from 'net';
import type { ConnectionOptions } from 'tls';
import { Client } from 'pg';
import { withinTime } from '../deadline';
import { PostgresAuthentication } from './authentication';
import { PostgresConnection } from './connection';
import { isRefusal, postgresLoginError } from './errors';
import { asUnconnected, secured } from './socket';
import type { ConnectOptions, Login } from '../../engine/database-adapter';
import { RotationError } from '../../engine/errors';
import { openSocket } from '../secured-socket';
import { verifiedTlsOptions } from '../tls';
import { codeOf } from '../tls-failure';

const SCRAM = 'SCRAM-SHA-256 with up to 100000 iterations';

export interface PostgresLoginOptions extends ConnectOptions {
  /** Command line options of the session, which the login takes along. @default - none */
  readonly settings?: string;
  /** What the server should ask for, in the words of an error. @default - SCRAM-SHA-256 */
  readonly knownLogin?: string;
}

/** Logs in over verified TLS; `undefined` when the server refuses the credentials. */
export async function loggedIn(login: Login, options: PostgresLoginOptions): Promise<PostgresConnection | undefined> {
  refuseUnfit(login);
  const tlsOptions = verifiedTlsOptions(login.host, options);
  const socket = openSocket(login.host, login.port);
  // An error after the attempt has ended is nobody's; without a listener it would end the process.
  socket.on('error', () => undefined);
  try {
    const client = await withinTime(options.timeoutMs, logIn(socket, login, { ...options, tlsOptions }), () => socket.destroy());
    return new PostgresConnection(client, socket, options.timeoutMs);
  } catch (error) {
    socket.destroy();
    if (isRefusal(error)) return undefined;
    throw postgresLoginError(error);
  }
}

async function logIn(
  socket: Socket, login: Login,
  { tlsOptions, settings, knownLogin = SCRAM, ...options }: PostgresLoginOptions & { readonly tlsOptions: ConnectionOptions },
): Promise<Client> {
  const stream = await secured(socket, tlsOptions);
  stream.on('error', () => undefined);
  const client = new Client({
    // The socket is verified already: this only says that the driver shall not ask for TLS within TLS.
    ssl: false,
    stream: () => asUnconnected(stream, knownLogin),
    host: login.host,
    port: login.port,
    database: login.database,
    user: login.username,
    password: login.password,
    enableChannelBinding: true,
    application_name: 'cdk-managed-secrets rotation',
    options: settings,
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
    if (codeOf(error) === undefined && stream.readable && !stream.destroyed) throw unknownLogin(knownLogin);
    throw error;
  }
  return client;
}

function unknownLogin(knownLogin: string): RotationError {
  return new RotationError('configuration', `the database wants a kind of login that the rotation does not know; it knows ${knownLogin}`);
}

/** The driver would take what is missing from its environment, and so log in as someone else; at NUL, the protocol ends a text. */
function refuseUnfit({ username, password, database }: Login): void {
  if (username === '' || username.includes('\0')) {
    throw new RotationError('configuration', 'a name of a user must not be empty, nor hold the character NUL; correct the secret');
  }
  if (password === '') throw new RotationError('configuration', 'the password must not be empty; correct the secret');
  if (password.includes('\0')) throw new RotationError('configuration', 'the password must not hold the character NUL; correct the secret');
  if (database?.includes('\0')) {
    throw new RotationError('configuration', 'the name of the database must not hold the character NUL; '
    + 'correct the secret');
  }
}
