import { connect as connectSocket, Socket } from 'net';
import { connect as connectTls, ConnectionOptions, TLSSocket } from 'tls';
import { codeOf, tlsFailure } from './tls-failure';
import { RotationError } from '../engine/errors';
import { REMEDIES } from '../engine/remedies';

/** Opens the connection, not waiting for it: who holds the socket can end the attempt at any time. */
export function openSocket(host: string, port: number): Socket {
  return connectSocket({ host, port, noDelay: true });
}

export async function connected(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', (error) => reject(new RotationError('network', 'the database cannot be reached; '
      + `${REMEDIES.network}`, codeOf(error))));
  });
}

/** Makes a connection a verified one; see `verifiedTlsOptions`. */
export async function handshake(socket: Socket, options: ConnectionOptions): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const secure = connectTls({ ...options, socket }, () => resolve(secure));
    secure.once('error', (error) => reject(tlsFailure(error)));
    secure.once('close', () => reject(new RotationError('network', 'the database closed the connection during the TLS handshake; '
      + `${REMEDIES.network}`)));
  });
}
