import type { Socket } from 'net';
import type { ConnectionOptions, TLSSocket } from 'tls';
import { RotationError } from '../../engine/errors';
import { REMEDIES } from '../../engine/remedies';
import { connected, handshake } from '../secured-socket';

/** The message `SSLRequest`: its length and its number. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);
const ACCEPTED = 'S';
const DECLINED = 'N';

/**
 * Turns the connection into a verified one before a driver has it. A driver that negotiates for itself can be talked into
 * going on in plaintext; one that is handed a verified socket cannot.
 */
export async function secured(socket: Socket, options: ConnectionOptions): Promise<TLSSocket> {
  await connected(socket);
  await requestTls(socket);
  return handshake(socket, options);
}

async function requestTls(socket: Socket): Promise<void> {
  const answer = await new Promise<Buffer>((resolve, reject) => {
    socket.once('data', resolve);
    socket.once('close', () => reject(new RotationError('network', 'the database closed the connection before TLS began; '
      + `${REMEDIES.network}`)));
    socket.write(SSL_REQUEST);
  });
  const text = answer.toString('latin1');
  if (text === DECLINED) {
    throw new RotationError('tls', 'the database does not offer TLS; turn it on, for the rotation never logs '
    + 'in without');
  }
  // More than one byte was sent before the handshake, and so by whoever is in between: nothing of it may be believed.
  if (text !== ACCEPTED) throw new RotationError('tls', `the database answered the request for TLS with something else; ${REMEDIES.tls}`);
}

/**
 * A socket as the driver wants to have it: one that it can tell to connect. A message that the driver does not know would end the process,
 * for it throws where nobody listens; here it ends the connection.
 */
export function asUnconnected(socket: TLSSocket, knownLogin: string): TLSSocket {
  const emit = socket.emit.bind(socket) as (event: string, ...values: unknown[]) => boolean;
  return Object.assign(socket, {
    emit: (event: string, ...values: unknown[]) => {
      try {
        return emit(event, ...values);
      } catch {
        socket.destroy(unknownMessage(knownLogin));
        return true;
      }
    },
    connect: () => {
      setImmediate(() => socket.emit('connect'));
      return socket;
    },
  });
}

function unknownMessage(knownLogin: string): RotationError {
  return new RotationError('configuration', 'the database sent a message that the rotation does not know: it is another kind of database, '
    + `or wants a kind of login other than ${knownLogin}`);
}
