import { Resp, RespAnswer, RespError } from './resp';
import type { CacheNode } from '../../../../src/rotation/contract/cache-users';
import type { KindContext } from '../../engine/credential-kind';
import { RotationError, RotationErrorKind } from '../../engine/errors';
import { REMEDIES } from '../../engine/remedies';
import { overTls } from '../tls-connection';

export interface CacheLogin {
  readonly username: string;
  readonly password: string;
}

const TITLE = 'cache';

/** Codes of the server, and what an operator would do about each. */
const FAILURES: Readonly<Record<string, [kind: RotationErrorKind, explanation: string]>> = {
  NOPERM: ['configuration', 'is not permitted to the user; give the administrator ACL SETUSER, ACL GETUSER and ACL SAVE'],
  LOADING: ['transient', `is refused while the cache loads its data; ${REMEDIES.transient}`],
  BUSY: ['transient', `is refused while a script runs; ${REMEDIES.transient}`],
  READONLY: ['readOnly', `is refused by a replica; ${REMEDIES.readOnly}`],
  DENIED: ['configuration', 'is refused in protected mode; give the cache a password, or switch protected mode off'],
};

/** A login over verified TLS. `refused` when, and only when, the server refuses the credentials. */
export async function asCacheUser<T>(
  node: CacheNode, login: CacheLogin, context: KindContext, work: (resp: Resp) => Promise<T>,
): Promise<T | 'refused'> {
  const { settings: { ca, serverName }, budget } = context;
  const server = { ...node, ca, serverName, title: TITLE, timeoutMs: budget.attempt('logging in to the cache') };
  return overTls(server, async (socket) => {
    const resp = new Resp(socket, server);
    const answer = await resp.send('AUTH', login.username, login.password);
    if (answer instanceof RespError && answer.code === 'WRONGPASS') return 'refused';
    requireDone(answer, 'logging in');
    return work(resp);
  });
}

export async function logsIn(node: CacheNode, login: CacheLogin, context: KindContext): Promise<boolean> {
  return await asCacheUser(node, login, context, async () => undefined) !== 'refused';
}

/** Fails on an error that the server answers with. */
export function requireDone(answer: RespAnswer, activity: string): void {
  if (!(answer instanceof RespError)) return;
  const { code } = answer;
  const [kind, explanation] = FAILURES[code] ?? ['configuration', 'fails at the cache; check that it is Valkey, or Redis 6 or newer'];
  throw new RotationError(kind, `${activity} ${explanation}`, code);
}
