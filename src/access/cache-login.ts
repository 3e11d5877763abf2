import {
  aws_elasticache as elasticache, aws_iam as iam, aws_memorydb as memorydb, Resource, Stack, Token, TokenComparison,
} from 'aws-cdk-lib';
import { grantAll } from './private/permission';
import { CACHE_CONNECT } from '../private/actions';
import { fail } from '../private/errors';

/** A user by CloudFormation. */
type CacheUserResource = elasticache.CfnUser | memorydb.CfnUser;

/**
 * A user of a cache who logs in with a token of IAM, so that there is no password, no secret and no rotation. The token is made by the
 * client, is valid for 15 minutes, and needs TLS.
 *
 * The user gets the authentication mode `iam`, unless the template gives it one already.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html
 *
 * @example
 * const user = new elasticache.CfnUser(this, 'User', {
 *   engine: 'valkey', userId: 'sessions', userName: 'sessions', accessString: 'on ~app:* +@read +@write',
 * });
 * CacheLogin.elastiCache(user, cache).grantConnect(reader);
 */
export class CacheLogin {
  /**
   * A user of a replication group of Amazon ElastiCache, with Valkey 7.2 or Redis OSS 7.0, or newer.
   *
   * Throws when the user has a password, when its id is not its name, which a login by IAM needs, and when the replication group has
   * no TLS.
   */
  public static elastiCache(user: elasticache.CfnUser, cache: elasticache.CfnReplicationGroup): CacheLogin {
    requireOfElastiCache(user);
    requireResource(cache, elasticache.CfnReplicationGroup.CFN_RESOURCE_TYPE_NAME, user);
    if (cache.transitEncryptionEnabled !== true && !Token.isUnresolved(cache.transitEncryptionEnabled)) {
      fail(cache.node.path, '`transitEncryptionEnabled` must be true, because a login by IAM needs TLS; turn it on');
    }
    const arn = Stack.of(cache).formatArn({ service: 'elasticache', resource: `replicationgroup:${cache.ref}` });
    return new CacheLogin(user, CACHE_CONNECT.ELASTICACHE, arn);
  }

  /**
   * A user of a serverless cache of Amazon ElastiCache.
   *
   * Throws when the user has a password, and when its id is not its name, which a login by IAM needs.
   */
  public static elastiCacheServerless(user: elasticache.CfnUser, cache: elasticache.CfnServerlessCache): CacheLogin {
    requireOfElastiCache(user);
    requireResource(cache, elasticache.CfnServerlessCache.CFN_RESOURCE_TYPE_NAME, user);
    return new CacheLogin(user, CACHE_CONNECT.ELASTICACHE, cache.attrArn);
  }

  /**
   * A user of a cluster of Amazon MemoryDB, with Valkey 7.2 or Redis OSS 7.0, or newer.
   *
   * Throws when the user has a password, and when the cluster has no TLS.
   */
  public static memoryDb(user: memorydb.CfnUser, cluster: memorydb.CfnCluster): CacheLogin {
    requireResource(user, memorydb.CfnUser.CFN_RESOURCE_TYPE_NAME);
    requireResource(cluster, memorydb.CfnCluster.CFN_RESOURCE_TYPE_NAME, user);
    if (cluster.tlsEnabled === false) {
      fail(cluster.node.path, '`tlsEnabled` must not be false, because a login by IAM needs TLS; leave it out');
    }
    return new CacheLogin(user, CACHE_CONNECT.MEMORYDB, cluster.attrArn);
  }

  private constructor(
    private readonly user: CacheUserResource, private readonly action: string, private readonly cacheArn: string,
  ) {
    const { authenticationMode, passwords, noPasswordRequired } = user as elasticache.CfnUser;
    const mode = authenticationMode ?? passwords ?? noPasswordRequired;
    if (mode !== undefined && !Token.isUnresolved(mode) && mode.Type !== 'iam') {
      fail(user.node.path, 'a user who logs in by IAM must have no password; '
        + 'leave `authenticationMode`, `passwords` and `noPasswordRequired` out');
    }
    user.authenticationMode ??= { Type: 'iam' };
  }

  /**
   * Allows the grantee to log in to this cache as this user, and as no other.
   *
   * Throws for a grantee whose policy this app cannot write, and for one of another account, because a cache has no policy that could
   * let it in.
   */
  public grantConnect(grantee: iam.IGrantable): iam.Grant {
    const { account } = Stack.of(this.user);
    const { principalAccount = account } = grantee.grantPrincipal;
    if (Token.compareStrings(account, principalAccount) === TokenComparison.DIFFERENT) {
      fail(this.user.node.path, `\`grantConnect\` must have a grantee of account ${account}, got one of ${principalAccount}; `
        + 'let it assume a role of the account of the cache, and grant to that role');
    }
    return grantAll({ scope: this.user, account, sharedByOwner: true }, 'grantConnect', grantee, [
      { actions: [this.action], resourceArns: [this.cacheArn, this.userArn] },
    ]);
  }

  /** By its name, which is known before it is deployed. */
  private get userArn(): string {
    const { user } = this;
    const isOfElastiCache = user.cfnResourceType === elasticache.CfnUser.CFN_RESOURCE_TYPE_NAME;
    return Stack.of(user).formatArn(isOfElastiCache
      ? { service: 'elasticache', resource: `user:${(user as elasticache.CfnUser).userId}` }
      : { service: 'memorydb', resource: 'user', resourceName: user.userName });
  }
}

function requireOfElastiCache(user: elasticache.CfnUser): void {
  requireResource(user, elasticache.CfnUser.CFN_RESOURCE_TYPE_NAME);
  if (Token.isUnresolved(user.userId) || Token.isUnresolved(user.userName) || user.userId === user.userName) return;
  fail(user.node.path, `\`userId\` must be the \`userName\` of a user who logs in by IAM, got ${user.userId} and `
    + `${user.userName}; make them the same`);
}

function requireResource(given: unknown, type: string, beside?: CacheUserResource): void {
  if (!Resource.isResource(given as never) && (given as { cfnResourceType?: string })?.cfnResourceType === type) return;
  fail(beside?.node.path ?? '', `a ${type} must be given, got ${String(given)}; create it as an L1 construct`);
}
