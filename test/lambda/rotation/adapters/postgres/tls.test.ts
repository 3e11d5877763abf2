import { createServer, Server } from 'net';
import { createSecureContext, TLSSocket } from 'tls';
import { PostgresAdapter } from '../../../../../lambda/rotation/adapters/postgres/adapter';
import type { ConnectOptions, Login } from '../../../../../lambda/rotation/engine/database-adapter';
import { CertificateAuthority, daysFromNow, ServerCertificate } from '../../../../../tools/servers/certificates';
import { newPassword } from '../../../../../tools/servers/new-password';
import { PostgresServer, PostgresServerOptions } from '../../../../../tools/servers/postgres';
import { newestPostgres } from '../../../../../tools/servers/postgres-releases';
import { rejection } from '../../../../support/rejection';
import { FaultProxy } from '../../../../support/servers/fault-proxy';
import { startsServers } from '../../../../support/servers/suite-servers';

const adapter = new PostgresAdapter();
let authority: CertificateAuthority;
let server: PostgresServer;

startsServers(async (keep) => {
  authority = await CertificateAuthority.create();
  server = await keep(PostgresServer.start({ release: newestPostgres() }));
});

async function restart(options: Pick<PostgresServerOptions, 'certificate' | 'settings'>): Promise<Login> {
  await server.restart(options);
  return server.superuser;
}

async function logIn(login: Login, options: Partial<ConnectOptions> = {}): Promise<boolean> {
  const session = await adapter.connect(login, { timeoutMs: 3_000, ca: [authority.certificate], ...options });
  await session?.probe();
  await session?.close();
  return session !== undefined;
}

/** Whether the driver, which asks for no certificate, would have been let in: the refusals below are ours, not the server's. */
async function servesPlaintext(): Promise<boolean> {
  const rows = await server.query('SELECT 1');
  return rows.length === 1;
}

test('a server of the expected name logs in, by name, by address and by the name that it stands for', async () => {
  const superuser = await restart({ certificate: await authority.issue({ names: ['localhost', '127.0.0.1', 'db.example.com'] }) });
  expect(await logIn(superuser)).toBe(true);
  expect(await logIn({ ...superuser, host: '127.0.0.1' })).toBe(true);
  expect(await logIn({ ...superuser, host: '127.0.0.1' }, { serverName: 'db.example.com' })).toBe(true);
});

test('a certificate that has expired is refused', async () => {
  const superuser = await restart({ certificate: await authority.issueExpired() });
  expect(await rejection(logIn(superuser))).toMatchObject({ kind: 'tls', code: 'CERT_HAS_EXPIRED', message: expect.stringContaining('expired') });
});

test('a certificate that is not valid yet is refused', async () => {
  const superuser = await restart({ certificate: await authority.issue({ notBefore: daysFromNow(1), notAfter: daysFromNow(2) }) });
  expect(await rejection(logIn(superuser))).toMatchObject({ kind: 'tls', code: 'CERT_NOT_YET_VALID' });
});

test('a certificate of another name is refused, unless it is the name that the user gives', async () => {
  const superuser = await restart({ certificate: await authority.issue({ names: ['db.example.com'] }) });
  const wrongName = { kind: 'tls', code: 'ERR_TLS_CERT_ALTNAME_INVALID', message: expect.stringContaining('TLS_SERVER_NAME') };
  expect(await rejection(logIn(superuser))).toMatchObject(wrongName);
  expect(await rejection(logIn({ ...superuser, host: '127.0.0.1' }))).toMatchObject(wrongName);
  expect(await rejection(logIn(superuser, { serverName: 'other.example.com' }))).toMatchObject(wrongName);
  expect(await logIn(superuser, { serverName: 'db.example.com' })).toBe(true);
});

test('a certificate of an unknown authority is refused, even of one that has the same name', async () => {
  const impostor = await CertificateAuthority.create();
  const superuser = await restart({ certificate: await impostor.issue() });
  expect(await rejection(logIn(superuser))).toMatchObject({ kind: 'tls', message: expect.stringMatching(/authority|handshake/) });
  expect(await rejection(logIn(superuser, { ca: [] }))).toMatchObject({ kind: 'tls', message: expect.stringContaining('TLS_CA_BUNDLE') });
  expect(await logIn(superuser, { ca: [impostor.certificate] })).toBe(true);
});

test('a server that offers no TLS is refused, though it would let us in', async () => {
  const superuser = await restart({});
  expect(await servesPlaintext()).toBe(true);
  const logged = server.log().length;
  expect(await rejection(logIn(superuser))).toMatchObject({ kind: 'tls', message: expect.stringContaining('does not offer TLS') });
  expect(server.log().slice(logged)).not.toMatch(/statement|authenticat/);
});

test('a server that knows nothing newer than TLS 1.1 is refused', async () => {
  const superuser = await restart({
    certificate: await authority.issue(),
    settings: { ssl_min_protocol_version: 'TLSv1', ssl_max_protocol_version: 'TLSv1.1' },
  });
  expect(await rejection(logIn(superuser))).toMatchObject({ kind: 'tls' });
});

test.each([
  ['says that the server has no TLS', 'N'],
  ['sends an error instead', 'E\0\0\0\x0cSFATAL\0\0'],
  ['says yes and slips in what the server never said', 'SR\0\0\0\x08\0\0\0\0'],
])('somebody between who %s gets to see nothing', async (_, answer) => {
  const proxy = await FaultProxy.start({ port: 1 });
  try {
    proxy.fault = { kind: 'stripTls', answer };
    const login = { host: 'localhost', port: proxy.port, username: 'app', password: newPassword() };
    expect(await rejection(logIn(login))).toMatchObject({ kind: 'tls' });
    expect(proxy.plaintext).toBe('');
  } finally {
    await proxy.stop();
  }
});

test('the name is sent before the certificate is chosen', async () => {
  const asked = new AskedNames(await authority.issue());
  try {
    const login = { host: 'localhost', port: await asked.start(), username: 'app', password: newPassword() };
    await rejection(logIn(login, { serverName: 'db.example.com' }));
    await rejection(logIn(login));
    await rejection(logIn({ ...login, host: '127.0.0.1' }));
    expect(asked.names).toEqual(['db.example.com', 'localhost']);
  } finally {
    await asked.stop();
  }
});

/** A server that takes the request for TLS, notes the name that the client asks for, and goes no further. */
class AskedNames {
  public readonly names: string[] = [];
  private readonly server: Server;

  constructor(certificate: ServerCertificate) {
    const secureContext = createSecureContext({ cert: certificate.certificate, key: certificate.key });
    this.server = createServer((socket) => socket.on('error', () => undefined).once('data', () => {
      socket.write('S');
      const secure = new TLSSocket(socket, {
        isServer: true,
        secureContext,
        SNICallback: (name, done) => {
          this.names.push(name);
          done(null, secureContext);
        },
      });
      secure.on('error', () => undefined).once('data', () => secure.destroy());
    }));
  }

  public async start(): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return (this.server.address() as { port: number }).port;
  }

  public async stop(): Promise<void> {
    await new Promise((resolve) => this.server.close(resolve));
  }
}
