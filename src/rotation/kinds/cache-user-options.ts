import type {
  aws_ec2 as ec2, aws_elasticache as elasticache, aws_memorydb as memorydb, aws_secretsmanager as secretsmanager,
} from 'aws-cdk-lib';
import type { SecretEncryption } from '../../encryption/secret-encryption';
import type { PasswordPolicy } from '../../secret/password-policy';

/** What users of Amazon ElastiCache and Amazon MemoryDB have in common. */
export interface ManagedCacheUserOptions {
  /**
   * The host name of the cache at which a new password is tried: the primary or the configuration endpoint, without a port. Clients find it
   * in the secret.
   */
  readonly host: string;

  /**
   * The port of the cache.
   *
   * @default 6379
   */
  readonly port?: number;

  /** The security groups of the cache, which are opened to the rotation function. */
  readonly securityGroups: ec2.ISecurityGroup[];

  /**
   * The rules for every new password, from 16 to 128 characters.
   *
   * @default - 32 letters and digits
   */
  readonly passwordPolicy?: PasswordPolicy;
}

/** A user of Amazon ElastiCache. */
export interface ElastiCacheUserOptions extends ManagedCacheUserOptions {
  /**
   * The user, of the account and region of the secret. Its password is that of the secret: give it neither `passwords` nor
   * `authenticationMode`.
   */
  readonly user: elasticache.CfnUser;
}

/** A user of Amazon MemoryDB. */
export interface MemoryDbUserOptions extends ManagedCacheUserOptions {
  /** The user, of the account and region of the secret. Its password is that of the secret: give it no `authenticationMode`. */
  readonly user: memorydb.CfnUser;
}

/** One server of a cache of your own. */
export interface CacheNodeOptions {
  /** Host name or address, without a port. */
  readonly host: string;

  /**
   * The port at which it listens with TLS.
   *
   * @default 6379
   */
  readonly port?: number;
}

/** A user of Valkey, or of Redis 6 and newer, of your own. */
export interface SelfManagedCacheUserOptions {
  /** By which the user logs in. It must be there, with its rules; the first rotation leaves the passwords that it has until the second. */
  readonly username: string;

  /** All servers: replicas and the nodes of a cluster too, because a server hands its users on to no other. */
  readonly nodes: CacheNodeOptions[];

  /**
   * The secret of an administrator, of the account and region of the rotated one: a JSON object with `username` and `password`. The user
   * needs `+acl|getuser +acl|setuser +acl|save`, and `+config|rewrite` where there is no ACL file.
   */
  readonly administratorSecret: secretsmanager.ISecret;

  /**
   * The key under which the administrator's secret is encrypted.
   *
   * @default - the key that `administratorSecret` knows, else the AWS managed key, which needs no permission
   */
  readonly administratorEncryption?: SecretEncryption;

  /**
   * The security groups of the servers, which are opened to the rotation function. To be given when that runs in a VPC.
   *
   * @default - the servers are reached over the internet
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * The name in the certificate of the servers, when their host names are aliases of it.
   *
   * @default - the host of each
   */
  readonly tlsServerName?: string;

  /**
   * The rules for every new password, from 8 to 128 characters.
   *
   * @default - 32 letters and digits
   */
  readonly passwordPolicy?: PasswordPolicy;
}
