import { checkSuperuserRegion, checkUsernameLength, parseSuperuser, superuserArnOf } from '../credentials';
import { RotationError } from '../errors';
import { previousCredentials } from './own-login';
import type { PasswordChange, RotationStrategy } from './strategy';
import { CLONE_SUFFIX, otherOfTwo } from '../../../../src/rotation/contract/usernames';

/** Its own secret would then hold a password that is no longer right, and that of the application one that opens everything. */
function refuseSuperuser(superuser: string, users: string[]): void {
  if (users.some(user => user.toLowerCase() === superuser.toLowerCase())) {
    throw new RotationError('configuration', 'one of the alternating users is the superuser; rotate another user, or let Amazon RDS manage '
      + 'the master user');
  }
}

/** AWSPREVIOUS is of the user that is next, when the last rotation was one of these two users. */
async function previousLogsIn(change: PasswordChange): Promise<boolean> {
  const previous = await previousCredentials(change, change.pending.username);
  return previous !== undefined && change.access.as('AWSPREVIOUS', previous, async () => undefined);
}

/** Two users with the same permissions take turns: while one is current, a superuser changes the password of the other. */
export const alternatingUsers: RotationStrategy = {
  check(current, secretArn) {
    checkSuperuserRegion(superuserArnOf(current), secretArn);
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
    const { pending, current, server, store, access } = change;
    if (await access.as('AWSPENDING', pending, async () => undefined)) return 'alreadySet';
    // Else whoever may write the secret could have the superuser change the password of any user.
    if (!await access.as('AWSCURRENT', current, async () => undefined)) {
      throw new RotationError('refused', 'the database refuses AWSCURRENT; check that the user exists, may log in with a password and has '
        + 'not expired, then set its password again, '
        + 'or store the right one; the rotation then goes on by itself');
    }
    const superuser = parseSuperuser(await store.valueOf(superuserArnOf(current), 'the superuser secret'), current, server);
    refuseSuperuser(superuser.username, [current.username, pending.username]);
    const changed = await access.as('superuser', { ...superuser, adapter: current.adapter }, async (session) => {
      access.enter('setting the password of the other user');
      await session.cloneUser(current.username, pending.username, pending.password, async () => previousLogsIn(change));
    });
    if (!changed) {
      throw new RotationError('refused', 'the database refuses the superuser; if its secret is being rotated, the retry of Secrets Manager '
        + 'will succeed');
    }
    return 'set';
  },
};
