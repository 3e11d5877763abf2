import { setTimeout as sleep } from 'timers/promises';
import { Client } from 'pg';
import type { DatabaseSession, Login } from '../../../../../lambda/rotation/engine/database-adapter';
import { LocalPostgres } from '../../../../../tools/servers/local-postgres';
import { newPassword } from '../../../../../tools/servers/new-password';
import { postgresReleases } from '../../../../../tools/servers/postgres-releases';
import { rejection } from '../../../../support/rejection';
import { startsServers } from '../../../../support/servers/suite-servers';
import { withoutTimers } from '../../../../support/without-timers';

/** Enough for a login on a busy machine. */
const TIMEOUT_MS = 2_500;

describe.each(postgresReleases())('$title: a session whose time is over', (release) => {
  let database: LocalPostgres;
  startsServers(async (keep) => {
    database = await keep(LocalPostgres.start({ release }));
  });
  afterEach(() => jest.restoreAllMocks());

  testClose(() => database);
  testTimeout(() => database);
  testFreeze(() => database);
});

interface Turn {
  readonly before: Login;
  readonly after: Login;
}

/** A clone that exists, and the password that it is to have next. */
async function turnOf(database: LocalPostgres): Promise<Turn> {
  const before = await database.clone(await database.user());
  return { before, after: { ...before, password: newPassword() } };
}

async function change(session: DatabaseSession, { after }: Turn): Promise<void> {
  await session.cloneUser(after.username.slice(0, -'_clone'.length), after.username, after.password);
}

async function expectUnchanged(database: LocalPostgres, { before, after }: Turn): Promise<void> {
  jest.restoreAllMocks();
  await database.idle();
  expect([await database.logsIn(before), await database.logsIn(after)]).toEqual([true, false]);
}

/** Does `work` while another session has changed the user and not yet ended its transaction, and then ends it. */
async function whileChanged(database: LocalPostgres, { before }: Turn, end: 'COMMIT' | 'ROLLBACK', work: () => Promise<void>): Promise<void> {
  const other = database.server.client(database.superuser);
  await other.connect();
  try {
    await other.query('BEGIN');
    await other.query(`ALTER ROLE ${before.username} CONNECTION LIMIT 7`);
    await work();
    await other.query(end);
  } finally {
    await other.end();
  }
}

interface Interruption {
  readonly at: RegExp;
  readonly before?: () => void;
  readonly after?: () => void | Promise<void>;
}

/** Interrupts the driver before it sends such a statement, or after the answer, and lists all that it sends. */
function interrupt({ at, before, after }: Interruption): string[] {
  const statements: string[] = [];
  const send = Client.prototype.query as (...args: unknown[]) => unknown;
  jest.spyOn(Client.prototype, 'query').mockImplementation(async function (this: Client, ...args: unknown[]): Promise<unknown> {
    const sql = String(args[0]);
    statements.push(sql);
    if (at.test(sql)) before?.();
    const answer = await send.apply(this, args);
    if (at.test(sql)) await after?.();
    return answer;
  } as never);
  return statements;
}

/** As Lambda does with a function between two events: nothing runs, and the time goes on. */
function freeze(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

function testClose(get: () => LocalPostgres): void {
  test('is cut off at once while a statement is running, and nothing of its transaction stays', async () => {
    const database = get();
    const turn = await turnOf(database);
    await whileChanged(database, turn, 'ROLLBACK', async () => {
      const session = await database.connect(database.superuser);
      const work = rejection(change(session!, turn));
      await database.blocked();
      await withoutTimers(async () => session!.close());
      expect(await work).toMatchObject({ kind: 'network' });
    });
    await expectUnchanged(database, turn);
  });

  test('makes no other attempt when it is closed between two', async () => {
    const database = get();
    const turn = await turnOf(database);
    const session = await database.connect(database.superuser);
    let work: Promise<Error> | undefined;
    const statements = interrupt({ at: /^ROLLBACK$/, after: async () => session!.close() });
    await whileChanged(database, turn, 'COMMIT', async () => {
      work = rejection(change(session!, turn));
      await database.blocked();
    });
    expect(await work).toMatchObject({ kind: 'network' });
    expect(statements.filter((sql) => sql.startsWith(`ALTER ROLE "${turn.after.username}" LOGIN`))).toHaveLength(1);
    await expectUnchanged(database, turn);
  });
}

/** Changes the password in a session with little time, which fails, and gives the failure. */
async function failureOf(database: LocalPostgres, turn: Turn): Promise<Error> {
  return rejection(database.as(database.superuser, async (session) => change(session, turn), { timeoutMs: TIMEOUT_MS }));
}

function testTimeout(get: () => LocalPostgres): void {
  test('has one time for all of its statements together', async () => {
    const database = get();
    const turn = await turnOf(database);
    // Each of them alone would be in time.
    interrupt({ at: /^/, after: async () => sleep(TIMEOUT_MS / 4) });
    expect(await failureOf(database, turn)).toMatchObject({ kind: 'network', code: 'ETIMEDOUT' });
    await expectUnchanged(database, turn);
  });
}

function testFreeze(get: () => LocalPostgres): void {
  const sleepOn = () => freeze(TIMEOUT_MS + 50);

  test('sends nothing more when the function was frozen in the middle of the transaction and runs again', async () => {
    const database = get();
    const turn = await turnOf(database);
    const statements = interrupt({ at: /^ALTER ROLE .* PASSWORD/, after: sleepOn });
    expect(await failureOf(database, turn)).toMatchObject({ kind: 'network', code: 'ETIMEDOUT' });
    expect(statements.at(-1)).toMatch(/^ALTER ROLE .* PASSWORD/);
    await expectUnchanged(database, turn);
  });

  test('finds its transaction ended by the server when the function was frozen before the last statement', async () => {
    const database = get();
    const turn = await turnOf(database);
    interrupt({ at: /^COMMIT$/, before: sleepOn });
    expect(['network', 'transient']).toContain((await failureOf(database, turn) as { kind?: string }).kind);
    await expectUnchanged(database, turn);
  });
}
