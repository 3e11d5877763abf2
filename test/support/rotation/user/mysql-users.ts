import type { UserDatabase } from './user-database';
import { nativePasswordHash } from '../../../../lambda/rotation/adapters/mysql/native-password';
import type { GrantDescription } from '../../../../src/rotation/contract/database-user';
import { LocalMysql, quoted } from '../../../../tools/servers/local-mysql';
import { newPassword } from '../../../../tools/servers/new-password';

/** `_` stands for any character in a grant on a database, unless it is escaped. */
const database = 'shop_a';

const GRANTS: GrantDescription[] = [
  { on: 'tables', database, privileges: ['SELECT', 'INSERT'] },
  { on: 'tables', database, names: ['orders', 'quo`te'], privileges: ['UPDATE'] },
  { on: 'database', database, privileges: ['EXECUTE', 'CREATE TEMPORARY TABLES'] },
  { on: 'tables', database: 'archive', privileges: ['SELECT'] },
  { on: 'role', role: 'readers' },
  { on: 'statement', database, statement: 'DO 1' },
];

const FEWER: GrantDescription[] = [{ on: 'tables', database, names: ['orders'], privileges: ['SELECT'] }];

/** What the master user of Amazon RDS has, who is no superuser. */
const ADMINISTRATOR = 'SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, RELOAD, PROCESS, REFERENCES, INDEX, ALTER, SHOW DATABASES, '
  + 'CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, REPLICATION SLAVE, REPLICATION CLIENT, CREATE VIEW, SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, '
  + 'CREATE USER, EVENT, TRIGGER';

const OF_MYSQL = 'CREATE ROLE, DROP ROLE, ROLE_ADMIN, APPLICATION_PASSWORD_ADMIN';

/** A server of either kind with an administrator as of Amazon RDS. */
export async function mysqlForUsers(local: LocalMysql): Promise<UserDatabase> {
  const administrator = { ...local.superuser, username: 'administrator', password: newPassword() };
  const account = quoted('administrator');
  const hash = `PASSWORD '${nativePasswordHash(administrator.password)}'`;
  await local.server.query(
    `CREATE USER ${account} IDENTIFIED BY ${local.isMariadb ? hash : `'${administrator.password}'`}`,
    `GRANT ${ADMINISTRATOR} ON *.* TO ${account} WITH GRANT OPTION`,
    ...(local.isMariadb ? [] : [`GRANT ${OF_MYSQL} ON *.* TO ${account} WITH GRANT OPTION`]),
    `CREATE DATABASE ${database}`, `CREATE TABLE ${database}.orders (note VARCHAR(40))`, `CREATE TABLE ${database}.\`quo\`\`te\` (note VARCHAR(40))`,
    'CREATE DATABASE archive', `CREATE PROCEDURE ${database}.answer() SELECT 42`,
  );
  // Who creates a role may pass it on.
  await local.server.queryAs(administrator, 'CREATE ROLE readers', 'CREATE ROLE others');
  return {
    adapter: local.adapter,
    administrator,
    ca: local.options.ca,
    database,
    grants: GRANTS,
    granted: [
      'GRANT CREATE TEMPORARY TABLES, EXECUTE, INSERT, SELECT ON `shop\\_a`.* TO USER@`%`',
      'GRANT SELECT ON `archive`.* TO USER@`%`',
      'GRANT UPDATE ON `shop_a`.`orders` TO USER@`%`',
      'GRANT UPDATE ON `shop_a`.`quo``te` TO USER@`%`',
      ...(local.isMariadb ? ['GRANT `readers` TO USER@`%`', 'SET DEFAULT ROLE `readers` FOR USER@`%`'] : ['GRANT `readers`@`%` TO USER@`%`']),
    ].sort(),
    fewerGrants: FEWER,
    fewerGranted: ['GRANT SELECT ON `shop_a`.`orders` TO USER@`%`'],
    catalogue: async (username) => (await local.grants(username)).map(sortedPrivileges).filter((line) => !line.startsWith('GRANT USAGE ON *.*')).sort(),
    drift: async (username) => {
      await local.server.queryAs(administrator, `GRANT others TO ${quoted(username)}`, `REVOKE readers FROM ${quoted(username)}`);
      await local.server.query(
        `REVOKE SELECT ON \`shop\\_a\`.* FROM ${quoted(username)}`,
        `GRANT PROCESS ON *.* TO ${quoted(username)}`, `GRANT SELECT (note) ON ${database}.orders TO ${quoted(username)}`,
        `GRANT DROP ON \`shop\\_a\`.* TO ${quoted(username)} WITH GRANT OPTION`,
      );
    },
    createByHand: async (username, password) => {
      const identified = local.isMariadb ? `PASSWORD '${nativePasswordHash(password)}'` : `'${password}'`;
      await local.server.query(`CREATE USER ${quoted(username)} IDENTIFIED BY ${identified}`, `GRANT DELETE ON ${database}.orders TO ${quoted(username)}`);
    },
    exists: async (username) => (await local.server.query(`SELECT 1 FROM mysql.user WHERE User = '${username}'`)).length > 0,
    use: async (login) => {
      await local.server.queryAs(
        { ...login, database }, 'INSERT INTO orders VALUES (\'note\')', 'UPDATE orders SET note = \'new\'', 'SELECT * FROM orders', 'CALL answer()',
        'SELECT CURRENT_ROLE()',
      );
    },
    product: async () => local.product(),
    log: () => local.server.log(),
    stop: async () => undefined,
  };
}

function sortedPrivileges(line: string): string {
  return line.replace(/^GRANT (.*?) ON /, (_, privileges: string) => `GRANT ${privileges.split(', ').sort().join(', ')} ON `);
}
