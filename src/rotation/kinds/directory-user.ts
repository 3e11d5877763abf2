import type { ActiveDirectoryUserOptions, DirectoryUserOptions, OpenLdapUserOptions } from './directory-user-options';
import { SecretContent } from '../../secret/secret-content';
import { ACTIVE_DIRECTORY, DIRECTORY_PASSWORD, OPEN_LDAP } from '../contract/directory-users';
import { ROTATION_TAGS } from '../contract/tags';
import { CredentialKind } from '../credential-kind';
import { BoundKind, placeholder } from '../private/bound-kind';
import {
  administratorIfGiven, directoryBehind, directoryEnvironment, requireComplexity, requireUserPrincipalName, tagOfDistinguishedName,
} from '../private/directory-fit';
import { passwordOf } from '../private/server-fit';

type Bind = (path: string, title: string) => BoundKind;

/** In what the directories differ. */
interface DirectoryFacts {
  readonly name: 'openLdapUser' | 'activeDirectoryUser';
  readonly overlap: BoundKind['overlap'];
  readonly username: string;
  /** Of the user, as the tag of the secret holds it. */
  readonly tag: string;
}

/**
 * The password of a user of a directory: of OpenLDAP, or of Active Directory, such as AWS Managed Microsoft AD. The user changes it itself,
 * or an administrator sets it. A new one is tried by a login over LDAPS.
 *
 * In OpenLDAP the older password works until the next rotation. A user of Active Directory has one password.
 *
 * The value is a JSON object with `username` and `password`, and since the first rotation `host` and `port`.
 *
 * @see https://docs.aws.amazon.com/directoryservice/latest/admin-guide/ms_ad_ldap.html
 *
 * @example
 * new RotatedSecret(this, 'Reports', {
 *   namespace: secrets,
 *   purpose: 'reports-directory',
 *   vpc,
 *   kind: DirectoryUser.activeDirectory({
 *     userPrincipalName: 'reports@corp.example.com',
 *     host: 'corp.example.com',
 *     administratorSecret: credentials,
 *     securityGroups: [directoryGroup],
 *   }),
 * });
 */
export class DirectoryUser extends CredentialKind {
  /** A user of OpenLDAP, or of a directory that takes several values of `userPassword` as it does. */
  public static openLdap(options: OpenLdapUserOptions): DirectoryUser {
    return new DirectoryUser('users of OpenLDAP', (path, title) => {
      const { distinguishedName } = options ?? {};
      const tag = tagOfDistinguishedName(path, distinguishedName);
      return bound(path, title, options, { ...OPEN_LDAP, overlap: 'untilNextRotation', username: distinguishedName, tag });
    });
  }

  /** A user of Active Directory. */
  public static activeDirectory(options: ActiveDirectoryUserOptions): DirectoryUser {
    return new DirectoryUser('users of Active Directory', (path, title) => {
      const { userPrincipalName, passwordPolicy } = options ?? {};
      requireUserPrincipalName(path, userPrincipalName);
      requireComplexity(path, passwordOf(path, passwordPolicy, DIRECTORY_PASSWORD).passwordPolicy);
      return bound(path, title, options, { ...ACTIVE_DIRECTORY, overlap: 'none', username: userPrincipalName, tag: userPrincipalName });
    });
  }

  private constructor(title: string, private readonly bind: Bind) {
    super(title);
  }

  /** @internal */
  public _bind(path: string): BoundKind {
    return this.bind(path, this._title);
  }
}

/** An administrator makes the first password; a user who changes its own has it before. */
function bound(path: string, title: string, options: DirectoryUserOptions, { name, overlap, username, tag }: DirectoryFacts): BoundKind {
  const password = passwordOf(path, options.passwordPolicy, DIRECTORY_PASSWORD);
  const first = options.administratorSecret === undefined
    ? { content: SecretContent.generatedField({ template: { username }, ...password }), isPlaceholder: false }
    : placeholder();
  const environment = directoryEnvironment(path, options);
  const { environment: administrator, reads } = administratorIfGiven(path, options);
  return {
    name,
    title,
    rotatedBy: 'ldap',
    overlap,
    ...first,
    ...password,
    environment: { ...environment, ...administrator },
    tags: { [ROTATION_TAGS.USER]: tag },
    reads,
    ...directoryBehind(path, options),
  };
}
