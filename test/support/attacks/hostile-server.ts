import { AddressInfo, createServer, Server, Socket } from 'net';
import { createSecureContext, SecureContextOptions, TLSSocket, TLSSocketOptions } from 'tls';

/** One client of a hostile server: what it says comes in order, and all of it is kept. */
export class Victim {
  private buffered = Buffer.alloc(0);
  private closed = false;
  private wake?: () => void;

  constructor(public socket: Socket, private readonly received: Buffer[]) {
    this.listen();
  }

  /** The next so many bytes; rejects when the client has gone. */
  public async read(length: number): Promise<Buffer> {
    while (this.buffered.length < length) {
      if (this.closed) throw new Error('the client has gone');
      await new Promise<void>((resolve) => this.wake = resolve);
    }
    const bytes = this.buffered.subarray(0, length);
    this.buffered = this.buffered.subarray(length);
    return bytes;
  }

  public write(bytes: Buffer | string): void {
    if (!this.socket.destroyed) this.socket.write(bytes);
  }

  /** Goes on within TLS, whatever the client thinks of the certificate. */
  public async secure(options: SecureContextOptions & TLSSocketOptions): Promise<void> {
    this.socket.removeAllListeners('data');
    this.socket.pause();
    const pending = this.buffered;
    this.buffered = Buffer.alloc(0);
    if (pending.length > 0) this.socket.unshift(pending);
    const secure = new TLSSocket(this.socket, { isServer: true, secureContext: createSecureContext(options), ...options });
    this.socket = secure;
    this.listen();
    await new Promise<void>((resolve, reject) => {
      secure.once('secure', resolve);
      secure.once('close', () => reject(new Error('the client has gone')));
    });
  }

  private listen(): void {
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => {
      this.closed = true;
      this.wake?.();
    });
    this.socket.on('data', (chunk: Buffer) => {
      this.received.push(chunk);
      this.buffered = Buffer.concat([this.buffered, chunk]);
      this.wake?.();
    });
  }
}

/** A server that does with each client what an attack says. */
export class HostileServer {
  public static async start(attack: (victim: Victim) => Promise<void>): Promise<HostileServer> {
    const hostile = new HostileServer(attack);
    await new Promise<void>((resolve) => hostile.server.listen(0, '127.0.0.1', resolve));
    return hostile;
  }

  /** All that any client sent, as it came over the wire and as it was within TLS. */
  public readonly received: Buffer[] = [];
  public connections = 0;
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;

  private constructor(attack: (victim: Victim) => Promise<void>) {
    this.server = createServer((socket) => {
      this.connections += 1;
      this.sockets.add(socket);
      const victim = new Victim(socket, this.received);
      // An attack that says no more hangs up; a client that has gone ends it.
      attack(victim).catch(() => undefined).finally(() => victim.socket.end());
    });
  }

  public get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  public async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
