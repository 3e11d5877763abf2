import { Credentials, parseCredentials } from '../credentials';
import type { DatabaseSession } from '../database-adapter';
import { isSameServer } from '../database-server';
import { RotationError } from '../errors';
import type { PasswordChange } from './strategy';

type Stage = 'AWSCURRENT' | 'AWSPENDING' | 'AWSPREVIOUS';

/**
 * Of a user with one password. AWSCURRENT goes first: a login that is refused may lock the user, whom clients use at the same time, and
 * AWSPENDING is refused in every rotation that begins.
 */
export const CURRENT_FIRST: readonly Stage[] = ['AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS'];

/**
 * Logs in as the user itself with the first of these that the server takes, and does the work unless that is AWSPENDING, which is set then.
 */
export async function withOwnLogin(
  change: PasswordChange,
  order: readonly Stage[],
  work: (session: DatabaseSession) => Promise<void>,
): Promise<'set' | 'alreadySet'> {
  const tried: Stage[] = [];
  for (const stage of order) {
    const login = await credentialsOf(stage, change);
    if (!login) continue;
    tried.push(stage);
    const isPending = stage === 'AWSPENDING';
    if (await change.access.as(stage, login, isPending ? async () => undefined : work)) return isPending ? 'alreadySet' : 'set';
  }
  throw new RotationError('refused', `the database refuses ${tried.join(', ')}; check that the user exists, may log in with a password and `
    + 'has not expired. '
    + 'If the password was changed by hand, store it in AWSCURRENT, or set the one of AWSCURRENT again. The rotation then goes on '
    + 'by itself');
}

async function credentialsOf(stage: Stage, change: PasswordChange): Promise<Credentials | undefined> {
  if (stage === 'AWSPREVIOUS') return previousCredentials(change, change.current.username);
  return stage === 'AWSPENDING' ? change.pending : change.current;
}

/** AWSPREVIOUS, when it is this user on the same server; after a change of strategy or server it is another's. */
export async function previousCredentials({ current, store }: PasswordChange, username: string): Promise<Credentials | undefined> {
  const text = await store.previous();
  if (text === undefined) return undefined;
  const previous = readable(text, current.adapter);
  return previous && previous.username === username && isSameServer(previous, current) ? previous : undefined;
}

/** An old version may be anything, and is no reason to give up. */
function readable(text: string, adapter: Credentials['adapter']): Credentials | undefined {
  try {
    return parseCredentials(text, 'AWSPREVIOUS', [adapter]);
  } catch {
    return undefined;
  }
}
