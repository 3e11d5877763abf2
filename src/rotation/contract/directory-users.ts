/** OpenLDAP: a user has two passwords at once. */
export const OPEN_LDAP = { name: 'openLdapUser', slots: 2 } as const;

/** Active Directory: a user has one password. */
export const ACTIVE_DIRECTORY = { name: 'activeDirectoryUser', slots: 1 } as const;

/** LDAP with TLS from the first byte. */
export const LDAPS_PORT = 636;

/**
 * Passwords of a user. OpenLDAP keeps a hash that is quick to make, so a password must be too long to be tried; Active Directory takes no
 * longer ones.
 */
export const DIRECTORY_PASSWORD = { min: 16, max: 128 };

/** A tag may hold neither the comma between the parts of a distinguished name nor any other character that needs an escape there. */
const PART = '[A-Za-z][A-Za-z0-9-]*=[\\p{L}\\p{N}._@-](?:[\\p{L}\\p{N} ._@-]*[\\p{L}\\p{N}._@-])?';
const DISTINGUISHED_NAME = new RegExp(`^${PART}(?:,${PART})*$`, 'u');

/** The most characters of the value of a tag. */
export const LONGEST_NAME = 256;

export function isDistinguishedName(text: string): boolean {
  return text.length <= LONGEST_NAME && DISTINGUISHED_NAME.test(text);
}

/** The comma of distinguished names, and what stands for it in a tag. */
export const DN_SEPARATOR = { name: ',', tag: '/' } as const;

/** The distinguished name that a tag holds. */
export function dnFromTag(tag: string): string {
  return tag.replaceAll(DN_SEPARATOR.tag, DN_SEPARATOR.name);
}
