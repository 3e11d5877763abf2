import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'http';
import { createServer, Server } from 'https';
import type { AddressInfo, Socket } from 'net';
import { CertificateAuthority, ServerCertificate } from './certificates';

/** A request that has arrived in full. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  /** An object is sent as JSON. */
  readonly body?: unknown;
}

/** An answer; or the server hangs up, or never says anything. */
export type Answering = (request: Received) => Reply | 'hangUp' | 'silence' | Promise<Reply | 'hangUp' | 'silence'>;

export async function newCertificate(): Promise<ServerCertificate> {
  return (await CertificateAuthority.create()).issue();
}

let certificateOfAll: Promise<ServerCertificate> | undefined;

/** One for all servers of a process: making one takes longer than a rotation. */
async function issued(): Promise<ServerCertificate> {
  return certificateOfAll ??= newCertificate();
}

/** A server of this machine over TLS. It keeps what it received. */
export class HttpsServer {
  public static async start(answering: Answering, certificate = issued()): Promise<HttpsServer> {
    const { certificate: cert, key, ca } = await certificate;
    const server = new HttpsServer(createServer({ cert, key }), ca, answering);
    await new Promise<void>(resolve => server.server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  public readonly received: Received[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server, public readonly ca: string, public answering: Answering) {
    server.on('request', (request, response) => void this.serve(request, response));
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket)).on('error', () => undefined);
    });
    server.on('tlsClientError', () => undefined);
  }

  public get url(): string {
    return `https://localhost:${(this.server.address() as AddressInfo).port}`;
  }

  public async stop(): Promise<void> {
    this.sockets.forEach(socket => socket.destroy());
    await new Promise<void>(resolve => this.server.close(() => resolve()));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const received = { method: request.method!, path: request.url!, headers: request.headers, body: Buffer.concat(chunks).toString() };
    this.received.push(received);
    const reply = await this.answering(received);
    if (reply === 'hangUp') request.socket.destroy();
    if (typeof reply === 'string') return;
    const { status = 200, headers = {}, body = '' } = reply;
    const isText = typeof body === 'string';
    response.writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json', ...headers });
    response.end(isText ? body : JSON.stringify(body));
  }
}
