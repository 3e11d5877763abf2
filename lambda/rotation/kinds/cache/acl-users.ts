import { asCacheUser, CacheLogin, requireDone } from './cache-login';
import { CacheUsers, hashOf, nodesIn, PasswordsToSet, usernameIn } from './cache-users';
import { Resp, RespAnswer, RespError } from './resp';
import type { CacheNode } from '../../../../src/rotation/contract/cache-users';
import type { KindContext } from '../../engine/credential-kind';
import { RotationError } from '../../engine/errors';
import { administratorIn } from '../administrator';

/**
 * Users of a Valkey or Redis of one's own, changed by an administrator, on every node: servers hand their users on to none. The
 * server gets hashes alone, of which it keeps nothing else.
 */
export class AclUsers implements CacheUsers {
  public async check(context: KindContext): Promise<void> {
    await this.onEachNode(context, async resp => requirePasswords(await resp.send('ACL', 'GETUSER', usernameIn(context))));
  }

  /** In one command a node, so that no login fails in between. At the first rotation the passwords that the user has stay beside. */
  public async setPasswords({ passwords, isFirst }: PasswordsToSet, context: KindContext): Promise<void> {
    const username = usernameIn(context);
    const rules = [...isFirst ? [] : ['resetpass'], ...passwords.map(password => `#${hashOf(password)}`)];
    await this.onEachNode(context, async (resp) => {
      requirePasswords(await resp.send('ACL', 'GETUSER', username));
      await context.requireUnchanged();
      context.budget.enter('setting the passwords of the user');
      requireDone(await resp.send('ACL', 'SETUSER', username, ...rules), 'ACL SETUSER');
      await save(resp);
    });
  }

  public async settled(): Promise<void> {}

  private async onEachNode(context: KindContext, work: (resp: Resp) => Promise<void>): Promise<void> {
    const administrator = await administratorIn(context, [usernameIn(context)]);
    for (const node of nodesIn(context)) await asAdministrator(node, administrator, context, work);
  }
}

async function asAdministrator(
  node: CacheNode, login: CacheLogin, context: KindContext, work: (resp: Resp) => Promise<void>,
): Promise<void> {
  if (await asCacheUser(node, login, context, work) !== 'refused') return;
  throw new RotationError('refused', 'the cache refuses the administrator; if its secret is being rotated, the retry of Secrets Manager '
    + 'will succeed');
}

/** SETUSER would make a user that is missing; and one that needs no password has nothing to rotate. */
function requirePasswords(answer: RespAnswer): void {
  requireDone(answer, 'ACL GETUSER');
  if (answer === null) throw new RotationError('configuration', 'the cache has no such user; create it, with its rules');
  const facts = answer as readonly RespAnswer[];
  const flags = facts[facts.indexOf('flags') + 1] as readonly RespAnswer[];
  if (!flags.includes('nopass')) return;
  throw new RotationError('configuration', 'the user of the cache needs no password; take `nopass` from its rules, or use no secret');
}

/** What is not written down is gone when the server starts again, and the older password would come back. */
async function save(resp: Resp): Promise<void> {
  const saved = await resp.send('ACL', 'SAVE');
  if (!(saved instanceof RespError) || saved.code !== 'ERR') return requireDone(saved, 'ACL SAVE');
  // There is no ACL file: users stand in the configuration file then, or in none.
  const rewritten = await resp.send('CONFIG', 'REWRITE');
  if (rewritten instanceof RespError && rewritten.code !== 'ERR') requireDone(rewritten, 'CONFIG REWRITE');
}
