import type { aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import { RemovalPolicy } from 'aws-cdk-lib';
import type { DatabaseGrant } from './database-grant';
import type { SecretEncryption } from '../encryption/secret-encryption';

/** How a database user is made. */
export interface DatabaseUserOptions {
  /** What the user may do. It is all that the user has been granted afterwards, whatever a person has granted beside. */
  readonly grants: DatabaseGrant[];

  /**
   * The secret of a superuser of the same database, of the account and region of the rotated one: who creates the user and grants. May be
   * the one that Amazon RDS manages for the master user. A tag of the rotated secret names it: its name has 249 characters at most.
   *
   * @default - that of the strategy, where users alternate
   */
  readonly superuserSecret?: secretsmanager.ISecret;

  /**
   * The key under which the superuser's secret is encrypted.
   *
   * @default - the key that `superuserSecret` knows, else the AWS managed key, which needs no permission
   */
  readonly superuserEncryption?: SecretEncryption;

  /**
   * Whether a user of this name that is in the database already becomes this secret's: it gets the password of the secret, and exactly
   * these grants. Without it, such a user is an error of the deployment, and stays as it is.
   *
   * @default false
   */
  readonly takeOver?: boolean;

  /**
   * What happens to the user in the database when the secret leaves its stack. `DESTROY` drops it then, with the one that takes turns with
   * it. It stays in any case where `user` alone is taken from the secret, or `username` is changed.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * A database user that a deployment makes, before anything refers to its secret: when the stack is complete, the password in the secret
 * logs in, and a service that reads it starts the first time.
 *
 * The rotation function makes the user, as the superuser. Each deployment that changes something of it brings all of it up to date.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html
 *
 * @example
 * const user = DatabaseUser.create({
 *   superuserSecret: cluster.secret!,
 *   grants: [
 *     DatabaseGrant.onSchema({ schema: 'app', privileges: [SchemaPrivilege.USAGE] }),
 *     DatabaseGrant.onTables({ schema: 'app', privileges: [TablePrivilege.SELECT, TablePrivilege.INSERT] }),
 *   ],
 * });
 */
export class DatabaseUser {
  /** A user who is not there yet, or is taken over. */
  public static create(options: DatabaseUserOptions): DatabaseUser {
    return new DatabaseUser(options);
  }

  private constructor(
    /** @internal */
    public readonly _options: DatabaseUserOptions,
  ) {}

  /** @internal */
  public get _drops(): boolean {
    return this._options.removalPolicy === RemovalPolicy.DESTROY;
  }
}
