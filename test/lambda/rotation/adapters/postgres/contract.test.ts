import { PostgresAdapter } from '../../../../../lambda/rotation/adapters/postgres/adapter';
import type { Login } from '../../../../../lambda/rotation/engine/database-adapter';
import { CertificateAuthority } from '../../../../../tools/servers/certificates';
import type { DatabaseUnderTest } from '../../../../../tools/servers/database-under-test';
import { PostgresServer } from '../../../../../tools/servers/postgres';
import { PostgresRelease, postgresReleases, tellReleases } from '../../../../../tools/servers/postgres-releases';
import { createUser, useTable } from '../../../../../tools/servers/postgres-users';
import { passesAdapterContract } from '../../../../support/rotation/adapter-contract';

async function databaseOf(release: PostgresRelease): Promise<DatabaseUnderTest> {
  const certificate = await (await CertificateAuthority.create()).issue();
  const server = await PostgresServer.start({ release, certificate });
  return {
    adapter: new PostgresAdapter(),
    superuser: server.superuser,
    options: { timeoutMs: 5_000, ca: server.ca },
    createUser: async (username, password) => createUser(server, username, password),
    useTable: async (login: Login) => useTable(server, login),
    product: async () => server.product(),
    serverLog: async () => server.log(),
    stop: async () => server.stop(),
  };
}

const releases = postgresReleases();
tellReleases(releases);

for (const release of releases) passesAdapterContract(release.title, async () => databaseOf(release));
