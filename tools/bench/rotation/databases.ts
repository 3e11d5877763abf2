import type { BenchDatabase } from './rotations';
import { RDS_NAME } from '../../../test/support/servers/certificates';
import { LocalMysql, MysqlKind } from '../../../test/support/servers/local-mysql';
import { LocalPostgres } from '../../../test/support/servers/local-postgres';
import { createUser } from '../../../test/support/servers/postgres-users';

export interface RunningDatabase extends BenchDatabase {
  stop(): Promise<void>;
}

/** The variables that name where the servers are, as for the tests. */
const FOLDERS: [MysqlKind, string][] = [['MariaDB', 'ROTATION_TEST_MARIADB'], ['MySQL', 'ROTATION_TEST_MYSQL']];

export async function startPostgres(): Promise<RunningDatabase> {
  const { server, superuser, options } = await LocalPostgres.start();
  return {
    title: 'PostgreSQL',
    engine: 'postgres',
    strategies: ['singleUser', 'alternatingUsers'],
    superuser,
    options: { ...options, serverName: RDS_NAME },
    createUser: async (username, password) => createUser(server, username, password),
    stop: async () => server.stop(),
  };
}

/** Those of MySQL and MariaDB that the environment names. */
export async function startMysqls(): Promise<RunningDatabase[]> {
  const all: RunningDatabase[] = [];
  for (const [kind, variable] of FOLDERS) {
    const folder = process.env[variable];
    if (folder) all.push(await startMysql(kind, folder));
    else console.error(`no rotation on ${kind}: ${variable} does not name its folder`);
  }
  return all;
}

async function startMysql(kind: MysqlKind, folder: string): Promise<RunningDatabase> {
  const database = await LocalMysql.start(kind, folder);
  return {
    title: kind,
    engine: kind.toLowerCase(),
    strategies: kind === 'MySQL' ? ['singleUser', 'alternatingUsers', 'dualPassword'] : ['singleUser', 'alternatingUsers'],
    superuser: database.superuser,
    options: { ...database.options, serverName: RDS_NAME },
    createUser: async (username, password) => database.underTest().createUser(username, password),
    stop: async () => database.stop(),
  };
}
