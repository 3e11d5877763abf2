import { isIP } from 'net';
import { checkServerIdentity, connect, ConnectionOptions, createSecureContext, rootCertificates, SecureContext, TLSSocket } from 'tls';
import { withoutFinalDot } from '../../../src/rotation/contract/hosts';
import { codeOf, isNetworkCode, MINIMUM_TLS_VERSION, tlsFailure } from '../adapters/tls-failure';
import { RotationError } from '../engine/errors';
import { REMEDIES } from '../engine/remedies';

/** Where to connect, and whom to believe. */
export interface TlsServer {
  readonly host: string;
  readonly port: number;
  /** PEM bundles of authorities that are trusted besides the public ones. */
  readonly ca: readonly string[];
  /** The name in the certificate, when the host is an alias. */
  readonly serverName?: string;
  /** For connection, handshake and what is said then, together. */
  readonly timeoutMs: number;
  /** What messages call it. */
  readonly title: string;
}

/** Reading all authorities takes longer than a handshake. */
const contexts = new Map<string, SecureContext>();

export function secureContextOf(ca: readonly string[]): SecureContext {
  const key = ca.join('\n');
  const context = contexts.get(key) ?? createSecureContext({ ca: [...rootCertificates, ...ca], minVersion: MINIMUM_TLS_VERSION });
  contexts.set(key, context);
  return context;
}

/** Whom the certificate must name. An address is no server name: TLS forbids it. It is still checked against the certificate. */
export function identity(host: string): Pick<ConnectionOptions, 'servername' | 'checkServerIdentity'> {
  const name = withoutFinalDot(host);
  return { ...(isIP(name) ? {} : { servername: name }), checkServerIdentity: (_, certificate) => checkServerIdentity(name, certificate) };
}

/** Talks to a server over verified TLS, with a deadline. There is no option that verifies less. */
export async function overTls<T>(server: TlsServer, talk: (socket: TLSSocket) => Promise<T>): Promise<T> {
  const socket = connect({
    host: server.host,
    port: server.port,
    ...identity(server.serverName ?? server.host),
    secureContext: secureContextOf(server.ca),
    rejectUnauthorized: true,
  });
  // An error after the end is nobody's; without a listener it would end the process.
  socket.on('error', () => undefined);
  let timer: NodeJS.Timeout | undefined;
  try {
    return await Promise.race([
      secured(socket, server).then(async () => talk(socket)),
      new Promise<never>((_, reject) => {
        const late = () => reject(unreachable(server, `did not answer within ${server.timeoutMs} ms`, 'ETIMEDOUT'));
        timer = setTimeout(late, server.timeoutMs);
      }),
    ]);
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

async function secured(socket: TLSSocket, server: TlsServer): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    socket.once('secureConnect', resolve);
    socket.once('close', () => reject(unreachable(server, 'closed the connection during the TLS handshake')));
    socket.once('error', (error) => {
      const code = codeOf(error);
      reject(isNetworkCode(code) ? unreachable(server, 'cannot be reached', code) : tlsFailure(error, server.title));
    });
  });
}

export function unreachable({ title }: Pick<TlsServer, 'title'>, what: string, code?: string): RotationError {
  return new RotationError('network', `the ${title} ${what}; ${REMEDIES.network}`, code);
}

function tooMuch({ title }: Pick<TlsServer, 'title'>): RotationError {
  return new RotationError('configuration', `the ${title} says more than it was asked; check the host and port`);
}

/** Answers of a server, each as far as `take` says; ends when the connection does, or when it says more than `most` bytes at once. */
export class Answers {
  private readonly iterator: AsyncIterator<Buffer>;
  private rest = Buffer.alloc(0);

  constructor(socket: TLSSocket, private readonly server: Pick<TlsServer, 'title'>, private readonly most = 1_000_000) {
    this.iterator = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** The next answer; `take` says how many bytes it has, or nothing while it is not complete. */
  public async next<T>(take: (bytes: Buffer) => { readonly answer: T; readonly length: number } | undefined): Promise<T> {
    for (;;) {
      const taken = take(this.rest);
      if (taken) {
        this.rest = this.rest.subarray(taken.length);
        return taken.answer;
      }
      if (this.rest.length > this.most) throw tooMuch(this.server);
      this.rest = Buffer.concat([this.rest, await this.read()]);
    }
  }

  private async read(): Promise<Buffer> {
    const { done, value } = await this.iterator.next().catch((error: unknown) => {
      throw unreachable(this.server, 'broke the connection', codeOf(error));
    });
    if (done) throw unreachable(this.server, 'closed the connection');
    return value;
  }
}
