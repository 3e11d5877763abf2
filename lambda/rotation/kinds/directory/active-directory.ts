import type { Directory } from './directory';
import { requireDone } from './directory-failure';
import type { Ldap, LdapChange, LdapEntry } from './ldap';
import { ACTIVE_DIRECTORY } from '../../../../src/rotation/contract/directory-users';
import { ROTATION_TAGS } from '../../../../src/rotation/contract/tags';
import type { KindContext } from '../../engine/credential-kind';
import { RotationError } from '../../engine/errors';
import { tagIn } from '../json-value';

const PASSWORD = 'unicodePwd';

/** S-1-5-7. @see https://learn.microsoft.com/en-us/windows/win32/secauthz/well-known-sids */
const ANONYMOUS = Buffer.from('010100000000000507000000', 'hex');

/** Microsoft Active Directory, and Samba. A user has one password. */
export const activeDirectory: Directory = {
  ...ACTIVE_DIRECTORY,
  usernameIn,

  async find(ldap, context) {
    return (await userIn(ldap, context)).dn;
  },

  async isUser(ldap, context) {
    const { attributes } = await userIn(ldap, context);
    const [sid] = attributes.get('objectsid') ?? [];
    return sid !== undefined && (await tokenOf(ldap)).some(each => each.equals(sid));
  },

  async isSomebody(ldap) {
    const token = await tokenOf(ldap);
    return token.length > 0 && !token.some(each => each.equals(ANONYMOUS));
  },

  /** To change one's own password one has to show the old one, in the same request; an administrator need not. */
  async setPasswords(ldap, { pending, current, own }, context) {
    const { dn } = await userIn(ldap, context);
    await context.requireUnchanged();
    context.budget.enter('setting the password of the user');
    const to = (operation: LdapChange['operation'], password: string) => ({ operation, attribute: PASSWORD, values: [quoted(password)] });
    const changes = own ? [to('delete', current!), to('add', pending)] : [to('replace', pending)];
    requireDone(await ldap.modify(dn, changes), 'setting the password of the user');
  },
};

function usernameIn({ tags }: KindContext): string {
  return tagIn(tags, ROTATION_TAGS.USER);
}

/** The user of the tags, wherever it stands in the domain. */
async function userIn(ldap: Ldap, context: KindContext): Promise<LdapEntry> {
  const [domain] = (await rootOf(ldap)).get('defaultnamingcontext') ?? [];
  if (domain === undefined) {
    throw new RotationError('configuration', 'the directory names no domain, so it is no Active Directory; check the host, or rotate a '
      + 'user of OpenLDAP');
  }
  const { result, entries } = await ldap.search({
    base: domain.toString('utf8'),
    scope: 'subtree',
    where: { attribute: 'userPrincipalName', value: usernameIn(context) },
    attributes: ['objectSid'],
  });
  requireDone(result, 'looking for the user');
  if (entries.length === 1) return entries[0];
  throw new RotationError('configuration', `the domain has ${entries.length === 0 ? 'no user' : 'several users'} with the `
    + '\`userPrincipalName\` that the tags of the secret name; set that attribute of one user, in the domain of the host');
}

/** The entry of the directory itself. */
async function rootOf(ldap: Ldap): Promise<LdapEntry['attributes']> {
  const { result, entries } = await ldap.search({ base: '', scope: 'base', attributes: ['defaultNamingContext', 'tokenGroups'] });
  requireDone(result, 'asking what the directory is');
  return entries[0]?.attributes ?? new Map();
}

/** Of whom the directory takes the session for: the identifiers of the user and of its groups. */
async function tokenOf(ldap: Ldap): Promise<readonly Buffer[]> {
  return (await rootOf(ldap)).get('tokengroups') ?? [];
}

/**
 * As `unicodePwd` takes a password.
 *
 * @see https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-adts/6e803168-f140-4d23-b2d3-c3a8ab5917d2
 */
function quoted(password: string): Buffer {
  return Buffer.from(`"${password}"`, 'utf16le');
}
