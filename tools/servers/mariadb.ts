import { join } from 'path';
import type { ServerCertificate } from './certificates';
import { MysqlServer } from './mysql-process';

/** MariaDB from the folder that `ROTATION_TEST_MARIADB` names, the `usr` of what its packages hold. */
export async function startMariadb(prefix: string, certificate: ServerCertificate, extra: readonly string[] = []): Promise<MysqlServer> {
  return MysqlServer.start({
    title: 'MariaDB',
    command: [join(prefix, 'sbin/mariadbd'), '--no-defaults', `--basedir=${prefix}`],
    initialize: (folder) => [
      join(prefix, 'bin/mariadb-install-db'), '--no-defaults', `--basedir=${prefix}`, `--datadir=${join(folder, 'data')}`,
      '--auth-root-authentication-method=normal', '--skip-test-db', '--skip-name-resolve',
    ],
    arguments: [`--plugin-dir=${join(prefix, 'lib/mysql/plugin')}`],
  }, certificate, extra);
}
