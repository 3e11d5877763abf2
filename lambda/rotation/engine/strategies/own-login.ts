import { Credentials, parseCredentials } from '../credentials';
import type { DatabaseSession } from '../database-adapter';
import { RotationError } from '../errors';
import type { PasswordChange } from './strategy';

/** Logs in as the user itself with AWSCURRENT, and with AWSPREVIOUS when AWSCURRENT is refused, and does the work. */
export async function withOwnLogin(change: PasswordChange, work: (session: DatabaseSession) => Promise<void>): Promise<void> {
  const { current, access } = change;
  if (await access.as('AWSCURRENT', current, work)) return;
  const previous = await previousCredentials(change);
  if (previous && await access.as('AWSPREVIOUS', previous, work)) return;
  throw new RotationError('refused', `the database refuses AWSPENDING, AWSCURRENT${previous ? ' and AWSPREVIOUS' : ''}; `
    + 'if the password was changed by hand, store it in AWSCURRENT, or set the one of AWSCURRENT again; the rotation then goes on by itself');
}

/** AWSPREVIOUS, when it is the same user on the same server; after a change of strategy or server it is another's. */
async function previousCredentials({ current, store }: PasswordChange): Promise<Credentials | undefined> {
  const text = await store.previous();
  if (text === undefined) return undefined;
  const previous = readable(text, current.adapter);
  return previous && previous.username === current.username && previous.host.toLowerCase() === current.host.toLowerCase()
    && previous.port === current.port ? previous : undefined;
}

/** An old version may be anything, and is no reason to give up. */
function readable(text: string, adapter: Credentials['adapter']): Credentials | undefined {
  try {
    return parseCredentials(text, 'AWSPREVIOUS', [adapter]);
  } catch {
    return undefined;
  }
}
