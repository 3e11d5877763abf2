import { whenAtHand } from './at-hand';
import { LocalMysql, MYSQL_FOLDERS, MysqlKind } from '../../../tools/servers/local-mysql';

/** Defines the tests of one kind of server, when it is at hand; what is missing is said in one line, or fails where all are required. */
export function onServer(kind: MysqlKind, define: (server: () => Promise<LocalMysql>) => void): void {
  whenAtHand({ title: kind, variable: MYSQL_FOLDERS[kind], start: async (folder) => LocalMysql.start(kind, folder) }, define);
}
