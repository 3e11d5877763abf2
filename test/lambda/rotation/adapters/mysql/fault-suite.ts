import type { DatabaseSession, Login } from '../../../../../lambda/rotation/engine/database-adapter';
import { RotationError } from '../../../../../lambda/rotation/engine/errors';
import type { LocalDatabase } from '../../../../../tools/servers/local-database';
import { newPassword } from '../../../../../tools/servers/new-password';
import { rejection } from '../../../../support/rejection';
import { Fault, FaultProxy } from '../../../../support/servers/fault-proxy';
import { startsServers } from '../../../../support/servers/suite-servers';

/** Places in the conversation that are tried, spread over all of its bytes. */
const CUTS = 40;

/** So many of a whole suite: of a user's own password, and of a clone. */
export const CUTS_OF_SUITE = 2 * CUTS;

/** A server that can be asked whether it is at rest. */
export interface ServerAtRest extends LocalDatabase {
  /** Waits until nothing is going on. */
  idle(): Promise<void>;
  /** Drops the clone, if there is one. */
  forgetClone(original: Login): Promise<void>;
}

/** What a connection that breaks leaves behind, wherever it breaks. */
export function survivesCuts(server: () => Promise<ServerAtRest>): void {
  let proxy: FaultProxy;
  startsServers(async (keep) => {
    proxy = await keep(FaultProxy.start({ port: (await server()).superuser.port }));
  });
  beforeEach(() => {
    proxy.fault = { kind: 'none' };
  });

  /** Works through the proxy; gives what was thrown, or nothing. */
  const through = async (login: Login, work: (session: DatabaseSession) => Promise<void>): Promise<RotationError | undefined> => {
    const local = await server();
    return local.as({ ...login, port: proxy.port }, work).then(() => undefined, (reason) => reason);
  };

  test.each(['setOwnPassword', 'cloneUser'] as const)('cut anywhere during %s, a repetition ends well', async (method) => {
    const local = await server();
    const original = await local.user();
    const user = method === 'cloneUser' ? local.superuser : original;
    const apply = (password: string) => async (session: DatabaseSession) =>
      method === 'cloneUser' ? session.cloneUser(original.username, `${original.username}_clone`, password) : session.setOwnPassword(password);
    let login = original;
    const target = () => ({ ...login, username: method === 'cloneUser' ? `${original.username}_clone` : original.username });

    const first = newPassword();
    expect(await through(user, apply(first))).toBeUndefined();
    if (method === 'setOwnPassword') login = { ...login, password: first };
    const total = proxy.bytes;
    const ends = { broken: 0, done: 0 };
    for (let cut = 0; cut < CUTS; cut++) {
      // The clone is made anew each time, which is the longer way.
      if (method === 'cloneUser') await local.forgetClone(original);
      proxy.fault = { kind: 'cut', afterBytes: Math.floor((total * (cut + 1)) / CUTS) };
      const next = { ...target(), password: newPassword() };
      const failure = await through(method === 'cloneUser' ? user : login, apply(next.password));
      if (failure) expect([cut, failure.kind]).toEqual([cut, 'network']);
      ends[failure ? 'broken' : 'done'] += 1;
      // The server may still be at the last statement that it got.
      await local.idle();
      if (await local.logsIn(next)) {
        await local.useTable(next);
      } else {
        expect(await local.logsIn(login)).toBe(true);
        await local.as(method === 'cloneUser' ? user : login, apply(next.password));
        await local.useTable(next);
      }
      if (method === 'setOwnPassword') login = next;
    }
    expect(ends.broken).toBeGreaterThan(CUTS / 2);
  });

  test.each([
    ['refuse', () => ({ kind: 'refuse' })],
    ['never answer', () => ({ kind: 'blackHole' })],
    ['fall silent during the handshake', (bytes) => ({ kind: 'stall', afterBytes: Math.floor(bytes / 4) })],
    ['fall silent during the login', (bytes) => ({ kind: 'stall', afterBytes: bytes - 10 })],
  ] as [string, (bytes: number) => Fault][])('a server behind which connections %s is a matter of the network, told in time', async (_, faultOf) => {
    const local = await server();
    const login = { ...local.superuser, port: proxy.port };
    const session = await local.connect(login);
    const { bytes } = proxy;
    await session!.close();
    proxy.fault = faultOf(bytes);
    const failure = await rejection(local.connect(login, { timeoutMs: 400 }));
    expect(failure.kind).toBe('network');
  });

  test('a session whose connection falls silent or is cut ends its statement in time', async () => {
    const local = await server();
    const session = await local.connect({ ...local.superuser, port: proxy.port }, { timeoutMs: 5_000 });
    proxy.cutAll();
    expect((await rejection(session!.probe())).kind).toBe('network');
    expect((await rejection(session!.setOwnPassword(newPassword()))).kind).toBe('network');
    await session!.close();
  });
}
