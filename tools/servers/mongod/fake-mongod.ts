import type { AddressInfo } from 'net';
import { createServer, Server, TLSSocket } from 'tls';
import type { Document } from 'bson';
import type { RoleDocument } from './accounts';
import { ServerRefusal } from './accounts';
import { type Client, Commands } from './commands';
import { answerTo, type Request, requestsIn } from './wire';
import { adapters } from '../../../lambda/rotation/adapters/mongo/adapter';
import type { Login } from '../../../lambda/rotation/engine/database-adapter';
import { CertificateAuthority, ServerCertificate } from '../certificates';
import type { DatabaseUnderTest } from '../database-under-test';
import { LocalDatabase } from '../local-database';
import { useCollection } from '../mongo-client';
import { newPassword } from '../new-password';

/** Answers instead of the server: with a document, with bytes, or, by `undefined`, not at all. Anything but these is left to the server. */
export type Instead = (request: Request, socket: TLSSocket) => Document | 'silence' | 'server';

/**
 * A server in this process that stands in for MongoDB where no real one is at hand: TLS, both kinds of SCRAM, users with roles, mechanisms, restrictions
 * and data, and who may do what. It says what the manual of MongoDB says, and was never compared with one.
 */
export class FakeMongod extends LocalDatabase {
  public static async start(): Promise<FakeMongod> {
    const certificate = await (await CertificateAuthority.create()).issue();
    const server = createServer({ cert: certificate.certificate, key: certificate.key });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new FakeMongod(server, certificate);
  }

  private readonly sockets = new Set<TLSSocket>();
  public readonly commands = new Commands();
  public readonly superuser: Login;
  /** What a client has said, with passwords withheld as MongoDB does it in its log. */
  public readonly seen: Document[] = [];
  public instead?: Instead;

  private constructor(private readonly server: Server, certificate: ServerCertificate) {
    super(adapters[0], { timeoutMs: 5_000, ca: [certificate.ca] });
    const { port } = server.address() as AddressInfo;
    this.superuser = { host: 'localhost', port, database: 'admin', username: 'superuser', password: newPassword() };
    this.commands.accounts.create('admin', 'superuser', { pwd: this.superuser.password, roles: [{ role: 'root', db: 'admin' }] });
    server.on('secureConnection', (socket) => this.serve(socket));
    server.on('tlsClientError', () => undefined);
  }

  public async createUser(username: string, password: string): Promise<void> {
    this.make(username, password, [{ role: 'readWrite', db: 'shop' }, { role: 'changeOwnPassword', db: 'admin' }]);
  }

  public make(username: string, password: string, roles: RoleDocument[], further: Document = {}, database = 'admin'): void {
    this.commands.accounts.create(database, username, { pwd: password, roles, ...further });
  }

  public async useTable(login: Login): Promise<void> {
    await useCollection(login, this.options.ca);
  }

  public async product(): Promise<string> {
    return 'a stand-in of this repository';
  }

  public log(): string {
    return this.seen.map((document) => JSON.stringify(document)).join('\n');
  }

  public underTest(): DatabaseUnderTest {
    const { adapter, superuser, options } = this;
    return {
      adapter,
      superuser,
      options,
      createUser: async (username, password) => this.createUser(username, password),
      useTable: async (login) => this.useTable(login),
      // As MongoDB's own clients do, before the server hears of it.
      refusesPassword: (shape) => /\p{Emoji_Presentation}/u.test(shape),
      product: async () => this.product(),
      serverLog: async () => this.log(),
      stop: async () => undefined,
    };
  }

  public async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(socket: TLSSocket): void {
    const client: Client = {};
    let received: Buffer = Buffer.alloc(0);
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('data', (chunk) => {
      const { requests, rest } = requestsIn(Buffer.concat([received, chunk]));
      received = rest;
      for (const request of requests) this.answer(client, request, socket);
    });
  }

  private answer(client: Client, request: Request, socket: TLSSocket): void {
    this.seen.push(withheld(request.document));
    const instead = this.instead?.(request, socket) ?? 'server';
    if (instead === 'silence') return;
    socket.write(answerTo(request, instead === 'server' ? this.outcome(client, request.document) : instead));
  }

  private outcome(client: Client, command: Document): Document {
    try {
      return this.commands.run(client, command);
    } catch (error) {
      if (error instanceof ServerRefusal) return { ok: 0, code: error.code, codeName: error.codeName, errmsg: error.message };
      return { ok: 0, code: 1, codeName: 'InternalError', errmsg: String(error) };
    }
  }
}

function withheld({ pwd, payload, ...command }: Document): Document {
  return { ...command, ...pwd !== undefined && { pwd: 'xxx' }, ...payload !== undefined && { payload: 'xxx' } };
}
