import { LocalMysql, quoted } from '../../../../../tools/servers/local-mysql';
import { newPassword } from '../../../../../tools/servers/new-password';
import { rejection } from '../../../../support/rejection';

const SPECIFIC = '127.0.0.%';

/** What a superuser sets, where one user name has several accounts, which may be those of different people. */
export function setsPasswordOfOneAccount(server: () => Promise<LocalMysql>): void {
  async function twoAccounts() {
    const local = await server();
    const anywhere = await local.user();
    const here = { ...anywhere, password: newPassword() };
    await local.server.query(`CREATE USER ${quoted(here.username, SPECIFIC)} IDENTIFIED BY '${here.password}'`);
    /** Whether the account that clients from elsewhere get has this password. */
    const logsInFromElsewhere = async (password: string) => {
      await local.server.query(`DROP USER ${quoted(here.username, SPECIFIC)}`);
      return local.logsIn({ ...anywhere, password });
    };
    return { local, anywhere, here, logsInFromElsewhere };
  }

  test('only the account that logged in gets the password; one of another host part keeps its own', async () => {
    const { local, anywhere, here, logsInFromElsewhere } = await twoAccounts();
    const account = await local.as(here, async (session) => session.account!());
    expect(account).toBe(`${here.username}@${SPECIFIC}`);
    const renewed = { ...here, password: newPassword() };
    await local.as(local.superuser, async (session) => session.setPasswordOf(here.username, renewed.password, account));
    expect([await local.logsIn(renewed), await local.logsIn(here)]).toEqual([true, false]);
    expect(await logsInFromElsewhere(anywhere.password)).toBe(true);
  });

  test('an account that is gone, or of another name, is refused, and no other one takes its place', async () => {
    const { local, anywhere, here } = await twoAccounts();
    for (const account of [`${here.username}@10.%`, `x@${SPECIFIC}`, `@${SPECIFIC}`, '']) {
      const set = local.as(local.superuser, async (session) => session.setPasswordOf(here.username, newPassword(), account));
      expect(await rejection(set)).toMatchObject({ kind: 'configuration', message: expect.stringContaining('does not log in with a password') });
    }
    expect(await local.logsIn(here)).toBe(true);
    await local.server.query(`DROP USER ${quoted(here.username, SPECIFIC)}`);
    expect(await local.logsIn(anywhere)).toBe(true);
  });

  test('a password that has expired is set where the name has one account, and refused where it has several', async () => {
    const { local, anywhere, here } = await twoAccounts();
    await local.server.query(`ALTER USER ${quoted(here.username, SPECIFIC)} PASSWORD EXPIRE`);
    const account = await local.as(here, async (session) => session.account!());
    expect(account).toBeUndefined();
    const set = async (password: string) => local.as(local.superuser, async (session) => session.setPasswordOf(here.username, password, account));
    expect(await rejection(set(newPassword()))).toMatchObject({ kind: 'configuration', message: expect.stringContaining('has several accounts') });
    await local.server.query(`DROP USER ${quoted(here.username, SPECIFIC)}`, `ALTER USER ${quoted(here.username)} PASSWORD EXPIRE`);
    const renewed = { ...anywhere, password: newPassword() };
    await set(renewed.password);
    await local.useTable(renewed);
  });
}
