import { setTimeout as sleep } from 'timers/promises';
import type { Login } from '../../../../../lambda/rotation/engine/database-adapter';
import { LocalMysql, quoted } from '../../../../../tools/servers/local-mysql';
import { newPassword } from '../../../../../tools/servers/new-password';
import { rejection } from '../../../../support/rejection';
import { withoutTimers } from '../../../../support/without-timers';

/** Gives the kind of the refusal to go from the clone back to its original, and sees that nothing has changed. */
async function refusalBackToOriginal(local: LocalMysql, clone: Login, base: Login): Promise<string | undefined> {
  const before = await local.grants(base.username);
  const failure = await rejection(local.as(local.superuser, async (session) => session.cloneUser(clone.username, base.username, newPassword())));
  expect(await local.logsIn(base)).toBe(true);
  expect(await local.grants(base.username)).toEqual(before);
  return failure.kind;
}

/** Runs the statement that the refusal tells the administrator. */
async function handOver(local: LocalMysql, username: string, { message }: Error, base = username): Promise<void> {
  const [, statement] = /: ((?:ALTER USER|CREATE ROLE) .*)$/.exec(message)!;
  await local.server.query(statement.replace('<user>_clone', `${username}_clone`).replace('<host>', '%').replace('<user>', base));
}

/** With the grants that every user of the tests has, so that nothing but the name tells it from a clone. */
async function existingClone(local: LocalMysql, original: Login): Promise<Login> {
  const standing = { ...original, username: `${original.username}_clone`, password: newPassword() };
  await local.createUser(standing.username, standing.password);
  return standing;
}

/** A user who is there already under the name of the next one, and was not made by a rotation. */
export function respectsExistingUsers(server: () => Promise<LocalMysql>): void {
  test.each(['SELECT, INSERT, DELETE ON app.ledger', 'ALL PRIVILEGES ON app.*', 'PROCESS ON *.*'])(
    'somebody who is called like the clone and may %s keeps password and grants, until handed over', async (privileges) => {
      const local = await server();
      const original = await local.user();
      const standing = await existingClone(local, original);
      await local.server.query(`GRANT ${privileges} TO ${quoted(standing.username)}`);
      const before = await local.grants(standing.username);
      const failure = await rejection(local.clone(original));
      expect(failure).toMatchObject({ kind: 'configuration', message: expect.stringContaining('nothing shows') });
      expect(failure.message).not.toContain(original.username);
      expect([await local.logsIn(standing), await local.grants(standing.username)]).toEqual([true, before]);
      await handOver(local, original.username, failure);
      const clone = await local.clone(original);
      expect(await local.grants(clone.username)).toEqual(await local.grants(original.username));
      expect(await local.logsIn(standing)).toBe(false);
      await local.useTable(clone);
    });

  test('a login with a password of the secret proves whose the user is, and goes on to when the password is lost', async () => {
    const local = await server();
    const original = await local.user();
    const standing = await existingClone(local, original);
    const asked: string[] = [];
    const next = async (proof: boolean) => local.as(local.superuser, async (session) =>
      session.cloneUser(original.username, standing.username, newPassword(), async () => Boolean(asked.push('proof') && proof)));
    expect((await rejection(next(false))).kind).toBe('configuration');
    expect(await local.logsIn(standing)).toBe(true);
    await next(true);
    await next(false);
    expect(asked).toHaveLength(2);
  });

  test('a turn back to the original is refused from somebody who is called like the clone and has the same grants, until handed over', async () => {
    const local = await server();
    const base = await local.user();
    const standing = await existingClone(local, base);
    const back = async (password: string) => local.as(local.superuser, async (session) =>
      session.cloneUser(standing.username, base.username, password));
    const failure = await rejection(back(newPassword()));
    expect(failure).toMatchObject({ kind: 'configuration', message: expect.stringContaining('nothing shows') });
    expect(await local.logsIn(base)).toBe(true);
    await handOver(local, base.username, failure);
    const renewed = { ...base, password: newPassword() };
    await back(renewed.password);
    await local.useTable(renewed);
  });

  test('the mark of another pair proves nothing', async () => {
    const local = await server();
    const [original, other] = [await local.user(), await local.user()];
    const standing = await existingClone(local, original);
    const failure = await rejection(local.clone(original));
    await handOver(local, original.username, failure, other.username);
    expect((await rejection(local.clone(original))).message).toBe(failure.message);
    expect(await local.logsIn(standing)).toBe(true);
  });

  test('a user that began under the name of the clone, and the base made for it, take turns', async () => {
    const local = await server();
    const first = await local.user();
    await local.server.query(`RENAME USER ${quoted(first.username)} TO ${quoted(`${first.username}_clone`)}`);
    const turn = async (from: string, to: string) => local.as(local.superuser, async (session) => session.cloneUser(from, to, newPassword()));
    const [base, clone] = [first.username, `${first.username}_clone`];
    for (const [from, to] of [[clone, base], [clone, base], [base, clone], [clone, base]]) await turn(from, to);
    expect(await local.grants(base)).toEqual(await local.grants(clone));
  });

  test('a superuser who made clones is cloned as others are', async () => {
    const local = await server();
    const chief = await local.user(['CREATE USER, SELECT, INSERT, DELETE ON *.*']);
    await local.server.query(`GRANT SELECT, INSERT, DELETE ON *.* TO ${quoted(chief.username)} WITH GRANT OPTION`);
    await local.clone(await local.user(), chief);
    await local.useTable(await local.clone(chief));
  });

  test('no more than the original has is left to a privileged user who is handed over', async () => {
    const local = await server();
    const original = await local.user();
    const { username: standing } = await existingClone(local, original);
    await handOver(local, original.username, await rejection(local.clone(original)));
    await local.server.query(
      'CREATE ROLE IF NOT EXISTS almighty', `GRANT almighty TO ${quoted(standing)} WITH ADMIN OPTION`,
      `GRANT ALL PRIVILEGES ON *.* TO ${quoted(standing)} WITH GRANT OPTION`, `GRANT ALL PRIVILEGES ON mysql.* TO ${quoted(standing)}`,
      `GRANT PROXY ON 'other'@'%' TO ${quoted(standing)} WITH GRANT OPTION`,
    );
    const clone = await local.clone(original);
    expect(await local.grants(clone.username)).toEqual(await local.grants(original.username));
    await local.useTable(clone);
  });

  test('all privileges with the option to grant them are given and taken', async () => {
    const local = await server();
    const original = await local.user();
    await local.server.query(`GRANT ALL PRIVILEGES ON app.* TO ${quoted(original.username)} WITH GRANT OPTION`);
    const clone = await local.clone(original);
    expect(await local.grants(clone.username)).toEqual(await local.grants(original.username));
    await local.server.query(`REVOKE ALL PRIVILEGES ON app.* FROM ${quoted(original.username)}`, `REVOKE GRANT OPTION ON app.* FROM ${quoted(original.username)}`);
    await local.clone(original);
    expect(await local.grants(clone.username)).toEqual(await local.grants(original.username));
  });

  test.each([
    ['has privileges of the server', 'GRANT PROCESS ON *.* TO'],
    ['has a grant on users', 'GRANT SELECT ON mysql.user TO'],
    ['has a role', 'GRANT almighty TO'],
    ['lacks what the current user has', 'REVOKE DELETE ON app.ledger FROM'],
  ])('from the clone, the rotation does not go back to a user who %s', async (_, statement) => {
    const local = await server();
    await local.server.query('CREATE ROLE IF NOT EXISTS almighty');
    const base = await local.user();
    const clone = await local.clone(base);
    await local.server.query(`${statement} ${quoted(base.username)}`);
    expect(await refusalBackToOriginal(local, clone, base)).toBe('configuration');
    await local.server.query(`${statement} ${quoted(clone.username)}`);
    const renewed = { ...base, password: newPassword() };
    await local.as(local.superuser, async (session) => session.cloneUser(clone.username, base.username, renewed.password));
    expect(await local.logsIn(renewed)).toBe(true);
  });

  test('the rotation does not go back from a user without grants, nor to a user of other hosts', async () => {
    const local = await server();
    const [base, elsewhere] = [await local.user(), await local.user()];
    const names = [base, elsewhere].map(({ username }) => `${username}_clone`);
    await local.server.query(
      `CREATE USER ${quoted(names[0])} IDENTIFIED BY '${newPassword()}'`, `CREATE USER ${quoted(names[1], '10.%')} IDENTIFIED BY '${newPassword()}'`,
      `GRANT SELECT, INSERT, DELETE ON app.ledger TO ${quoted(names[1], '10.%')}`,
    );
    expect(await refusalBackToOriginal(local, { ...base, username: names[0] }, base)).toBe('configuration');
    expect(await refusalBackToOriginal(local, { ...elsewhere, username: names[1] }, elsewhere)).toBe('configuration');
  });

  test('a user who does not log in with a password is no clone and stays what it is', async () => {
    const local = await server();
    const original = await local.user();
    const standing = quoted(`${original.username}_clone`);
    await local.server.query(
      `CREATE USER ${standing} ${local.isMariadb ? 'IDENTIFIED VIA unix_socket' : ''}`, `GRANT PROCESS ON *.* TO ${standing}`,
    );
    // As on RDS, where IAM lets it in; the plugin is not at hand elsewhere.
    if (!local.isMariadb) {
      await local.server.query(`UPDATE mysql.user SET plugin = 'AWSAuthenticationPlugin' WHERE User = '${original.username}_clone'`, 'FLUSH PRIVILEGES');
    }
    const before = await local.grants(`${original.username}_clone`);
    expect((await rejection(local.clone(original))).kind).toBe('configuration');
    expect(await local.grants(`${original.username}_clone`)).toEqual(before);
  });

  test('the superuser is nobody\'s clone, in either direction', async () => {
    const local = await server();
    const superuser = { ...await local.user(['ALL PRIVILEGES ON *.*']), username: 'chief_clone' };
    await local.createUser('chief_clone', superuser.password);
    await local.createUser('chief', newPassword());
    await local.server.query(`GRANT ALL PRIVILEGES ON *.* TO ${quoted('chief_clone')} WITH GRANT OPTION`);
    expect((await rejection(local.clone({ ...superuser, username: 'chief' }, superuser))).kind).toBe('configuration');
    const back = local.as(local.superuser, async (session) => session.cloneUser(`${local.superuser.username}_clone`, local.superuser.username, newPassword()));
    expect((await rejection(back)).message).toContain('superuser itself');
    expect([await local.logsIn(superuser), await local.logsIn(local.superuser)]).toEqual([true, true]);
  });

  test('a session that is closed while it waits goes on with nothing', async () => {
    const local = await server();
    const original = await local.user();
    const clone = { ...original, username: `${original.username}_clone` };
    const other = await local.connect(local.superuser);
    // Holds up every change of a user.
    await local.server.whileHeld('LOCK TABLES mysql.user READ', async () => {
      const work = rejection(other!.cloneUser(original.username, clone.username, newPassword()));
      await sleep(300);
      await withoutTimers(async () => other!.close());
      expect((await work).kind).toBe('network');
    });
    await local.idle();
    expect(await local.grants(clone.username).catch(() => [])).not.toContainEqual(expect.stringContaining('ledger'));
    await local.useTable(await local.clone(original));
  });
}
