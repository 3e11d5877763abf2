import { connect as connectSocket, Socket } from 'net';
import { TLSSocket } from 'tls';
import { Connection, createConnection } from 'mysql2';
import { ACCESS_DENIED, codeOf, mysqlError, numberOf } from './errors';
import type { ConnectOptions, Login } from '../../engine/database-adapter';
import { RotationError } from '../../engine/errors';
import { certificateAuthorities, keyOf, Trust } from '../tls';
import { MINIMUM_TLS_VERSION, tlsFailure } from '../tls-failure';

interface TlsMaterial {
  readonly ca: string[];
  readonly minVersion: typeof MINIMUM_TLS_VERSION;
  readonly rejectUnauthorized: true;
  readonly verifyIdentity: true;
}

/** The driver keeps what it makes of an object beside the object: one object for the same certificates saves their parsing. */
const materials = new Map<string, TlsMaterial>();

export function openSocket({ host, port }: Login): Socket {
  const socket = connectSocket({ host, port, noDelay: true });
  // An error after the attempt has ended is nobody's; without a listener it would end the process.
  socket.on('error', () => undefined);
  return socket;
}

/** What is trusted of a server with this name. */
export function tlsMaterial(name: string, trust: Trust): TlsMaterial {
  const key = keyOf(name, trust);
  const material = materials.get(key)
    ?? { ca: certificateAuthorities(name, trust), minVersion: MINIMUM_TLS_VERSION, rejectUnauthorized: true, verifyIdentity: true };
  materials.set(key, material);
  return material;
}

interface Line extends Pick<ConnectOptions, 'legacyAuthentication'> {
  readonly socket: Socket;
  readonly ssl: TlsMaterial;
  readonly name: string;
}

/** The driver verifies that the certificate carries `host`; where to connect to is the socket's business. */
export function createDriver(login: Login, { socket, ssl, name, legacyAuthentication = [] }: Line): Connection {
  const driver = createConnection({
    host: name,
    port: login.port,
    user: login.username,
    password: login.password,
    database: login.database,
    enableCleartextPlugin: legacyAuthentication.includes('mysql_clear_password'),
    ssl,
    // Node takes the name to verify from here when it is an address, which TLS forbids as a server name; it would else be `localhost`.
    stream: () => Object.assign(socket, { _host: name }),
    // A user whose password has expired may still set another one. The server may not ask for files.
    flags: ['CAN_HANDLE_EXPIRED_PASSWORDS', '-LOCAL_FILES'],
    connectTimeout: 0,
  });
  driver.on('error', () => undefined);
  return driver;
}

/** Gives the version that the server calls itself. */
export async function handshake(driver: Connection): Promise<string> {
  return new Promise((resolve, reject) => {
    driver.once('error', reject);
    driver.once('connect', ({ serverVersion }: { serverVersion: string }) => {
      // Whoever is in between can send the server's consent before TLS has begun, and the driver would believe it.
      if (isVerified(driver)) resolve(serverVersion);
      else reject(new RotationError('tls', 'the database answered before TLS had begun; something between may be changing the connection'));
    });
  });
}

/** The driver's types do not tell of its stream. */
function streamOf(driver: Connection): unknown {
  return (driver as unknown as { stream: unknown }).stream;
}

function isVerified(driver: Connection): boolean {
  const stream = streamOf(driver);
  return stream instanceof TLSSocket && stream.authorized;
}

/** Nobody but the verified server can refuse credentials: anyone in between could say the same. */
export function isRefusal(error: unknown, driver: Connection): boolean {
  return ACCESS_DENIED.includes(numberOf(error)) && isVerified(driver);
}

export function loginError(error: unknown, driver: Connection): RotationError {
  if (error instanceof RotationError) return error;
  if (codeOf(error) === 'HANDSHAKE_SSL_ERROR') return tlsFailure({ code: codeOfHandshake(error, driver) });
  if (ACCESS_DENIED.includes(numberOf(error))) {
    return new RotationError('tls', 'the database refused the credentials before TLS had begun; something between may be changing the '
      + 'connection');
  }
  return mysqlError(error);
}

/** The driver writes its own code over that of the error; what is left tells where it came from. */
function codeOfHandshake(error: unknown, driver: Connection): string | undefined {
  const stream = streamOf(driver);
  // Node's types call it an error; it is the code of one.
  const verification: unknown = stream instanceof TLSSocket ? stream.authorizationError : undefined;
  if (typeof verification === 'string') return verification;
  const ofSocket = typeof error === 'object' && error !== null && ('syscall' in error || 'localAddress' in error);
  return ofSocket ? 'ECONNRESET' : undefined;
}
