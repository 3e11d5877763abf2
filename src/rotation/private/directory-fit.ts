import { aws_ec2 as ec2, Fn, Token, Tokenization } from 'aws-cdk-lib';
import type { BoundKind } from './bound-kind';
import { administratorOf, certificateEnvironment, requireGroupsOf, requireHost } from './server-fit';
import { fail } from '../../private/errors';
import { requireText, requireWhole } from '../../private/validation';
import type { PasswordPolicy } from '../../secret/password-policy';
import { DN_SEPARATOR, isDistinguishedName, LDAPS_PORT, LONGEST_NAME } from '../contract/directory-users';
import { ROTATION_ENVIRONMENT } from '../contract/environment';
import { PORTS } from '../contract/hosts';
import { includedTypes } from '../contract/passwords';
import type { DirectoryUserOptions } from '../kinds/directory-user-options';

const USER_PRINCIPAL_NAME = {
  pattern: new RegExp(`^(?=.{1,${LONGEST_NAME}}$)[\\p{L}\\p{N}._+=-]+@[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)*$`, 'u'),
  words: 'the name of a user with its domain, such as "app@corp.example.com"',
};

/** So many types of characters Active Directory asks for. */
const COMPLEXITY = 3;

/** What a tag holds of a distinguished name. */
export function tagOfDistinguishedName(path: string, name: string): string {
  const { name: inName, tag: inTag } = DN_SEPARATOR;
  if (Token.isUnresolved(name)) return Fn.join(inTag, Fn.split(inName, name));
  if (typeof name !== 'string' || !isDistinguishedName(name)) {
    fail(path, '`distinguishedName` must be the name of an entry, such as "uid=app,ou=services,dc=example,dc=com", of letters, digits, '
      + `spaces and ._@- alone, because a tag of the secret holds it, got ${JSON.stringify(name)}; rename the entry`);
  }
  return name.replaceAll(inName, inTag);
}

export function requireUserPrincipalName(path: string, name: string): void {
  requireText(path, 'userPrincipalName', name, USER_PRINCIPAL_NAME);
}

/** What the function believes of the directory; fails on one that has no address. */
export function directoryEnvironment(
  path: string, { host, port = LDAPS_PORT, tlsServerName }: DirectoryUserOptions,
): { [variable: string]: string } {
  requireHost(path, 'host', host);
  requireWhole(path, 'port', port, PORTS);
  return {
    [ROTATION_ENVIRONMENT.DIRECTORY_HOST]: host,
    [ROTATION_ENVIRONMENT.DIRECTORY_PORT]: Tokenization.stringifyNumber(port),
    ...certificateEnvironment(path, tlsServerName),
  };
}

/** The secret of the administrator, where there is one. */
export function administratorIfGiven(path: string, options: DirectoryUserOptions): Pick<BoundKind, 'environment' | 'reads'> {
  if (options.administratorSecret !== undefined) {
    return administratorOf(path, 'a user who may set the passwords of others; leave it out where the user changes its own', options);
  }
  if (options.administratorEncryption === undefined) return {};
  return fail(path, '`administratorEncryption` must come with `administratorSecret`, whose key it is; leave it out');
}

/** What stands behind security groups, where those are given. */
export function directoryBehind(path: string, { securityGroups, port = LDAPS_PORT }: DirectoryUserOptions): Pick<BoundKind, 'server'> {
  if (securityGroups === undefined) return {};
  requireGroupsOf(path, 'directory', securityGroups);
  return { server: { securityGroups, port: ec2.Port.tcp(port), description: 'Rotation of users of a directory' } };
}

/** Active Directory refuses a password of fewer types, and every rotation would end there. */
export function requireComplexity(path: string, { _rules: rules }: PasswordPolicy): void {
  const types = includedTypes(rules).length;
  if (types < COMPLEXITY || !rules.requireEachIncludedType) {
    fail(path, `\`passwordPolicy\` must make passwords with ${COMPLEXITY} types of characters at least, as Active Directory asks, got `
      + `${types}${rules.requireEachIncludedType ? '' : ' that need not occur'}; allow more, and leave \`requireEachIncludedType\` true`);
  }
}
