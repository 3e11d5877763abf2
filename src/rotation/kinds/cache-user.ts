import { aws_elasticache as elasticache, aws_iam as iam, aws_memorydb as memorydb, Duration, Stack } from 'aws-cdk-lib';
import type { ElastiCacheUserOptions, MemoryDbUserOptions, SelfManagedCacheUserOptions } from './cache-user-options';
import { SecretContent } from '../../secret/secret-content';
import { CACHE_USER_KINDS } from '../contract/cache-users';
import type { CredentialName } from '../contract/credentials';
import { ROTATION_TAGS } from '../contract/tags';
import { CredentialKind } from '../credential-kind';
import { BoundKind, placeholder } from '../private/bound-kind';
import {
  givePassword, managedPassword, nodesEnvironment, requireCacheUsername, requireNoPassword, requireResource, serverBehind,
} from '../private/cache-fit';
import { administratorOf, certificateEnvironment, passwordOf, requireGroupsOf } from '../private/server-fit';

/** A change of a user takes its time in all nodes; AWS's own function waits for ten minutes. */
const MODIFYING = Duration.minutes(5);

type Bind = (path: string, title: string) => BoundKind;

/** A user that a service manages, as the kind needs it. */
interface ManagedUser {
  readonly kind: CredentialName;
  readonly username: string;
  readonly id: string;
  readonly actions: string[];
  readonly arn: string;
}

/**
 * The password of a user of Valkey or Redis: of Amazon ElastiCache, of Amazon MemoryDB, or of a server of your own. The older password
 * works until the next rotation. A new one is tried by a login over TLS.
 *
 * The value is a JSON object with `username` and `password`, and since the first rotation `host` and `port`.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html
 *
 * @example
 * const user = new elasticache.CfnUser(this, 'User', {
 *   engine: 'valkey', userId: 'sessions', userName: 'sessions', accessString: 'on ~app:* +@read +@write',
 * });
 * new RotatedSecret(this, 'Sessions', {
 *   namespace: secrets,
 *   purpose: 'sessions-cache',
 *   vpc,
 *   kind: CacheUser.elastiCache({ user, host: cache.attrPrimaryEndPointAddress, securityGroups: [cacheGroup] }),
 * });
 */
export class CacheUser extends CredentialKind {
  /** A user of Amazon ElastiCache. */
  public static elastiCache(options: ElastiCacheUserOptions): CacheUser {
    return new CacheUser('users of Amazon ElastiCache', (path, title) => {
      const user = options?.user;
      requireResource(path, user, elasticache.CfnUser.CFN_RESOURCE_TYPE_NAME);
      requireNoPassword(path, user, ['passwords', 'authenticationMode', 'noPasswordRequired']);
      return managed(path, title, options, {
        kind: CACHE_USER_KINDS.ELASTICACHE,
        username: user.userName,
        id: user.userId,
        actions: ['elasticache:DescribeUsers', 'elasticache:ModifyUser'],
        arn: Stack.of(user).formatArn({ service: 'elasticache', resource: `user:${user.userId}` }),
      });
    });
  }

  /** A user of Amazon MemoryDB. */
  public static memoryDb(options: MemoryDbUserOptions): CacheUser {
    return new CacheUser('users of Amazon MemoryDB', (path, title) => {
      const user = options?.user;
      requireResource(path, user, memorydb.CfnUser.CFN_RESOURCE_TYPE_NAME);
      requireNoPassword(path, user, ['authenticationMode']);
      return managed(path, title, options, {
        kind: CACHE_USER_KINDS.MEMORYDB,
        username: user.userName,
        id: user.userName,
        actions: ['memorydb:DescribeUsers', 'memorydb:UpdateUser'],
        arn: Stack.of(user).formatArn({ service: 'memorydb', resource: 'user', resourceName: user.userName }),
      });
    });
  }

  /** A user of servers of your own. */
  public static selfManaged(options: SelfManagedCacheUserOptions): CacheUser {
    return new CacheUser('users of Valkey', (path, title) => selfManaged(path, title, options));
  }

  private constructor(title: string, private readonly bind: Bind) {
    super(title);
  }

  /** @internal */
  public _bind(path: string): BoundKind {
    return this.bind(path, this._title);
  }
}

/** The password is right from the beginning. */
function managed(path: string, title: string, options: ElastiCacheUserOptions | MemoryDbUserOptions, user: ManagedUser): BoundKind {
  requireCacheUsername(path, user.username);
  requireGroupsOf(path, 'cache', options.securityGroups);
  const password = managedPassword(path, options.passwordPolicy);
  return {
    name: user.kind,
    title,
    rotatedBy: 'valkey',
    overlap: 'untilNextRotation',
    content: SecretContent.generatedField({ template: { username: user.username }, ...password }),
    isPlaceholder: false,
    ...password,
    timeout: MODIFYING,
    environment: nodesEnvironment(path, [options]),
    tags: { [ROTATION_TAGS.USER]: user.username, [ROTATION_TAGS.USER_ID]: user.id },
    statements: [new iam.PolicyStatement({ actions: user.actions, resources: [user.arn] })],
    server: serverBehind(options.securityGroups, options),
    use: secret => givePassword(options.user, secret),
  };
}

function selfManaged(path: string, title: string, options: SelfManagedCacheUserOptions): BoundKind {
  const { username, nodes, securityGroups, tlsServerName } = options ?? {};
  requireCacheUsername(path, username);
  const servers = nodesEnvironment(path, nodes);
  const { environment, reads } = administratorOf(path, 'a user who may change other users of the cache', options);
  if (securityGroups !== undefined) requireGroupsOf(path, 'cache', securityGroups);
  return {
    name: CACHE_USER_KINDS.SELF_MANAGED,
    title,
    rotatedBy: 'valkey',
    overlap: 'untilNextRotation',
    ...placeholder(),
    ...passwordOf(path, options.passwordPolicy),
    environment: { ...servers, ...environment, ...certificateEnvironment(path, tlsServerName) },
    tags: { [ROTATION_TAGS.USER]: username },
    reads,
    server: serverBehind(securityGroups, nodes[0]),
  };
}
