import { AddressInfo, connect, createServer, Server, Socket } from 'net';
import { setTimeout as sleep } from 'timers/promises';

/** What the proxy does to each connection. */
export type Fault =
  /** Hands everything on. */
  | { readonly kind: 'none' }
  /** Closes the connection at once. */
  | { readonly kind: 'refuse' }
  /** Takes the connection and never says a word. */
  | { readonly kind: 'blackHole' }
  /** Hands so many bytes on, both directions together, and then cuts the connection. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** Hands so many bytes on, both directions together, and then none, without closing. */
  | { readonly kind: 'stall'; readonly afterBytes: number }
  /** Hands each piece on later. */
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** Tells the client of PostgreSQL that the server has no TLS, and hands on what the client says then. */
  | { readonly kind: 'stripTls'; readonly answer: string };

const SSL_REQUEST_BYTES = 8;

/** A TCP proxy of this machine between a client and a server, with a fault in it. */
export class FaultProxy {
  public static async start(target: { readonly port: number }): Promise<FaultProxy> {
    const proxy = new FaultProxy(target.port);
    await new Promise<void>((resolve, reject) => proxy.server.once('error', reject).listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** May be changed while connections are open. */
  public fault: Fault = { kind: 'none' };
  /** What the last connection carried, both directions together. */
  public bytes = 0;
  /** What clients have said on the last connection after TLS was stripped. */
  public plaintext = '';
  private readonly server: Server = createServer((client) => this.accept(client));
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly targetPort: number) {}

  public get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Waits until every connection is closed, by whoever has opened it. */
  public async idle(): Promise<void> {
    while (this.sockets.size > 0) await sleep(10);
  }

  /** Cuts every connection that is open. */
  public cutAll(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  public async stop(): Promise<void> {
    this.cutAll();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private accept(client: Socket): void {
    this.bytes = 0;
    this.plaintext = '';
    this.keep(client);
    const { fault } = this;
    if (fault.kind === 'refuse') client.destroy();
    else if (fault.kind === 'stripTls') this.strip(client, fault.answer);
    else if (fault.kind === 'blackHole') client.resume();
    else this.join(client);
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.sockets.delete(socket));
  }

  private strip(client: Socket, answer: string): void {
    client.once('data', (request) => {
      client.write(answer);
      this.plaintext = request.subarray(SSL_REQUEST_BYTES).toString('latin1');
      client.on('data', (chunk) => {
        this.plaintext += chunk.toString('latin1');
      });
    });
  }

  private join(client: Socket): void {
    const server = connect(this.targetPort, '127.0.0.1');
    this.keep(server);
    this.pump(client, server);
    this.pump(server, client);
  }

  private pump(from: Socket, to: Socket): void {
    from.on('data', (chunk) => {
      const { fault } = this;
      const passing = chunk.subarray(0, this.allowance(fault));
      this.bytes += passing.length;
      const pass = () => to.destroyed || passing.length === 0 || to.write(passing);
      if (fault.kind === 'delay') setTimeout(pass, fault.milliseconds);
      else pass();
      if (fault.kind === 'cut' && this.bytes >= fault.afterBytes) this.cut(from, to);
    });
    from.on('close', () => this.fault.kind === 'delay' ? setTimeout(() => to.destroy(), this.fault.milliseconds) : to.destroy());
  }

  private allowance(fault: Fault): number | undefined {
    return fault.kind === 'cut' || fault.kind === 'stall' ? Math.max(0, fault.afterBytes - this.bytes) : undefined;
  }

  /** What was handed on before still arrives. */
  private cut(from: Socket, to: Socket): void {
    to.end();
    from.destroy();
  }
}
