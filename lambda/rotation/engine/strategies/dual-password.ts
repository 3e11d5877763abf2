import { RotationError } from '../errors';
import { withOwnLogin } from './own-login';
import type { RotationStrategy } from './strategy';

/** The user has two passwords, and a rotation replaces the older one: AWSCURRENT logs in all the time. */
export const dualPassword: RotationStrategy = {
  check({ adapter }) {
    if (!adapter.supportsDualPassword) {
      throw new RotationError('configuration', `${adapter.engines.join(', ')} has one password for a user; choose single user or alternating users`);
    }
  },

  nextUsername: current => current.username,

  async set(change) {
    await withOwnLogin(change, async (session) => {
      change.access.enter('setting the password beside the present one');
      await session.setOwnPasswordRetainingCurrent(change.pending.password);
    });
  },
};
