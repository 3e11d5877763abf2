import type * as tls from 'tls';
import { tlsMaterial } from '../../../../lambda/rotation/adapters/mysql/handshake';
import { PostgresAdapter } from '../../../../lambda/rotation/adapters/postgres/adapter';
import { CertificateAuthority } from '../../../../tools/servers/certificates';
import { PostgresServer } from '../../../../tools/servers/postgres';
import { newestPostgres } from '../../../../tools/servers/postgres-releases';
import { startsServers } from '../../../support/servers/suite-servers';

/** Authorities that Node.js trusts besides its own, in this process: what anybody gets a certificate from. */
const mockPublicAuthorities: string[] = [];

jest.mock('tls', () => {
  const actual = jest.requireActual<typeof tls>('tls');
  return new Proxy(actual, {
    get: (target, name) => name === 'rootCertificates' ? [...actual.rootCertificates, ...mockPublicAuthorities] : Reflect.get(target, name),
  });
});

const adapter = new PostgresAdapter();
let authority: CertificateAuthority;
let server: PostgresServer;

startsServers(async (keep) => {
  authority = await CertificateAuthority.create();
  mockPublicAuthorities.push(authority.certificate);
  server = await keep(PostgresServer.start({ release: newestPostgres() }));
  await server.restart({ certificate: await authority.issue({ names: ['localhost', '127.0.0.1'] }) });
});

test('a server whose certificate comes from a public authority is one like any other', async () => {
  const session = await adapter.connect(server.superuser, { timeoutMs: 3_000, ca: [] });
  await session?.close();
  expect(session).toBeDefined();
});

test('MySQL and MariaDB trust the same', () => expect(tlsMaterial('db.example.com', { ca: [] }).ca).toContain(authority.certificate));

test('a public authority other than Amazon\'s is not believed for a name of RDS, unless it is given', () => {
  const trusted = (ca: string[]) => tlsMaterial('db.abc123.eu-west-1.rds.amazonaws.com', { ca }).ca;
  expect(trusted([])).not.toContain(authority.certificate);
  expect(trusted([authority.certificate])).toContain(authority.certificate);
});
