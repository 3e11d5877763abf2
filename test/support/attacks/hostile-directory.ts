import { createServer, Server, TLSSocket } from 'tls';
import { BER, element, elementsIn, small } from '../../../lambda/rotation/kinds/directory/ber';
import { CertificateAuthority } from '../../../tools/servers/certificates';

/** A request, as the victim has sent it. */
export interface VictimRequest {
  readonly id: number;
  readonly tag: number;
}

/** What the server says to a request; nothing leaves the victim waiting. */
export type Attack = (request: VictimRequest, socket: TLSSocket) => Buffer | string | undefined;

/** A directory that has the right certificate, and says what it likes. */
export class HostileDirectory {
  public static async start(attack: Attack): Promise<HostileDirectory> {
    const { certificate: cert, key, ca } = await (await CertificateAuthority.create()).issue();
    const directory = new HostileDirectory(ca, attack, cert, key);
    await new Promise<void>((resolve) => directory.server.listen(0, '127.0.0.1', resolve));
    return directory;
  }

  public readonly host = 'localhost';
  public readonly heard: Buffer[] = [];
  public connections = 0;
  private readonly server: Server;
  private readonly sockets = new Set<TLSSocket>();

  private constructor(public readonly ca: string, attack: Attack, cert: string, key: string) {
    this.server = createServer({ cert, key }, (socket) => {
      this.connections += 1;
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('data', (bytes) => {
        this.heard.push(bytes);
        const [{ content }] = elementsIn(bytes);
        const [{ content: id }, { tag }] = elementsIn(content);
        const answer = attack({ id: id[0], tag }, socket);
        if (answer !== undefined) socket.write(answer);
      });
    });
    this.server.on('tlsClientError', () => undefined);
  }

  public get port(): number {
    return (this.server.address() as { port: number }).port;
  }

  public async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** An answer as the protocol has it. */
export function message(id: number, tag: number, ...contents: readonly Buffer[]): Buffer {
  return element(BER.SEQUENCE, small(BER.INTEGER, id), element(tag, ...contents));
}

/** What stands in every answer that ends a request. */
export function result(code: number, diagnostic = '', ...more: readonly Buffer[]): Buffer[] {
  return [small(BER.ENUMERATED, code), element(BER.OCTETS, ''), element(BER.OCTETS, diagnostic), ...more];
}
