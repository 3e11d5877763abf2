import type { Document } from 'bson';
import type { Login } from '../../../../../lambda/rotation/engine/database-adapter';
import type { Account, RoleDocument } from '../../../../../tools/servers/mongod/accounts';
import { FakeMongod } from '../../../../../tools/servers/mongod/fake-mongod';
import { newPassword } from '../../../../../tools/servers/new-password';
import { rejection } from '../../../../support/rejection';
import { startsServers } from '../../../../support/servers/suite-servers';

// What FerretDB has not: roles, mechanisms, restrictions and data of users, and who may change what. The server stands in for MongoDB.

let server: FakeMongod;
let names = 0;

startsServers(async (keep) => {
  server = await keep(FakeMongod.start());
});

afterEach(() => {
  server.instead = undefined;
});

const READ: RoleDocument = { role: 'read', db: 'shop' };
const READ_WRITE: RoleDocument = { role: 'readWrite', db: 'shop' };
const RESTRICTED = { authenticationRestrictions: [{ clientSource: ['10.0.0.0/16'] }], customData: { team: 'shop' }, mechanisms: ['SCRAM-SHA-256'] };

function made(roles: RoleDocument[], further: Document = {}, database = 'admin'): Login {
  const login = { ...server.superuser, database, username: `u${++names}`, password: newPassword() };
  server.make(login.username, login.password, roles, further, database);
  return login;
}

function account({ username, database }: Login): Account {
  return server.commands.accounts.find(database!, username)!;
}

function cloneOf(login: Login): Login {
  return { ...login, username: `${login.username}_clone`, password: newPassword() };
}

/** As the superuser, who is of `admin`. */
async function clone(original: Login, other: Login, proof?: () => Promise<boolean>): Promise<void> {
  await server.as({ ...server.superuser, usersDatabase: other.database }, async (session) =>
    session.cloneUser(original.username, other.username, other.password, proof));
}

/** What a clone has of its original. */
function likeness(login: Login): unknown {
  const { roles, mechanisms, authenticationRestrictions, customData } = account(login);
  return { roles, mechanisms, authenticationRestrictions, customData };
}

describe('a single user', () => {
  test('that may not change its own password hears what it lacks, and keeps the one that it has', async () => {
    const login = made([READ_WRITE]);
    const error = await rejection(server.as(login, async (session) => session.setOwnPassword(newPassword())));
    expect(error).toMatchObject({ kind: 'configuration', code: '13', message: expect.stringMatching(/grant it a role with the action changeOwnPassword .* choose the strategy superuserSets/) });
    expect(await server.logsIn(login)).toBe(true);
  });

  test.each([['SCRAM-SHA-1'], ['SCRAM-SHA-256']])('that logs in by %s alone does so afterwards', async (mechanism) => {
    const login = made([READ, { role: 'changeOwnPassword', db: 'admin' }], { mechanisms: [mechanism] });
    const renewed = { ...login, password: newPassword() };
    await server.as(login, async (session) => session.setOwnPassword(renewed.password));
    expect([account(login).mechanisms, await server.logsIn(renewed)]).toEqual([[mechanism], true]);
    await server.useTable({ ...server.superuser });
  });

  test('of a database of its own is not the one of that name in another', async () => {
    const own = made([{ role: 'userAdmin', db: 'orders' }], {}, 'orders');
    server.make(own.username, newPassword(), [READ]);
    const inAdmin = account({ ...own, database: 'admin' }).credentials;
    const renewed = { ...own, password: newPassword() };
    await server.as(own, async (session) => session.setOwnPassword(renewed.password));
    expect(await server.logsIn(renewed)).toBe(true);
    expect(account({ ...own, database: 'admin' }).credentials).toBe(inAdmin);
  });

  test.each(['$external', 'a.b', 'a b', '', 'x'.repeat(64), '$cmd', 'a\0b'])('of the database %j is refused before anything is said', async (database) => {
    const said = server.seen.length;
    expect(await rejection(server.connect({ ...server.superuser, database }))).toMatchObject({ kind: 'configuration' });
    expect(server.seen).toHaveLength(said);
  });
});

describe('the clone of a user', () => {
  test('has roles, mechanisms, restrictions and data of its original, in the same command as its password', async () => {
    const original = made([READ_WRITE, { role: 'reporting', db: 'admin' }], RESTRICTED);
    const other = cloneOf(original);
    await clone(original, other);
    expect(likeness(other)).toEqual(likeness(original));
    expect(server.seen.filter(({ createUser }) => createUser === other.username)).toEqual([expect.objectContaining({ pwd: 'xxx', roles: account(original).roles })]);
    expect(await server.logsIn(other)).toBe(true);
  });

  test('is brought up to date at its next turn, and loses what it was given besides', async () => {
    const original = made([READ_WRITE], RESTRICTED);
    const other = cloneOf(original);
    await clone(original, other);
    server.commands.accounts.update('admin', original.username, { roles: [READ], customData: { team: 'other' }, authenticationRestrictions: [] });
    server.commands.accounts.update('admin', other.username, { roles: [READ_WRITE, { role: 'root', db: 'admin' }] });
    const again = cloneOf(original);
    await clone(original, again);
    expect(likeness(other)).toEqual(likeness(original));
    expect([await server.logsIn(other), await server.logsIn(again)]).toEqual([false, true]);
  });

  test('gives its original a password and nothing else', async () => {
    const original = made([READ]);
    const other = cloneOf(original);
    await clone(original, other);
    server.commands.accounts.update('admin', other.username, { roles: [READ_WRITE] });
    server.commands.accounts.update('admin', original.username, { roles: [{ role: 'dbAdmin', db: 'shop' }] });
    const renewed = { ...original, password: newPassword() };
    await clone(other, renewed);
    expect(account(original).roles).toEqual([{ role: 'dbAdmin', db: 'shop' }]);
    expect([await server.logsIn(original), await server.logsIn(renewed)]).toEqual([false, true]);
  });

  test('whose original has become an administrator does not set its password', async () => {
    const original = made([READ]);
    const other = cloneOf(original);
    await clone(original, other);
    server.commands.accounts.update('admin', original.username, { roles: [READ, { role: 'userAdminAnyDatabase', db: 'admin' }] });
    expect(await rejection(clone(other, { ...original, password: newPassword() }))).toMatchObject({ message: expect.stringContaining('if they belong together, give both') });
    expect(await server.logsIn(original)).toBe(true);
  });

  test('in another database than that of the superuser is of that database', async () => {
    const original = made([{ role: 'readWrite', db: 'orders' }], {}, 'orders');
    const other = cloneOf(original);
    await clone(original, other);
    expect([await server.logsIn(other), server.commands.accounts.find('admin', other.username)]).toEqual([true, undefined]);
  });
});

describe('a user who is there already under the name of the other', () => {
  function strangers(): [Login, Login] {
    const original = made([READ]);
    const stranger = cloneOf(original);
    server.make(stranger.username, stranger.password, [READ_WRITE]);
    return [original, stranger];
  }

  test('is refused, and keeps password and roles', async () => {
    const [original, stranger] = strangers();
    const error = await rejection(clone(original, { ...stranger, password: newPassword() }));
    expect(error).toMatchObject({ kind: 'configuration', message: expect.stringContaining('nothing shows that the two belong together') });
    expect((error as Error).message).not.toContain(original.username);
    expect([account(stranger).roles, await server.logsIn(stranger)]).toEqual([[READ_WRITE], true]);
  });

  test('is refused on the way back, too', async () => {
    const [original, stranger] = strangers();
    await rejection(clone(stranger, { ...original, password: newPassword() }));
    expect(await server.logsIn(original)).toBe(true);
  });

  test('is taken over with a password that the secret holds for it, asked for once, and from then on without', async () => {
    const [original, stranger] = strangers();
    let asked = 0;
    const proof = async () => {
      asked++;
      return true;
    };
    await clone(original, { ...stranger, password: newPassword() }, proof);
    await clone(original, { ...stranger, password: newPassword() }, proof);
    expect([asked, account(stranger).roles]).toEqual([1, [READ]]);
  });

  test('is taken over when an administrator has written it down, as the error says', async () => {
    const [original, stranger] = strangers();
    const { message } = await rejection(clone(original, { ...stranger, password: newPassword() })) as Error;
    const [, database, collection] = /in the database (\w+): db\.(\w+)\.updateOne/.exec(message)!;
    server.commands.run({ account: { db: 'admin', user: 'superuser' } }, {
      update: collection, $db: database, updates: [{ q: { _id: `admin.${stranger.username}` }, u: { $set: { cloneOf: original.username } }, upsert: true }],
    });
    await clone(original, { ...stranger, password: newPassword() });
    expect(account(stranger).roles).toEqual([READ]);
  });

  test('is never the superuser', async () => {
    const superuser = made([{ role: 'root', db: 'admin' }], { customData: {} });
    const original = { ...superuser, username: `${superuser.username}_clone` };
    server.make(original.username, newPassword(), [READ]);
    const work = server.as(superuser, async (session) => session.cloneUser(original.username, superuser.username, newPassword(), async () => true));
    expect(await rejection(work)).toMatchObject({ message: expect.stringContaining('is the superuser itself') });
    expect(await server.logsIn(superuser)).toBe(true);
  });
});

describe('a superuser', () => {
  test('that may not write down whom it makes hears what it lacks, and makes nobody', async () => {
    const superuser = made([{ role: 'userAdminAnyDatabase', db: 'admin' }]);
    const original = made([READ]);
    const work = server.as(superuser, async (session) => session.cloneUser(original.username, `${original.username}_clone`, newPassword()));
    expect(await rejection(work)).toMatchObject({ kind: 'configuration', message: expect.stringContaining('the role readWrite on the database cdk_managed_secrets') });
    expect(server.commands.accounts.find('admin', `${original.username}_clone`)).toBeUndefined();
  });

  test('that may write there and administer users is enough', async () => {
    const superuser = made([{ role: 'userAdminAnyDatabase', db: 'admin' }, { role: 'readWrite', db: 'cdk_managed_secrets' }]);
    const original = made([READ]);
    await server.as(superuser, async (session) => session.cloneUser(original.username, `${original.username}_clone`, newPassword()));
    expect(account(cloneOf(original)).roles).toEqual([READ]);
  });
});

describe('what the server answers', () => {
  test.each<[number, string]>([
    [10107, 'readOnly'], [13435, 'readOnly'], [91, 'transient'], [189, 'transient'], [50, 'transient'], [112, 'transient'], [2, 'configuration'], [8000, 'configuration'],
  ])('with the code %i is a matter of its kind, and its text is not told', async (code, kind) => {
    const login = made([{ role: 'changeOwnPassword', db: 'admin' }]);
    const renewed = newPassword();
    server.instead = ({ document }) => 'updateUser' in document ? { ok: 0, code, errmsg: `bad ${JSON.stringify(document)}` } : 'server';
    const error = await rejection(server.as(login, async (session) => session.setOwnPassword(renewed)));
    expect(error).toMatchObject({ kind, code: String(code) });
    expect(`${JSON.stringify(error)} ${(error as Error).stack}`).not.toContain(renewed);
  });

  test.each<[string, Document]>([
    ['users that are none', { ok: 1, users: 'all' }],
    ['roles that are none', { ok: 1, users: [{ user: 'u', db: 'admin', roles: [{ role: { $gt: '' }, db: 'admin' }] }] }],
  ])('with %s is not believed', async (_, answer) => {
    const users = (answer.users as Document[]);
    server.instead = ({ document }) => 'usersInfo' in document
      ? { ...answer, ...Array.isArray(users) && { users: [{ ...users[0], user: document.usersInfo.user }] } } : 'server';
    const original = made([READ]);
    expect(await rejection(clone(original, cloneOf(original)))).toMatchObject({ kind: 'configuration', message: expect.stringContaining('an answer that the rotation does not know') });
  });

  test('never ends the change in time', async () => {
    const login = made([{ role: 'changeOwnPassword', db: 'admin' }]);
    server.instead = ({ document }) => 'updateUser' in document ? 'silence' : 'server';
    const work = server.as(login, async (session) => session.setOwnPassword(newPassword()), { timeoutMs: 300 });
    expect(await rejection(work)).toMatchObject({ kind: 'network', code: 'ETIMEDOUT' });
  });
});
