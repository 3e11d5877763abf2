import { createHash } from 'crypto';
import { Directory, PasswordsToSet, serverIn } from './directory';
import { asAdministrator, asUser, DirectoryLogin } from './directory-login';
import { isNoPassword, type Ldap } from './ldap';
import type { CredentialKind, KindContext } from '../../engine/credential-kind';
import { RotationError } from '../../engine/errors';
import { textsIn } from '../json-value';

/** The value of the secret. Host and port are there after the first rotation. */
export interface DirectoryUserValue extends DirectoryLogin {
  readonly host?: string;
  readonly port?: number;
}

/** The password of a user of a directory, set by an administrator where the environment names one, else by the user itself. */
export class DirectoryUserKind implements CredentialKind<DirectoryUserValue> {
  public readonly name: string;
  public readonly slots: 1 | 2;
  public readonly createsOutside = false;
  public readonly looksBeforeEffect = true;

  constructor(private readonly directory: Directory) {
    this.name = directory.name;
    this.slots = directory.slots;
  }

  public parse(text: string, which: string): DirectoryUserValue {
    const value = textsIn(text, which, ['username', 'password']);
    if (!isNoPassword(value.password)) return value;
    throw new RotationError('configuration', `${which} must hold a \`password\` that is not blank and holds no NUL, which a directory may `
      + 'take for none; correct the secret');
  }

  public format({ username, password, host, port }: DirectoryUserValue): string {
    return JSON.stringify({ username, password, host, port });
  }

  public slotOf({ password }: DirectoryUserValue): string {
    return createHash('sha256').update(password).digest('hex');
  }

  /**
   * The user is looked for here, before anything is changed. Not by a user with one password itself, who has the new one already when all
   * steps come again.
   */
  public async generate(current: DirectoryUserValue | undefined, context: KindContext): Promise<DirectoryUserValue> {
    const username = this.directory.usernameIn(context);
    if (isByAdministrator(context) || this.slots === 2) {
      await this.asWhoSets(current, context, async ldap => this.directory.find(ldap, context));
    } else if (current === undefined) {
      throw noPresentPassword();
    }
    return { username, password: context.randomText(), ...serverIn(context) };
  }

  public async apply(pending: DirectoryUserValue, keep: readonly DirectoryUserValue[], context: KindContext): Promise<void> {
    const [current] = keep;
    const change: PasswordsToSet = { pending: pending.password, current: current?.password };
    if (isByAdministrator(context) && current !== undefined && this.slots === 2) await this.requireAccepted(current, context);
    await this.asWhoSets(current, context, async (ldap) => {
      await this.directory.setPasswords(ldap, { ...change, own: !isByAdministrator(context) }, context);
    });
  }

  /** At the directory that the environment names: never at the host of the value. */
  public async verify(value: DirectoryUserValue, context: KindContext): Promise<boolean> {
    return await asUser(this.directory, value, context, async () => undefined) !== 'refused';
  }

  private async asWhoSets<T>(current: DirectoryUserValue | undefined, context: KindContext, work: (ldap: Ldap) => Promise<T>): Promise<T> {
    if (isByAdministrator(context)) return asAdministrator(this.directory, context, work);
    if (current === undefined) throw noPresentPassword();
    const done = await asUser(this.directory, current, context, work);
    if (done === 'refused') throw refused();
    return done;
  }

  /** A password that the directory refuses is kept for nobody: whoever may only write the secret must not set one of theirs. */
  private async requireAccepted(value: DirectoryUserValue, context: KindContext): Promise<void> {
    if (!await this.verify(value, context)) throw refused();
  }
}

function isByAdministrator({ settings }: KindContext): boolean {
  return settings.superuserArn !== undefined;
}

function noPresentPassword(): RotationError {
  return new RotationError('configuration', 'a user who changes its own password must have one in AWSCURRENT; store `username` and '
    + '`password` in the secret, or give `administratorSecret`');
}

function refused(): RotationError {
  return new RotationError('refused', 'the directory refuses AWSCURRENT; check that the user may log in. If its password was changed by '
    + 'hand, store that in AWSCURRENT, or set the one of AWSCURRENT again. The rotation then goes on by itself');
}
