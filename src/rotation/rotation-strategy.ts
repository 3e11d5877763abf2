import type { aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import { needsSuperuser, type Overlap, OVERLAPS, type RotationStrategyName } from './contract/strategies';
import type { DatabaseEngine } from './database-engine';
import type { SecretEncryption } from '../encryption/secret-encryption';
import { fail } from '../private/errors';

/** Such as `5.7.44`, or `5.7.mysql_aurora.2.11.1` of Aurora MySQL 2; a token is none. */
const MYSQL_5 = /^5\./;

/** The superuser who sets a password. */
export interface SuperuserOptions {
  /**
   * The secret of a superuser of the same database, of the account and region of the rotated one. It sets the password, and of alternating
   * users it creates the other one. May be the one that Amazon RDS manages for the master user, such as `cluster.secret`. A tag of the
   * rotated secret names it: its name has 249 characters at most.
   *
   * @default - on a `DatabaseRotator`, each rotated secret names its own; a rotated secret must have one
   */
  readonly superuserSecret?: secretsmanager.ISecret;

  /**
   * The key under which the superuser's secret is encrypted.
   *
   * @default - the key that `superuserSecret` knows, else the AWS managed key, which needs no permission
   */
  readonly superuserEncryption?: SecretEncryption;
}

/** What alternating users need. */
export interface AlternatingUsersOptions extends SuperuserOptions {}

/** For what a superuser is needed. */
const SUPERUSER_TASKS: { readonly [name in RotationStrategyName]?: string } = {
  alternatingUsers: 'alternating users: the secret of a superuser who creates the other user',
  superuserSets: 'a password that a superuser sets: the secret of that superuser',
};

/** A superuser whose own user is made by the deployment is known before that. */
type KnownSecret = secretsmanager.ISecret & { readonly _arnWithoutUser: string };

/**
 * How the password of a database user is changed while clients log in.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotation-strategy.html
 */
export class RotationStrategy {
  /** The user changes its own password. Clients that log in anew with the old one are refused until they read the secret again. */
  public static singleUser(): RotationStrategy {
    return new RotationStrategy('singleUser', undefined);
  }

  /** Two users take turns, `app` and `app_clone`: the current password logs in at every instant. */
  public static alternatingUsers(options: AlternatingUsersOptions = {}): RotationStrategy {
    return new RotationStrategy('alternatingUsers', options);
  }

  /** One user with two passwords: the current one logs in at every instant. MySQL 8 and newer, no superuser needed. */
  public static dualPassword(): RotationStrategy {
    return new RotationStrategy('dualPassword', undefined);
  }

  /**
   * A superuser changes the password of the one user, for a user that may not change its own, such as one of MongoDB without
   * `changeOwnPassword`. Clients that log in anew with the old one are refused until they read the secret again.
   */
  public static superuserSets(options: SuperuserOptions = {}): RotationStrategy {
    return new RotationStrategy('superuserSets', options);
  }

  private constructor(
    /** @internal */ public readonly _name: RotationStrategyName,
    private readonly superuser: SuperuserOptions | undefined,
  ) {}

  /** @internal */
  public get _overlap(): Overlap {
    return OVERLAPS[this._name];
  }

  /**
   * A superuser sets the password, and not the user itself.
   *
   * @internal
   */
  public get _needsSuperuser(): boolean {
    return needsSuperuser(this._name);
  }

  /** @internal */
  public get _superuserSecret(): secretsmanager.ISecret | undefined {
    return this.superuser?.superuserSecret;
  }

  /** @internal */
  public get _superuserEncryption(): SecretEncryption | undefined {
    return this.superuser?.superuserEncryption;
  }

  /** @internal */
  public get _superuserArn(): string | undefined {
    const { secretFullArn, secretArn, _arnWithoutUser } = this._superuserSecret as Partial<KnownSecret> | undefined ?? {};
    return _arnWithoutUser ?? secretFullArn ?? secretArn;
  }

  /**
   * The same strategy, whose superuser does more than the strategy needs.
   *
   * @internal
   */
  public _withSuperuser(superuser: SuperuserOptions): RotationStrategy {
    return new RotationStrategy(this._name, superuser);
  }

  /** @internal */
  public _validate(path: string, engine: DatabaseEngine, version?: string): void {
    requireStrategyOfEngine(path, this._name, engine);
    if (this._name === 'dualPassword' && version !== undefined && MYSQL_5.test(version)) {
      fail(path, `\`strategy\` must not be dual password for ${engine.name} of version ${version}, which has one password for a user; `
        + 'upgrade the database to version 8, or choose RotationStrategy.singleUser() or alternatingUsers({ superuserSecret })');
    }
    if (this._needsSuperuser && this._superuserSecret === undefined) {
      fail(path, `\`superuserSecret\` must be given for ${SUPERUSER_TASKS[this._name]}, such as \`cluster.secret\`; `
        + 'or choose RotationStrategy.singleUser()');
    }
  }
}

/** JavaScript passes the name alone. */
export function requireStrategy(path: string, strategy: RotationStrategy): void {
  if (strategy?._validate === undefined) fail(path, '`strategy` must be a RotationStrategy, such as RotationStrategy.singleUser()');
}

export function requireStrategyOfEngine(path: string, name: RotationStrategyName, engine: DatabaseEngine): void {
  const { keepsOldPassword = false, noAlternatingUsers } = engine._rotated ?? {};
  if (name !== 'dualPassword' || keepsOldPassword) return;
  fail(path, `\`strategy\` must not be dual password for ${engine.name}, which has one password for a user; `
    + `choose RotationStrategy.singleUser() or ${noAlternatingUsers ? 'superuserSets' : 'alternatingUsers'}({ superuserSecret })`);
}

/** What a function of this library cannot do, and one that AWS hosts may. */
export function requireStrategyOfOurs(path: string, name: RotationStrategyName, engine: DatabaseEngine): void {
  const { noAlternatingUsers } = engine._rotated ?? {};
  if (name !== 'alternatingUsers' || !noAlternatingUsers) return;
  fail(path, `\`strategy\` must not be alternating users for ${engine.name}, ${noAlternatingUsers}; `
    + 'choose RotationStrategy.singleUser() or superuserSets({ superuserSecret })');
}
