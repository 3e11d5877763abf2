import { CacheLogin, logsIn } from './cache-login';
import { CacheUsers, hashOf, nodesIn, usernameIn } from './cache-users';
import { CACHE_PASSWORD, CACHE_PASSWORDS } from '../../../../src/rotation/contract/cache-users';
import type { CredentialKind, KindContext } from '../../engine/credential-kind';
import { RotationError } from '../../engine/errors';
import { textsIn } from '../json-value';

/** The value of the secret. Host and port are there after the first rotation. */
export interface CacheUserValue extends CacheLogin {
  readonly host?: string;
  readonly port?: number;
}

/** The password of a user of Valkey or Redis. The older one works until the next rotation. */
export class CacheUserKind implements CredentialKind<CacheUserValue> {
  public readonly slots = CACHE_PASSWORDS;
  public readonly createsOutside = false;
  public readonly looksBeforeEffect = true;

  constructor(public readonly name: string, private readonly users: CacheUsers) {}

  public parse(text: string, which: string): CacheUserValue {
    return textsIn(text, which, ['username', 'password']);
  }

  public format({ username, password, host, port }: CacheUserValue): string {
    return JSON.stringify({ username, password, host, port });
  }

  public slotOf({ password }: CacheUserValue): string {
    return hashOf(password);
  }

  /** The user is checked here, before anything is changed. */
  public async generate(_: CacheUserValue | undefined, context: KindContext): Promise<CacheUserValue> {
    const username = usernameIn(context);
    await this.users.check(context);
    const [{ host, port }] = nodesIn(context);
    return { username, password: context.randomText(CACHE_PASSWORD.refusedCharacters), host, port };
  }

  /** A password that the cache does not take already is kept for nobody: whoever may only write the secret must not set one of theirs. */
  public async apply(pending: CacheUserValue, keep: readonly CacheUserValue[], context: KindContext): Promise<void> {
    for (const value of keep) await this.requireAccepted(value, context);
    context.budget.enter('setting the passwords of the user');
    const passwords = [pending, ...keep].map(({ password }) => password);
    await this.users.setPasswords({ passwords, isFirst: keep.length === 0 }, context);
    await this.users.settled(context);
  }

  /** At every node that the environment names: never at the host of the value. */
  public async verify(value: CacheUserValue, context: KindContext): Promise<boolean> {
    requireUsername(value, context);
    await this.users.settled(context);
    for (const node of nodesIn(context)) if (!await logsIn(node, value, context)) return false;
    return true;
  }

  private async requireAccepted(value: CacheUserValue, context: KindContext): Promise<void> {
    requireUsername(value, context);
    for (const node of nodesIn(context)) {
      if (await logsIn(node, value, context)) continue;
      throw new RotationError('refused', 'the cache refuses AWSCURRENT; check that the user is on. If its password was changed by hand, '
        + 'store that in AWSCURRENT, or set the one of AWSCURRENT again. The rotation then goes on by itself');
    }
  }
}

function requireUsername({ username }: CacheUserValue, context: KindContext): void {
  if (username === usernameIn(context)) return;
  throw new RotationError('configuration', 'the secret holds another `username` than its tags name; correct the secret');
}
