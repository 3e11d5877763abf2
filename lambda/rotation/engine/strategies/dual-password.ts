import { RotationError } from '../errors';
import { withOwnLogin } from './own-login';
import type { RotationStrategy } from './strategy';

/** AWSCURRENT logs in before and after the change: only AWSPENDING tells whether it was made, and a server may take no password twice. */
const ORDER = ['AWSPENDING', 'AWSCURRENT', 'AWSPREVIOUS'] as const;

/** The user has two passwords, and a rotation replaces the older one: AWSCURRENT logs in all the time. */
export const dualPassword: RotationStrategy = {
  check({ adapter }) {
    if (!adapter.engine.keepsOldPassword) {
      throw new RotationError('configuration', `${adapter.engine.title} has one password for a user; choose single user or `
        + 'alternating users');
    }
  },

  nextUsername: current => current.username,

  async set(change) {
    return withOwnLogin(change, ORDER, async (session) => {
      change.access.enter('setting the password beside the present one');
      await session.setOwnPasswordRetainingCurrent(change.pending.password);
    });
  },
};
