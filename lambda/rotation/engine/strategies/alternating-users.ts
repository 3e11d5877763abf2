import { bySuperuser, checkSuperuser } from './by-superuser';
import { previousCredentials } from './own-login';
import type { PasswordChange, RotationStrategy } from './strategy';
import { CLONE_SUFFIX, otherOfTwo } from '../../../../src/rotation/contract/usernames';
import { checkUsernameLength } from '../credentials';
import { RotationError } from '../errors';

/** AWSPREVIOUS is of the user that is next, when the last rotation was one of these two users. */
async function previousLogsIn(change: PasswordChange): Promise<boolean> {
  const previous = await previousCredentials(change, change.pending.username);
  return previous !== undefined && change.access.as('AWSPREVIOUS', previous, async () => undefined);
}

/** Two users with the same permissions take turns: while one is current, a superuser changes the password of the other. */
export const alternatingUsers: RotationStrategy = {
  check(current, secretArn) {
    const { title, noAlternatingUsers } = current.adapter.engine;
    if (noAlternatingUsers) {
      throw new RotationError('configuration', `users cannot alternate on ${title}, ${noAlternatingUsers}; choose single user, or let a `
        + 'superuser set the password');
    }
    checkSuperuser(current, secretArn);
  },

  nextUsername({ username, adapter }) {
    const next = otherOfTwo(username);
    if (next === '') {
      throw new RotationError('configuration', `a user cannot be called ${CLONE_SUFFIX} alone; rotate a user with `
      + 'another name');
    }
    checkUsernameLength(next, adapter);
    return next;
  },

  async set(change) {
    const { pending, current, access } = change;
    if (await access.as('AWSPENDING', pending, async () => undefined)) return 'alreadySet';
    if (!await access.as('AWSCURRENT', current, async () => undefined)) {
      throw new RotationError('refused', 'the database refuses AWSCURRENT; check that the user exists, may log in with a password and has '
        + 'not expired, then set its password again, '
        + 'or store the right one; the rotation then goes on by itself');
    }
    await bySuperuser(change, 'setting the password of the other user', async session =>
      session.cloneUser(current.username, pending.username, pending.password, async () => previousLogsIn(change)));
    return 'set';
  },
};
