import { bySuperuser, checkSuperuser } from './by-superuser';
import { CURRENT_FIRST, withOwnLogin } from './own-login';
import type { RotationStrategy } from './strategy';

/**
 * A superuser changes the password of the one user, which may not do so itself. From then until finishSecret, clients that log in anew
 * with AWSCURRENT are refused.
 */
export const superuserSets: RotationStrategy = {
  check: checkSuperuser,

  nextUsername: current => current.username,

  async set(change) {
    let account: string | undefined;
    const found = await withOwnLogin(change, CURRENT_FIRST, async (session) => {
      account = await session.account?.();
    });
    if (found === 'alreadySet') return found;
    const { username, password } = change.pending;
    await bySuperuser(change, 'setting the password of the user', async session => session.setPasswordOf(username, password, account));
    return 'set';
  },
};
