import { CURRENT_FIRST, withOwnLogin } from './own-login';
import type { RotationStrategy } from './strategy';

/** The user changes its own password. From then until finishSecret, clients that log in anew with AWSCURRENT are refused. */
export const singleUser: RotationStrategy = {
  check: () => undefined,

  nextUsername: current => current.username,

  async set(change) {
    return withOwnLogin(change, CURRENT_FIRST, async (session) => {
      change.access.enter('setting the password');
      await session.setOwnPassword(change.pending.password);
    });
  },
};
