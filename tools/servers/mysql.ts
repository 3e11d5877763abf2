import { existsSync } from 'fs';
import { join } from 'path';
import type { ServerCertificate } from './certificates';
import { MysqlServer } from './mysql-process';

/**
 * MySQL from the folder that `ROTATION_TEST_MYSQL` names, the `usr` of an unpacked Debian. Its libraries are newer than those of
 * the machine, so it is run by its own dynamic loader; that needs neither root nor a change of the root directory.
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

function loader(prefix: string): string[] {
  const program = join(prefix, '../lib64/ld-linux-x86-64.so.2');
  if (prefix === '/usr' || !existsSync(program)) return [];
  return [program, '--library-path', join(prefix, 'lib/x86_64-linux-gnu')];
}
