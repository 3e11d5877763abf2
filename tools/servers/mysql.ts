import { join } from 'path';
import type { ServerCertificate } from './certificates';
import { MysqlServer } from './mysql-process';
import { loader } from './unpacked-debian';

/**
 * MySQL from the folder that `ROTATION_TEST_MYSQL` names, the `usr` of an unpacked Debian, run by its own dynamic loader.
 */
export async function startMysql(prefix: string, certificate: ServerCertificate, extra: readonly string[] = []): Promise<MysqlServer> {
  const command = [...loader(prefix), join(prefix, 'sbin/mysqld'), '--no-defaults', `--basedir=${prefix}`];
  return MysqlServer.start({
    title: 'MySQL',
    command,
    initialize: (folder) => [
      ...command, '--initialize-insecure', `--datadir=${join(folder, 'data')}`, `--log-error=${join(folder, 'error.log')}`,
      '--secure-file-priv=NULL', '--innodb-redo-log-capacity=8M',
    ],
    arguments: [
      '--secure-file-priv=NULL', '--mysqlx=OFF', `--lc-messages-dir=${join(prefix, 'share/mysql')}`,
      `--character-sets-dir=${join(prefix, 'share/mysql/charsets')}`, `--plugin-dir=${join(prefix, 'lib/mysql/plugin')}`,
    ],
  }, certificate, extra);
}
