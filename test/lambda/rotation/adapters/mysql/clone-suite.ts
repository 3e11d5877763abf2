import { createHash } from 'crypto';
import type { Login } from '../../../../../lambda/rotation/engine/database-adapter';
import { LocalMysql, quoted } from '../../../../../tools/servers/local-mysql';
import { newPassword } from '../../../../../tools/servers/new-password';
import { rejection } from '../../../../support/rejection';

/** Everything that a user can have and a clone must have too. */
async function richUser(local: LocalMysql): Promise<Login> {
  const user = await local.user([
    'SELECT, INSERT ON `shop\\_1`.*', 'SELECT (id, note), UPDATE (note) ON app.ledger', 'ALL PRIVILEGES ON `we``ird`.*',
    'EXECUTE ON PROCEDURE app.double_entry', 'RELOAD, PROCESS ON *.*', 'PROXY ON \'other\'@\'%\'',
  ]);
  const account = quoted(user.username);
  await local.server.query(
    `GRANT DELETE ON \`shop\\_1\`.* TO ${account} WITH GRANT OPTION`,
    `GRANT EXECUTE ON PROCEDURE app.double_entry TO ${account} WITH GRANT OPTION`,
    `GRANT reader TO ${account} WITH ADMIN OPTION`, `GRANT writer TO ${account}`,
    `SET DEFAULT ROLE writer ${local.isMariadb ? 'FOR' : 'TO'} ${account}`,
    `ALTER USER ${account} REQUIRE SSL WITH MAX_QUERIES_PER_HOUR 9999 MAX_USER_CONNECTIONS 20 PASSWORD EXPIRE INTERVAL 90 DAY`,
  );
  return user;
}

async function prepare(local: LocalMysql): Promise<void> {
  await local.server.query(
    'CREATE ROLE IF NOT EXISTS reader, writer', 'GRANT SELECT ON app.* TO writer',
    'CREATE PROCEDURE IF NOT EXISTS app.double_entry() SELECT 1', 'CREATE DATABASE IF NOT EXISTS `we``ird`',
  );
}

async function settings(local: LocalMysql, username: string, host = '%'): Promise<string> {
  const [row] = await local.server.query(`SHOW CREATE USER ${quoted(username, host)}`);
  // What comes before is the name and the hash; MySQL prints the hash as it is, quotes and all. The mark of a clone comes last.
  return String(Object.values(row)[0]).replace(/ ATTRIBUTE '\{"cdk-managed-secrets:alternating-users": "\w+"\}'$/, '').replace(/^[^]*?(?= (DEFAULT ROLE|REQUIRE|WITH|PASSWORD EXPIRE) [^'])/, '');
}

const cloneName = ({ username }: Login) => `${username}_clone`;

/** A clone can do what its original can, and nothing else. */
export function clonesUsers(server: () => Promise<LocalMysql>): void {
  beforeAll(async () => prepare(await server()));

  test('has the same grants, roles, options, limits and requirements', async () => {
    const local = await server();
    const original = await richUser(local);
    const clone = await local.clone(original);
    expect(await local.grants(clone.username)).toEqual(await local.grants(original.username));
    expect(await local.grants(clone.username)).toHaveLength(local.isMariadb ? 9 : 8);
    expect(await settings(local, clone.username)).toBe(await settings(local, original.username));
    const [{ role }] = await local.server.queryAs(clone, 'SELECT CURRENT_ROLE() AS role');
    expect(role).toContain('writer');
  });

  test('is left alone when nothing has changed', async () => {
    const local = await server();
    const original = await richUser(local);
    await local.clone(original);
    const changesLogged = () => local.server.log().split('\n').filter((line) => line.includes(cloneName(original)))
      .filter((line) => /GRANT .* TO|REVOKE|(CREATE|ALTER|DROP) USER|SET DEFAULT/.test(line));
    const before = changesLogged();
    await local.clone(original);
    expect(before.length).toBeGreaterThan(8);
    expect(changesLogged().slice(before.length)).toEqual([expect.stringMatching(/ALTER USER .* IDENTIFIED/)]);
  });

  test('gets what the original was granted since and loses what the original has lost', async () => {
    const local = await server();
    const original = await richUser(local);
    const clone = await local.clone(original);
    const account = quoted(original.username);
    await local.server.query(
      `REVOKE INSERT, GRANT OPTION ON \`shop\\_1\`.* FROM ${account}`, `REVOKE ALL PRIVILEGES ON \`we\`\`ird\`.* FROM ${account}`,
      `GRANT SELECT ON \`we\`\`ird\`.* TO ${account}`, `REVOKE SELECT (note) ON app.ledger FROM ${account}`, `REVOKE RELOAD ON *.* FROM ${account}`,
      `REVOKE reader FROM ${account}`, `GRANT reader TO ${account}`, `REVOKE PROXY ON 'other'@'%' FROM ${account}`,
      `SET DEFAULT ROLE NONE ${local.isMariadb ? 'FOR' : 'TO'} ${account}`, `ALTER USER ${account} REQUIRE NONE`,
      `GRANT CREATE USER ON *.* TO ${account} WITH GRANT OPTION`,
      `GRANT DROP, ALTER ON app.* TO ${quoted(clone.username)} WITH GRANT OPTION`, `GRANT ALL PRIVILEGES ON mysql.* TO ${quoted(clone.username)}`,
    );
    const again = await local.clone(original);
    expect(await local.grants(again.username)).toEqual(await local.grants(original.username));
    expect(await settings(local, again.username)).toBe(await settings(local, original.username));
  });

  test('has an account for each host of the original, and none for another', async () => {
    const local = await server();
    const original = await local.user();
    const other = quoted(original.username, '10.%');
    await local.server.query(`CREATE USER ${other} IDENTIFIED BY '${newPassword()}' REQUIRE X509`, `GRANT DROP ON app.* TO ${other}`);
    const clone = await local.clone(original);
    for (const host of ['%', '10.%']) expect(await local.grants(clone.username, host)).toEqual(await local.grants(original.username, host));
    await local.server.query(`DROP USER ${other}`);
    await local.useTable(await local.clone(original));
    const hosts = await local.server.query(`SELECT Host AS host FROM mysql.user WHERE User = '${clone.username}'`);
    expect(hosts.map(({ host }) => host)).toEqual(['%']);
  });

  test('takes nothing to the original when it goes back there', async () => {
    const local = await server();
    const original = await local.user(['DROP ON app.*']);
    const clone = await local.clone(original);
    await local.server.query(`GRANT ALTER ON app.* TO ${quoted(original.username)}`, `REVOKE DROP ON app.* FROM ${quoted(original.username)}, ${quoted(clone.username)}`);
    const renewed = { ...original, password: newPassword() };
    const before = await local.grants(original.username);
    await local.as(local.superuser, async (session) => session.cloneUser(clone.username, original.username, renewed.password));
    expect(await local.grants(original.username)).toEqual(before);
    await local.useTable(renewed);
    await local.useTable(clone);
  });

  test('does without grants on what is no longer there', async () => {
    const local = await server();
    const original = await local.user();
    await local.server.query(
      'CREATE TABLE app.gone (a INT, b INT)', 'CREATE PROCEDURE app.past() SELECT 1',
      `GRANT SELECT, INSERT ON app.gone TO ${quoted(original.username)}`,
      'DROP TABLE app.gone', 'CREATE TABLE app.shrunk (a INT, b INT)',
      `GRANT SELECT (a, b), UPDATE ON app.shrunk TO ${quoted(original.username)}`, 'ALTER TABLE app.shrunk DROP COLUMN b',
      `GRANT EXECUTE ON PROCEDURE app.past TO ${quoted(original.username)}`, 'DROP PROCEDURE app.past',
    );
    const clone = await local.clone(original);
    expect(await local.grants(clone.username)).toContainEqual(expect.stringMatching(/SELECT \(`a`\)/));
    expect(await local.grants(clone.username)).toContainEqual(expect.stringMatching(/UPDATE.*ON `app`.`shrunk`/));
    await local.useTable(await local.clone(original));
  });

  test('needs a superuser who may pass everything on, and says what that lacks', async () => {
    const local = await server();
    const original = await local.user(['PROCESS ON *.*']);
    const limited = await local.user(['CREATE USER, SELECT, INSERT, DELETE ON *.*']);
    await local.server.query(`GRANT SELECT, INSERT, DELETE ON *.* TO ${quoted(limited.username)} WITH GRANT OPTION`);
    const failure = await rejection(local.clone(original, limited));
    expect([failure.kind, failure.message]).toEqual(['configuration', expect.stringContaining('PROCESS')]);
    const proxy = await local.user(['PROXY ON \'other\'@\'%\'']);
    expect((await rejection(local.clone(proxy, limited))).message).toContain('proxy');
    // Whoever tries again with more finds no half-made clone that takes the login.
    await local.useTable(await local.clone(original));
  });

  test('is made by one runner at a time; another one is told to try again', async () => {
    const local = await server();
    const original = await local.user();
    const lock = `rotation ${createHash('sha256').update(cloneName(original)).digest('hex').slice(0, 32)}`;
    const failure = await local.server.whileHeld(`SELECT GET_LOCK('${lock}', 0)`, async () => rejection(local.as(local.superuser, async (session) =>
      session.cloneUser(original.username, cloneName(original), newPassword()), { timeoutMs: 2_000 })));
    expect(failure.kind).toBe('transient');
    await local.useTable(await local.clone(original));
  });

  test('does not log in before it is complete', async () => {
    const local = await server();
    const original = await local.user(['PROCESS ON *.*']);
    const limited = await local.user(['CREATE USER, SELECT ON *.*']);
    const clone = { ...original, username: cloneName(original), password: newPassword() };
    await rejection(local.as(limited, async (session) => session.cloneUser(original.username, clone.username, clone.password)));
    expect(await local.server.query(`SELECT 1 FROM mysql.user WHERE User = '${clone.username}'`)).toHaveLength(1);
    expect(await local.logsIn(clone)).toBe(false);
  });
}

/** What MySQL has and MariaDB has not. */
export function clonesUsersOfMysql(server: () => Promise<LocalMysql>): void {
  test('has the dynamic privileges, each with its own option, the partial revokes and the limits of failed logins', async () => {
    const local = await server();
    await local.server.query('SET GLOBAL partial_revokes = ON', 'CREATE ROLE IF NOT EXISTS narrow@\'10.%\'');
    const original = await local.user(['BACKUP_ADMIN, ROLE_ADMIN ON *.*', 'SELECT, INSERT, DELETE ON *.*', 'narrow@\'10.%\'']);
    const account = quoted(original.username);
    await local.server.query(
      `GRANT CONNECTION_ADMIN ON *.* TO ${account} WITH GRANT OPTION`, `REVOKE SELECT, DELETE ON mysql.* FROM ${account}`,
      `ALTER USER ${account} FAILED_LOGIN_ATTEMPTS 4 PASSWORD_LOCK_TIME UNBOUNDED PASSWORD EXPIRE NEVER`,
    );
    const clone = await local.clone(original);
    expect(await local.grants(clone.username)).toEqual(await local.grants(original.username));
    expect(await settings(local, clone.username)).toBe(await settings(local, original.username));
    await local.server.query(
      `GRANT SELECT ON mysql.* TO ${account}`, `REVOKE INSERT ON sys.* FROM ${account}`, `REVOKE CONNECTION_ADMIN ON *.* FROM ${account}`,
      `GRANT CONNECTION_ADMIN ON *.* TO ${account}`, `GRANT BACKUP_ADMIN ON *.* TO ${account} WITH GRANT OPTION`,
    );
    await local.clone(original);
    expect(await local.grants(clone.username)).toEqual(await local.grants(original.username));
    await local.server.query(`DROP USER ${account}, ${quoted(clone.username)}`, 'SET GLOBAL partial_revokes = OFF');
  });

  test('loses a dynamic privilege that the original no longer has, although that has all privileges', async () => {
    const local = await server();
    const original = await local.user(['ALL ON *.*']);
    const clone = await local.clone(original);
    expect(await local.grants(clone.username)).toContainEqual(expect.stringContaining('BACKUP_ADMIN'));
    await local.server.query(`REVOKE BACKUP_ADMIN ON *.* FROM ${quoted(original.username)}`);
    await local.clone(original);
    expect(await local.grants(clone.username)).not.toContainEqual(expect.stringContaining('BACKUP_ADMIN'));
    expect(await local.grants(clone.username)).toEqual(await local.grants(original.username));
  });

  test('keeps the plugin of the original', async () => {
    const local = await server();
    const original = await local.user();
    await local.server.query(`ALTER USER ${quoted(original.username)} IDENTIFIED WITH sha256_password BY '${newPassword()}'`);
    const clone = await local.clone(original);
    const [{ plugin }] = await local.server.query(`SELECT plugin FROM mysql.user WHERE User = '${clone.username}'`);
    expect(plugin).toBe('sha256_password');
    await local.useTable(clone);
  });
}
