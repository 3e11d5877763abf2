import {
  aws_ec2 as ec2, type aws_elasticache as elasticache, type aws_memorydb as memorydb, Resource, SecretValue, Token, Tokenization,
} from 'aws-cdk-lib';
import type { BoundServer } from './rotation-request';
import { passwordOf, requireHost } from './server-fit';
import { fail } from '../../private/errors';
import { requireSome, requireWhole } from '../../private/validation';
import type { ManagedSecret } from '../../secret/managed-secret';
import { PasswordPolicy } from '../../secret/password-policy';
import { CACHE_PASSWORD, CACHE_PORT, cacheNodesText } from '../contract/cache-users';
import { ROTATION_ENVIRONMENT } from '../contract/environment';
import { PORTS } from '../contract/hosts';
import type { CacheNodeOptions } from '../kinds/cache-user-options';

/** With its length, as what is deployed says it: another template would replace the password. */
const LETTERS_AND_DIGITS = PasswordPolicy.of({ length: 32, punctuation: false });

/** A name that a rule of an ACL and a tag can hold. */
const USERNAME = /^[\w.@+=-]{1,120}$/;

/** The environment for these servers; fails on one that has no address. */
export function nodesEnvironment(path: string, nodes: CacheNodeOptions[]): { [variable: string]: string } {
  if (!Array.isArray(nodes)) fail(path, '`nodes` must be a list of servers, such as [{ host: "cache.example.com" }]');
  requireSome(path, 'nodes', nodes, 'give the host of each server of the cache');
  nodes.forEach(node => {
    const { host, port = CACHE_PORT }: Partial<CacheNodeOptions> = node ?? {};
    requireHost(path, 'host', host);
    requireWhole(path, 'port', port, PORTS);
  });
  const text = cacheNodesText(nodes.map(({ host, port = CACHE_PORT }) => ({ host, port: Tokenization.stringifyNumber(port) })));
  return { [ROTATION_ENVIRONMENT.CACHE_NODES]: text };
}

/** One port for all groups: that of the first server. */
export function serverBehind(
  securityGroups: ec2.ISecurityGroup[] | undefined, { port = CACHE_PORT }: CacheNodeOptions,
): BoundServer | undefined {
  return securityGroups && { securityGroups, port: ec2.Port.tcp(port), description: 'Rotation of users of a cache' };
}

/** The rules for a password that a service manages, and the first one that Secrets Manager makes by them. */
export function managedPassword(path: string, policy: PasswordPolicy = LETTERS_AND_DIGITS): ReturnType<typeof passwordOf> {
  const password = passwordOf(path, policy, CACHE_PASSWORD);
  const { refusedCharacters } = CACHE_PASSWORD;
  const allowed = [...refusedCharacters].find(each => policy._rules.punctuation && !policy.excludeCharacters.includes(each));
  if (allowed !== undefined) {
    fail(path, `\`passwordPolicy\` must exclude ${[...refusedCharacters].join(' ')}, which no password of a cache of AWS may hold, got `
      + `one that allows ${allowed}; exclude it`);
  }
  return password;
}

export function requireCacheUsername(path: string, username: string): void {
  if (typeof username === 'string' && (Token.isUnresolved(username) || USERNAME.test(username))) return;
  fail(path, '`username` must be a name of letters, digits and .@+=_-, because a tag of the secret holds it, got '
    + `${JSON.stringify(username)}; rename the user`);
}

/** Whose password each user has. */
const SECRETS = new WeakMap<CacheUserResource, ManagedSecret>();

/** A user by CloudFormation. */
export type CacheUserResource = elasticache.CfnUser | memorydb.CfnUser;

/** CloudFormation reads the password when it creates the user, and again whenever it changes the user. */
export function givePassword(user: CacheUserResource, secret: ManagedSecret): void {
  const { node: { path }, secretArn } = secret;
  const other = SECRETS.get(user);
  if (other) {
    fail(path, `\`user\` ${user.node.path} must be that of one secret, got that of ${other.node.path} too; create a user for each`);
  }
  SECRETS.set(user, secret);
  const password = SecretValue.secretsManager(secretArn, { jsonField: 'password' }).unsafeUnwrap();
  user.authenticationMode = { Type: 'password', Passwords: [password] };
}

/** The user must not have a password of its own, which would stay valid beside those of the secret, or open it to everybody. */
export function requireNoPassword(path: string, user: CacheUserResource, props: readonly string[]): void {
  if (SECRETS.has(user)) return;
  const given = props.find(prop => (user as unknown as Record<string, unknown>)[prop] !== undefined);
  if (given === undefined) return;
  fail(path, `\`user\` must come without \`${given}\`, because its password is that of the secret; leave \`${given}\` out`);
}

export function requireResource(path: string, user: unknown, type: string): void {
  if (!Resource.isResource(user as never) && (user as { cfnResourceType?: string })?.cfnResourceType === type) return;
  fail(path, `\`user\` must be a CfnUser of ${type}, such as new CfnUser(this, "User", { … })`);
}
