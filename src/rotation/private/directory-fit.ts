import { aws_ec2 as ec2, Fn, Token, Tokenization } from 'aws-cdk-lib';
import type { BoundKind } from './bound-kind';
import { requireRotatable } from './password-environment';
import { fail } from '../../private/errors';
import { requireText, requireWhole } from '../../private/validation';
import { PasswordPolicy } from '../../secret/password-policy';
import { DIRECTORY_PASSWORD, DN_SEPARATOR, isDistinguishedName, LDAPS_PORT, LONGEST_NAME } from '../contract/directory-users';
import { ROTATION_ENVIRONMENT } from '../contract/environment';
import { isHost, PORTS } from '../contract/hosts';
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
export function directoryEnvironment(path: string, options: DirectoryUserOptions): { [variable: string]: string } {
  const { host, port = LDAPS_PORT, tlsServerName, administratorSecret } = options;
  requireHostName(path, 'host', host);
  requireWhole(path, 'port', port, PORTS);
  if (tlsServerName !== undefined) requireHostName(path, 'tlsServerName', tlsServerName);
  const superuser = administratorSecret && (administratorSecret.secretFullArn ?? administratorSecret.secretArn);
  return {
    [ROTATION_ENVIRONMENT.DIRECTORY_HOST]: host,
    [ROTATION_ENVIRONMENT.DIRECTORY_PORT]: Tokenization.stringifyNumber(port),
    ...superuser !== undefined && { [ROTATION_ENVIRONMENT.SUPERUSER_SECRET_ARN]: superuser },
    ...tlsServerName !== undefined && { [ROTATION_ENVIRONMENT.TLS_SERVER_NAME]: tlsServerName },
  };
}

/** The secret of the administrator, where there is one. */
export function administratorOf(
  path: string, { administratorSecret, administratorEncryption: encryption }: DirectoryUserOptions,
): Pick<BoundKind, 'reads'> {
  if (administratorSecret === undefined) {
    if (encryption === undefined) return {};
    fail(path, '`administratorEncryption` must come with `administratorSecret`, whose key it is; leave it out');
  }
  if (administratorSecret?.secretArn === undefined) {
    fail(path, '`administratorSecret` must be a secret, that of a user who may set the passwords of others; leave it out where the user '
      + 'changes its own');
  }
  return { reads: [{ prop: 'administratorSecret', secret: administratorSecret, encryption }] };
}

/** What stands behind security groups, where those are given. */
export function directoryBehind(path: string, { securityGroups, port = LDAPS_PORT }: DirectoryUserOptions): Pick<BoundKind, 'server'> {
  if (securityGroups === undefined) return {};
  const areGroups = Array.isArray(securityGroups) && securityGroups.every(each => each?.securityGroupId !== undefined);
  if (!areGroups || securityGroups.length === 0) {
    fail(path, '`securityGroups` must be those of the directory, at least one, which are opened to the rotation function');
  }
  return { server: { securityGroups, port: ec2.Port.tcp(port), description: 'Rotation of users of a directory' } };
}

/** The rules for every new password. */
export function directoryPassword(path: string, policy: PasswordPolicy = PasswordPolicy.ALPHANUMERIC): { passwordPolicy: PasswordPolicy } {
  requireRotatable(path, policy);
  requireWhole(path, 'passwordPolicy.length', policy.length, DIRECTORY_PASSWORD);
  return { passwordPolicy: policy };
}

/** Active Directory refuses a password of fewer types, and every rotation would end there. */
export function requireComplexity(path: string, { _rules: rules }: PasswordPolicy): void {
  const types = includedTypes(rules).length;
  if (types < COMPLEXITY || !rules.requireEachIncludedType) {
    fail(path, `\`passwordPolicy\` must make passwords with ${COMPLEXITY} types of characters at least, as Active Directory asks, got `
      + `${types}${rules.requireEachIncludedType ? '' : ' that need not occur'}; allow more, and leave \`requireEachIncludedType\` true`);
  }
}

function requireHostName(path: string, prop: string, host: string): void {
  if (typeof host === 'string' && (Token.isUnresolved(host) || isHost(host))) return;
  fail(path, `\`${prop}\` must be a host name or an address, without a port, got ${JSON.stringify(host)}`);
}
