import { startsServers } from './suite-servers';
import { LocalMysql, MYSQL_FOLDERS, MysqlKind } from '../../../tools/servers/local-mysql';

/** `all` turns a server that is missing into a failure. */
const REQUIRE = 'ROTATION_TEST_REQUIRE';

/** Defines the tests of one kind of server, when it is at hand; what is missing is said in one line, or fails where all are required. */
export function onServer(kind: MysqlKind, define: (server: () => Promise<LocalMysql>) => void): void {
  const variable = MYSQL_FOLDERS[kind];
  const folder = process.env[variable];
  if (!folder) {
    const hint = `${kind}: run .ci/install-databases, as root on Debian, and set ${variable} as it says`;
    if (process.env[REQUIRE] === 'all') throw new Error(`missing ${hint}`);
    process.stderr.write(`skipped ${hint}\n`);
    test.skip(`${kind} is not at hand`, () => undefined);
    return;
  }
  let started: Promise<LocalMysql> | undefined;
  const server = async () => started ??= LocalMysql.start(kind, folder);
  startsServers(async (keep) => keep(server()));
  define(server);
}
