import type { DatabaseSession, Login } from '../../../../../lambda/rotation/engine/database-adapter';
import { RotationError } from '../../../../../lambda/rotation/engine/errors';
import { LocalPostgres } from '../../../../../tools/servers/local-postgres';
import { newPassword } from '../../../../../tools/servers/new-password';
import { rejection } from '../../../../support/rejection';
import { FaultProxy } from '../../../../support/servers/fault-proxy';
import { startsServers } from '../../../../support/servers/suite-servers';
import { withoutTimers } from '../../../../support/without-timers';

let database: LocalPostgres;
let proxy: FaultProxy;
let points = 0;

startsServers(async (keep) => {
  database = await keep(LocalPostgres.start());
  proxy = await keep(FaultProxy.start(database.superuser));
});

afterAll(() => void process.stderr.write(`PostgreSQL: ${points} connections cut or stalled, no login lost\n`));

afterEach(() => {
  proxy.fault = { kind: 'none' };
});

function throughProxy(login: Login): Login {
  return { ...login, port: proxy.port };
}

/** Logs in through the proxy, does the work, and says how it ended; never as a refusal of good credentials. */
async function attempt(login: Login, work: (session: DatabaseSession) => Promise<void>, timeoutMs = 2_000): Promise<RotationError | undefined> {
  try {
    await database.as(throughProxy(login), work, { timeoutMs });
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(RotationError);
    return error as RotationError;
  }
}

interface Traffic {
  /** What a login takes, in bytes of both directions. */
  readonly login: number;
  readonly whole: number;
}

async function trafficOf(login: Login, work: (session: DatabaseSession) => Promise<void>): Promise<Traffic> {
  let bytes = 0;
  await database.as(throughProxy(login), async (session) => {
    bytes = proxy.bytes;
    await work(session);
  });
  return { login: bytes, whole: proxy.bytes };
}

/** Few points in the login, which changes nothing, and many after it. */
function cutsIn({ login, whole }: Traffic, inLogin: number, afterLogin: number): number[] {
  const spread = (from: number, to: number, count: number) =>
    Array.from({ length: count }, (_, index) => Math.round(from + (to - from) * index / count));
  return [...spread(0, login, inLogin), ...spread(login, whole, afterLogin), whole];
}

/** A change may still be going on in the server when the connection is gone, so each is tried again at the end. */
async function loggingIn(candidates: readonly Login[]): Promise<Login> {
  for (const login of [...candidates, ...candidates]) {
    if (await database.logsIn(login)) return login;
  }
  throw new Error('no password logs in');
}

describe.each(['cut', 'stall'] as const)('a connection with a %s', (kind) => {
  const timeoutMs = kind === 'cut' ? 2_000 : 120;
  const counts = kind === 'cut' ? [8, 28] : [3, 7];

  test('while a user sets its own password leaves the old one or the new one, and a repetition gets there', async () => {
    let current = await database.user();
    const next = (): Login => ({ ...current, password: newPassword() });
    const traffic = await trafficOf(current, async (session) => session.setOwnPassword(current.password));
    const ends = new Set<string>();
    for (const afterBytes of cutsIn(traffic, counts[0], counts[1])) {
      const pending = next();
      proxy.fault = { kind, afterBytes };
      points++;
      const error = await attempt(current, async (session) => session.setOwnPassword(pending.password), timeoutMs);
      if (error) expect(['network', 'transient']).toContain(error.kind);
      const live = await loggingIn([pending, current]);
      ends.add(`${error ? 'failed' : 'succeeded'}, ${live === pending ? 'new' : 'old'}`);
      await database.as(live, async (session) => session.setOwnPassword(pending.password));
      expect(await database.logsIn(pending)).toBe(true);
      current = pending;
    }
    // The points lie close enough to meet the answer that is lost after the change has been made.
    if (kind === 'cut') expect([...ends]).toEqual(expect.arrayContaining(['failed, old', 'failed, new']));
  });

  test('while a user is cloned leaves the original as it is, the clone whole or missing, and a repetition gets there', async () => {
    const measured = await database.user();
    const cloning = (original: Login, password: string) => async (session: DatabaseSession) =>
      session.cloneUser(original.username, `${original.username}_clone`, password);
    const traffic = await trafficOf(database.superuser, cloning(measured, newPassword()));
    const left = new Set<string>();
    for (const afterBytes of cutsIn(traffic, 2, counts[1])) {
      const original = await database.user();
      const clone = { ...original, username: `${original.username}_clone`, password: newPassword() };
      proxy.fault = { kind, afterBytes };
      points++;
      const error = await attempt(database.superuser, cloning(original, clone.password), timeoutMs);
      left.add(`${error ? 'failed' : 'succeeded'}, ${await database.logsIn(clone) ? 'whole' : 'missing'}`);
      if (await database.logsIn(clone)) await database.useTable(clone);
      await database.useTable(original);
      await database.as(database.superuser, cloning(original, clone.password));
      await database.useTable(clone);
      await database.useTable(original);
    }
    if (kind === 'cut') expect([...left]).toEqual(expect.arrayContaining(['failed, missing', 'succeeded, whole']));
  });
});

describe('a network', () => {
  test.each([['closes each connection at once', { kind: 'refuse' }], ['swallows everything', { kind: 'blackHole' }]] as const)(
    'that %s ends the attempt in time, and nothing of it goes on', async (_, fault) => {
      proxy.fault = fault;
      expect(await rejection(database.connect(throughProxy(database.superuser), { timeoutMs: 250 }))).toMatchObject({ kind: 'network' });
      await proxy.idle();
    });

  test('that is slow is waited for', async () => {
    const login = await database.user();
    proxy.fault = { kind: 'delay', milliseconds: 15 };
    const renewed = { ...login, password: newPassword() };
    expect(await attempt(login, async (session) => session.setOwnPassword(renewed.password), 5_000)).toBeUndefined();
    expect(await database.logsIn(renewed)).toBe(true);
  });

  test('that goes away does not disturb a session until it is used', async () => {
    const session = await database.connect(throughProxy(database.superuser));
    proxy.cutAll();
    expect(await rejection(session!.probe())).toMatchObject({ kind: 'network' });
    await session!.close();
  });

  test('that stalls does not hold up the end of a session', async () => {
    const session = await database.connect(throughProxy(database.superuser));
    proxy.fault = { kind: 'stall', afterBytes: 0 };
    await session!.close();
    await proxy.idle();
  });

  test('that stalls ends a statement in time, and its session at once', async () => {
    const session = await database.connect(throughProxy(database.superuser), { timeoutMs: 2_000 });
    proxy.fault = { kind: 'stall', afterBytes: 0 };
    expect(await rejection(session!.probe())).toMatchObject({ kind: 'network', code: 'ETIMEDOUT' });
    await proxy.idle();
    await withoutTimers(async () => session!.close());
  });
});

test('no password is in the server\'s log', () => {
  const log = database.server.log();
  expect(database.passwords.length).toBeGreaterThan(20);
  expect(database.passwords.filter((password) => log.includes(password))).toEqual([]);
});
