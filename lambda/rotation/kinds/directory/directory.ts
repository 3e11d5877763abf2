import type { Ldap } from './ldap';
import { ROTATION_ENVIRONMENT } from '../../../../src/rotation/contract/environment';
import type { KindContext } from '../../engine/credential-kind';
import { RotationError } from '../../engine/errors';

/** The passwords that the user shall have. */
export interface PasswordsToSet {
  readonly pending: string;
  /** Absent at a first rotation by an administrator, which knows none of the passwords that the user has. */
  readonly current?: string;
}

/** In what directories differ. The user is that of the tags, whatever a value says. */
export interface Directory {
  /** The value of CREDENTIAL_KIND. */
  readonly name: string;
  /** Passwords that a user has at once. */
  readonly slots: 1 | 2;
  /** By which the user logs in. */
  usernameIn(context: KindContext): string;
  /** The distinguished name of the user. Fails when there is none. */
  find(ldap: Ldap, context: KindContext): Promise<string>;
  /** Whether the directory knows the session as that of the user. */
  isUser(ldap: Ldap, context: KindContext): Promise<boolean>;
  /** Whether the directory knows the session as that of anybody. */
  isSomebody(ldap: Ldap): Promise<boolean>;
  /** Sets them in one effect, just after a look at the secret. `own`: the session is that of the user. */
  setPasswords(ldap: Ldap, change: PasswordsToSet & { readonly own: boolean }, context: KindContext): Promise<void>;
}

/** The directory of the environment, whatever the value of a secret says. */
export function serverIn({ environment }: KindContext): { readonly host: string; readonly port: number } {
  const { DIRECTORY_HOST, DIRECTORY_PORT } = ROTATION_ENVIRONMENT;
  const [host, port] = [environment[DIRECTORY_HOST] ?? '', Number(environment[DIRECTORY_PORT])];
  if (host !== '' && Number.isInteger(port) && port > 0) return { host, port };
  throw new RotationError('configuration', `\`${DIRECTORY_HOST}\` and \`${DIRECTORY_PORT}\` must name the directory; correct the `
    + 'environment of the function');
}
