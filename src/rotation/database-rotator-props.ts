import type { aws_lambda as lambda, ResourceEnvironment } from 'aws-cdk-lib';
import type { IConstruct, IDependable } from 'constructs';
import type { DatabaseEngine } from './database-engine';
import type { LegacyAuthentication } from './legacy-authentication';
import type { BoundTarget } from './private/bound-target';
import type { RotationRequest } from './private/rotation-request';
import type { ScheduledBy } from './private/schedule-of-secret';
import type { RotationFunctionOptions } from './rotation-function-options';
import type { RotationStrategy } from './rotation-strategy';
import type { GuardRail } from '../access/guard-rail';
import type { SecretEncryption } from '../encryption/secret-encryption';
import type { PasswordPolicy } from '../secret/password-policy';

/**
 * What rotates the credentials of databases: a Lambda function with what it is allowed. It is a `DatabaseRotator`, a function of your own
 * by `DatabaseRotator.fromFunction`, or one that AWS hosts by `DatabaseRotator.hosted`. Do not implement it: a secret refuses what is
 * none of them.
 */
export interface IDatabaseRotator extends IConstruct {
  /** The rotation function. */
  readonly rotationFunction: lambda.IFunction;

  /**
   * The rules for every new password; absent where a function of the user's own decides.
   *
   * @internal
   */
  readonly _passwordPolicy?: PasswordPolicy;

  /**
   * How passwords are changed; absent where a function of the user's own decides.
   *
   * @internal
   */
  readonly _strategy?: RotationStrategy;

  /**
   * What the value of its secrets must hold besides.
   *
   * @internal
   */
  readonly _templateFields?: { [field: string]: string };

  /**
   * Fails unless this rotator can do what a secret needs; before anything of the secret is created.
   *
   * @internal
   */
  _requireFit(path: string, needs: RotationNeeds): void;

  /**
   * Lets the function rotate a secret, and returns what its schedule must wait for.
   *
   * @internal
   */
  _serve(request: RotationRequest): IDependable[];

  /**
   * What the schedule of a secret names, when the secret is there.
   *
   * @internal
   */
  _schedule(request: Pick<RotationRequest, 'secret' | 'reads'>): ScheduledBy;

  /**
   * What CloudFormation asks for the users of secrets. A function of the user's own makes none: see `userPlan`.
   *
   * @internal
   */
  _provideUsers(): string;
}

/**
 * What a secret needs of its rotator.
 *
 * @internal
 */
export interface RotationNeeds {
  readonly env: ResourceEnvironment;
  readonly guardRails: GuardRail[];
  readonly target: BoundTarget;
  readonly strategy: RotationStrategy;
  readonly username: string;
  readonly passwordPolicy: PasswordPolicy;
  readonly encryption: SecretEncryption;
  /** Of the value, as the template shows them; absent where it does not. */
  readonly fields?: { readonly [field: string]: unknown };
}

/** Properties of `DatabaseRotator`. */
export interface DatabaseRotatorProps extends RotationFunctionOptions {
  /** The engine of the databases. */
  readonly engine: DatabaseEngine;

  /**
   * How passwords are changed: `RotationStrategy.alternatingUsers()` where each secret names a superuser of its own.
   *
   * @default RotationStrategy.singleUser()
   */
  readonly strategy?: RotationStrategy;

  /**
   * The rules for every new password, from 8 to 128 characters.
   *
   * @default - those of the engine
   */
  readonly passwordPolicy?: PasswordPolicy;

  /**
   * The name in the certificate of the database, when its host name is an alias of it.
   *
   * @default - the host name in the secret
   */
  readonly tlsServerName?: string;

  /**
   * Ways to log in that show the server more of a password than it must see, for a database that knows no better one. PostgreSQL then
   * gets no clear text all the same.
   *
   * @default - none: SCRAM-SHA-256 of PostgreSQL; caching_sha2_password, sha256_password and mysql_native_password of MySQL and MariaDB
   */
  readonly legacyAuthentication?: LegacyAuthentication[];
}
