import { Directory, serverIn } from './directory';
import { isRefusal, requireDone } from './directory-failure';
import { Ldap } from './ldap';
import type { KindContext } from '../../engine/credential-kind';
import { RotationError } from '../../engine/errors';
import { administratorIn, isTheUser } from '../administrator';
import { overTls } from '../tls-connection';

export interface DirectoryLogin {
  readonly username: string;
  readonly password: string;
}

type Work<T> = (ldap: Ldap) => Promise<T>;

/** A login as the user of the tags. `refused` when, and only when, the directory refuses the credentials. */
export async function asUser<T>(
  directory: Directory, login: DirectoryLogin, context: KindContext, work: Work<T>,
): Promise<T | 'refused'> {
  requireUsername(directory, login, context);
  return loggedIn(login, context, async (ldap) => {
    if (await directory.isUser(ldap, context)) return work(ldap);
    throw new RotationError('configuration', 'the directory takes the login for that of nobody, or of another entry; check the name of the '
      + 'user, written as the directory has it, and that the directory asks for a password');
  });
}

export async function asAdministrator<T>(directory: Directory, context: KindContext, work: Work<T>): Promise<T> {
  const done = await loggedIn(await administratorIn(context), context, async (ldap) => {
    if (!await directory.isSomebody(ldap)) {
      throw new RotationError('configuration', 'the directory takes the login of the administrator for that of nobody; correct the secret '
        + 'of the administrator');
    }
    // The directory knows it by whatever name it logs in.
    if (await directory.isUser(ldap, context)) throw isTheUser();
    return work(ldap);
  });
  if (done !== 'refused') return done;
  throw new RotationError('refused', 'the directory refuses the administrator; if its secret is being rotated, the retry of Secrets '
    + 'Manager will succeed');
}

/** Over verified TLS from the first byte: there is no other way, and no StartTLS that could be left out. */
async function loggedIn<T>({ username, password }: DirectoryLogin, context: KindContext, work: Work<T>): Promise<T | 'refused'> {
  const { settings: { ca, serverName }, budget } = context;
  const server = { ...serverIn(context), ca, serverName, title: 'directory', timeoutMs: budget.attempt('logging in to the directory') };
  return overTls(server, async (socket) => {
    const ldap = new Ldap(socket, server);
    const result = await ldap.bind(username, password);
    if (isRefusal(result)) return 'refused';
    requireDone(result, 'logging in to the directory');
    return work(ldap);
  });
}

function requireUsername(directory: Directory, { username }: DirectoryLogin, context: KindContext): void {
  if (username === directory.usernameIn(context)) return;
  throw new RotationError('configuration', 'the secret holds another `username` than its tags name; correct the secret');
}
