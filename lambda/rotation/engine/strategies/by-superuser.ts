import type { PasswordChange, RotationStrategy } from './strategy';
import { checkSuperuserRegion, parseSuperuser, superuserArnOf } from '../credentials';
import type { DatabaseSession } from '../database-adapter';
import { RotationError } from '../errors';

/** Before a password is stored that could not be set. */
export const checkSuperuser: RotationStrategy['check'] = (current, secretArn) => checkSuperuserRegion(superuserArnOf(current), secretArn);

/**
 * Logs in as the superuser and does the work. A login of the user itself goes before it: else whoever may write the secret could have
 * the superuser change the password of any user.
 */
export async function bySuperuser(
  { pending, current, server, store, access }: PasswordChange, activity: string, work: (session: DatabaseSession) => Promise<void>,
): Promise<void> {
  const superuser = parseSuperuser(await store.valueOf(superuserArnOf(current), 'the superuser secret'), current, server);
  refuseSuperuser(superuser.username, [current.username, pending.username]);
  const changed = await access.as('superuser', { ...superuser, adapter: current.adapter }, async (session) => {
    access.enter(activity);
    await work(session);
  });
  if (!changed) {
    throw new RotationError('refused', 'the database refuses the superuser; if its secret is being rotated, the retry of Secrets Manager '
      + 'will succeed');
  }
}

/** Its own secret would then hold a password that is no longer right, and that of the application one that opens everything. */
function refuseSuperuser(superuser: string, users: string[]): void {
  if (users.some(user => user.toLowerCase() === superuser.toLowerCase())) {
    throw new RotationError('configuration', 'the user whose password is to be set is the superuser, or takes turns with it; rotate '
      + 'another user, or let Amazon RDS manage the master user');
  }
}
