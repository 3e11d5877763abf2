import { withOwnLogin } from './own-login';
import type { RotationStrategy } from './strategy';

/**
 * AWSCURRENT goes first: a login that is refused may lock the user, whom clients use at the same time, and AWSPENDING is refused in
 * every rotation that begins.
 */
const ORDER = ['AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS'] as const;

/** The user changes its own password. From then until finishSecret, clients that log in anew with AWSCURRENT are refused. */
export const singleUser: RotationStrategy = {
  check: () => undefined,

  nextUsername: current => current.username,

  async set(change) {
    return withOwnLogin(change, ORDER, async (session) => {
      change.access.enter('setting the password');
      await session.setOwnPassword(change.pending.password);
    });
  },
};
