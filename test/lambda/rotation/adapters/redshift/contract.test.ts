import { createHash } from 'crypto';
import type { DatabaseSession, Login } from '../../../../../lambda/rotation/engine/database-adapter';
import { newPassword } from '../../../../../tools/servers/new-password';
import { RedshiftStandIn } from '../../../../../tools/servers/redshift-stand-in';
import { rejection } from '../../../../support/rejection';
import { passesAdapterContract } from '../../../../support/rotation/adapter-contract';
import { MODEL_TIMEOUT_MS, runModel, sentenceOf } from '../../../../support/rotation/model';
import { startsServers } from '../../../../support/servers/suite-servers';

let standIn: RedshiftStandIn;
startsServers(async (keep) => {
  standIn = await keep(RedshiftStandIn.start());
});

passesAdapterContract('Amazon Redshift', async () => ({
  adapter: standIn.adapter,
  superuser: standIn.superuser,
  options: standIn.options,
  createUser: async (username, password) => standIn.createUser(username, password),
  useTable: async (login) => standIn.useTable(login),
  product: async () => standIn.product(),
  serverLog: async () => standIn.serverLog(),
  stop: async () => undefined,
}), { alternates: false });

test.each(['singleUser', 'superuserSets'] as const)('Amazon Redshift survives every crash, duplicate, overlap and change by hand: %s', async (strategy) => {
  const figures = await runModel({ strategy, adapter: standIn.adapter, makeDatabase: async () => standIn, runs: 2, maxEvents: 8 });
  process.stdout.write(`${sentenceOf('PostgreSQL in place of Amazon Redshift', figures)}\n`);
  expect(figures.faultPoints).toBeGreaterThan(40);
}, MODEL_TIMEOUT_MS);

async function user(): Promise<Login> {
  const login = { ...standIn.superuser, username: `u${newPassword().slice(-8).toLowerCase()}`, password: newPassword() };
  await standIn.createUser(login.username, login.password);
  return login;
}

async function as(login: Login, work: (session: DatabaseSession) => Promise<void>): Promise<void> {
  const session = await standIn.adapter.connect(login, standIn.options);
  try {
    await work(session!);
  } finally {
    await session!.close();
  }
}

/** What the server was told while the work was done. */
async function statementsOf(work: () => Promise<void>): Promise<string[]> {
  const since = standIn.server.log().length;
  await work();
  return [...standIn.server.log().slice(since).matchAll(/(?:statement|execute [^:]*): (.*)/g)].map(([, statement]) => statement);
}

function md5(password: string, username: string): string {
  return `md5${createHash('md5').update(password + username).digest('hex')}`;
}

describe('the statements that Amazon Redshift gets are', () => {
  test('of a user who changes its own password: two, and none asks a catalogue', async () => {
    const login = await user();
    const password = newPassword();
    expect(await statementsOf(async () => as(login, async (session) => session.setOwnPassword(password)))).toEqual([
      'SET statement_timeout TO 4000', `ALTER USER "${login.username}" PASSWORD '${md5(password, login.username)}'`,
    ]);
  });

  test('of a superuser: the same', async () => {
    const { username } = await user();
    const password = newPassword();
    expect(await statementsOf(async () => as(standIn.superuser, async (session) => session.setPasswordOf(username, password)))).toEqual([
      'SET statement_timeout TO 4000', `ALTER USER "${username}" PASSWORD '${md5(password, username)}'`,
    ]);
  });

  test('of a trial: one', async () => {
    const login = await user();
    expect(await statementsOf(async () => as(login, async (session) => session.probe()))).toEqual(['SELECT 1']);
  });

  test('of what the service cannot do, or this function does not: none', async () => {
    const login = await user();
    expect(await statementsOf(async () => as(login, async (session) => {
      for (const work of [
        session.cloneUser(login.username, 'other', newPassword()), session.setOwnPasswordRetainingCurrent(newPassword()),
        session.ensureUser({ username: 'other', owner: 'nobody' }, true), session.ownsUser({ username: 'other', owner: 'nobody' }),
        session.databasesFor('other', []), session.setGrants('other', []), session.setPassword('other', newPassword()),
        session.dropUser({ username: 'other', owner: 'nobody' }),
      ]) expect(await rejection(work)).toMatchObject({ kind: 'configuration', message: expect.stringMatching(/Amazon Redshift.*; /) });
    }))).toEqual([]);
  });
});

test('the stand-in denies its catalogue, so that a statement which asks it would be seen', async () => {
  const login = await user();
  for (const name of [login, standIn.superuser]) {
    await expect(standIn.server.queryAs(name, 'SELECT 1 FROM pg_catalog.pg_roles')).rejects.toMatchObject({ code: '42501' });
    await expect(standIn.server.queryAs(name, 'SELECT pg_catalog.set_config(\'statement_timeout\', \'1\', false)')).rejects.toMatchObject({ code: '42501' });
  }
});
