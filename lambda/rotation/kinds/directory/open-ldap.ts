import { createHash, randomBytes } from 'crypto';
import type { Directory } from './directory';
import { requireDone } from './directory-failure';
import type { Ldap } from './ldap';
import { dnFromTag, OPEN_LDAP } from '../../../../src/rotation/contract/directory-users';
import { ROTATION_TAGS } from '../../../../src/rotation/contract/tags';
import type { KindContext } from '../../engine/credential-kind';
import { tagIn } from '../json-value';

const SALT_BYTES = 16;

/** OpenLDAP, and directories that take several values of `userPassword` as it does. */
export const openLdap: Directory = {
  ...OPEN_LDAP,
  usernameIn,

  async find(ldap, context) {
    const dn = usernameIn(context);
    const { result } = await ldap.search({ base: dn, scope: 'base', attributes: ['1.1'] });
    requireDone(result, 'looking for the user');
    return dn;
  },

  async isUser(ldap, context) {
    return sameDn(/^dn:(.*)$/s.exec(await identityIn(ldap))?.[1] ?? '', usernameIn(context));
  },

  async isSomebody(ldap) {
    return await identityIn(ldap) !== '';
  },

  /** A first rotation leaves the passwords that the user has; each further one ends all but two. */
  async setPasswords(ldap, { pending, current }, context) {
    await context.requireUnchanged();
    context.budget.enter('setting the passwords of the user');
    const [operation, passwords] = current === undefined ? ['add' as const, [pending]] : ['replace' as const, [pending, current]];
    const values = passwords.map(hashed);
    const change = { operation, attribute: 'userPassword', values };
    requireDone(await ldap.modify(usernameIn(context), [change]), 'setting the passwords of the user');
  },
};

function usernameIn({ tags }: KindContext): string {
  return dnFromTag(tagIn(tags, ROTATION_TAGS.USER));
}

/** Whom the directory takes the session for. One that does not tell cannot be believed that a login is one. */
async function identityIn(ldap: Ldap): Promise<string> {
  const { result, identity } = await ldap.whoAmI();
  requireDone(result, 'asking who is logged in, by the operation "Who am I?",');
  return identity;
}

/** Names are compared without regard to case and to spaces around their parts. An empty one is nobody's. */
export function sameDn(one: string, other: string): boolean {
  const settled = (dn: string) => dn.toLowerCase().replace(/\s*([,=+])\s*/g, '$1').trim();
  return one !== '' && settled(one) === settled(other);
}

/** As OpenLDAP keeps a password, without any module. It is long and random, so that nobody finds it by trying. */
export function hashed(password: string): string {
  const salt = randomBytes(SALT_BYTES);
  return `{SSHA}${Buffer.concat([createHash('sha1').update(password).update(salt).digest(), salt]).toString('base64')}`;
}
