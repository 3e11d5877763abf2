import type * as tls from 'tls';
import { tlsMaterial } from '../../../../lambda/rotation/adapters/mysql-handshake';
import { PostgresAdapter } from '../../../../lambda/rotation/adapters/postgres';
import { CertificateAuthority } from '../../../support/servers/certificates';
import { rejection } from '../../../support/servers/local-postgres';
import { PostgresServer } from '../../../support/servers/postgres';
import { newestPostgres } from '../../../support/servers/postgres-releases';
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

async function logsIn(trust: { ca: string[]; databaseAuthoritiesOnly?: boolean }): Promise<boolean> {
  const session = await adapter.connect(server.superuser, { timeoutMs: 3_000, ...trust });
  await session?.close();
  return session !== undefined;
}

describe('a server whose certificate comes from a public authority', () => {
  test('is one like any other', async () => expect(await logsIn({ ca: [] })).toBe(true));

  test('gets no password of somebody who trusts the authorities of databases alone', async () => {
    expect(await rejection(logsIn({ ca: [], databaseAuthoritiesOnly: true }))).toMatchObject({ kind: 'tls' });
  });

  test('is one like any other where its authority was given', async () => {
    expect(await logsIn({ ca: [authority.certificate], databaseAuthoritiesOnly: true })).toBe(true);
  });
});

test('MySQL and MariaDB trust the same', () => {
  const trusted = (trust: Parameters<typeof tlsMaterial>[1]) => tlsMaterial('db.example.com', trust).ca;
  expect(trusted({ ca: [] })).toContain(authority.certificate);
  expect(trusted({ ca: [], databaseAuthoritiesOnly: true })).not.toContain(authority.certificate);
  expect(trusted({ ca: [authority.certificate], databaseAuthoritiesOnly: true })).toContain(authority.certificate);
});

test('a public authority other than Amazon\'s is not believed for a name of RDS, unless it is given', () => {
  const trusted = (ca: string[]) => tlsMaterial('db.abc123.eu-west-1.rds.amazonaws.com', { ca }).ca;
  expect(trusted([])).not.toContain(authority.certificate);
  expect(trusted([authority.certificate])).toContain(authority.certificate);
});
