import type { BenchDatabase } from './rotations';
import { ROTATION_STRATEGIES } from '../../../src/rotation/contract/strategies';
import { RDS_NAME } from '../../servers/certificates';
import { FERRETDB_FOLDER, LocalFerretDb } from '../../servers/local-ferretdb';
import { LocalMysql, MYSQL_FOLDERS, MysqlKind } from '../../servers/local-mysql';
import { LocalPostgres } from '../../servers/local-postgres';
import { createUser } from '../../servers/postgres-users';
import { RedshiftStandIn } from '../../servers/redshift-stand-in';

export interface RunningDatabase extends BenchDatabase {
  stop(): Promise<void>;
}

export async function startPostgres(): Promise<RunningDatabase> {
  const { server, superuser, options } = await LocalPostgres.start();
  return {
    title: 'PostgreSQL',
    engine: 'postgres',
    strategies: ['singleUser', 'alternatingUsers', 'superuserSets'],
    superuser,
    options: { ...options, serverName: RDS_NAME },
    createUser: async (username, password) => createUser(server, username, password),
    stop: async () => server.stop(),
  };
}

/** PostgreSQL in place of Amazon Redshift. */
export async function startRedshift(): Promise<RunningDatabase> {
  const standIn = await RedshiftStandIn.start();
  return {
    title: 'PostgreSQL in place of Redshift',
    engine: 'redshift',
    strategies: ['singleUser', 'superuserSets'],
    superuser: standIn.superuser,
    options: { ...standIn.options, serverName: RDS_NAME },
    createUser: async (username, password) => standIn.createUser(username, password),
    stop: async () => standIn.stop(),
  };
}

/** Those of MySQL and MariaDB that the environment names. */
export async function startMysqls(): Promise<RunningDatabase[]> {
  const all: RunningDatabase[] = [];
  for (const [kind, variable] of Object.entries(MYSQL_FOLDERS)) {
    const folder = process.env[variable];
    if (folder) all.push(await startMysql(kind as MysqlKind, folder));
    else console.error(`no rotation on ${kind}: ${variable} does not name its folder`);
  }
  return all;
}

/** FerretDB, when the environment names it. */
export async function startMongo(): Promise<RunningDatabase[]> {
  const folder = process.env[FERRETDB_FOLDER];
  if (!folder) {
    console.error(`no rotation on FerretDB: ${FERRETDB_FOLDER} does not name its folder`);
    return [];
  }
  const database = await LocalFerretDb.start(folder);
  return [{
    title: 'FerretDB',
    engine: 'mongo',
    strategies: ['singleUser', 'alternatingUsers', 'superuserSets'],
    superuser: database.superuser,
    options: { ...database.options, serverName: RDS_NAME },
    createUser: async (username, password) => database.createUser(username, password),
    stop: async () => database.stop(),
  }];
}

async function startMysql(kind: MysqlKind, folder: string): Promise<RunningDatabase> {
  const database = await LocalMysql.start(kind, folder);
  return {
    title: kind,
    engine: kind.toLowerCase(),
    strategies: kind === 'MySQL' ? ROTATION_STRATEGIES : ROTATION_STRATEGIES.filter(name => name !== 'dualPassword'),
    superuser: database.superuser,
    options: { ...database.options, serverName: RDS_NAME },
    createUser: async (username, password) => database.underTest().createUser(username, password),
    stop: async () => database.stop(),
  };
}
