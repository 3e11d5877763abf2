import type {
  aws_ec2 as ec2, aws_iam as iam, aws_lambda as lambda, aws_logs as logs, aws_sqs as sqs, Duration, RemovalPolicy, ResourceEnvironment,
} from 'aws-cdk-lib';
import type { IConstruct, IDependable } from 'constructs';
import type { DatabaseEngine } from './database-engine';
import type { LegacyAuthentication } from './legacy-authentication';
import type { RotationStrategy } from './rotation-strategy';
import type { BoundTarget } from './rotation-target';
import type { SecretsManagerEndpoint } from './secrets-manager-endpoint';
import type { GuardRail } from '../access/guard-rail';
import type { ManagedSecret } from '../secret/managed-secret';
import type { PasswordPolicy } from '../secret/password-policy';

/**
 * What rotates the credentials of databases: a Lambda function with what it is allowed. It is a `DatabaseRotator`, or a function of your
 * own by `DatabaseRotator.fromFunction`. Do not implement it: a secret refuses what is neither.
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
}

/**
 * A secret to be rotated.
 *
 * @internal
 */
export interface RotationRequest extends Pick<RotationNeeds, 'target' | 'strategy'> {
  readonly secret: ManagedSecret;
  /** Permissions for the namespace are for all its secrets; those for the one secret are for a rotator that nobody else uses. */
  readonly scope: 'namespace' | 'secret';
}

/** Properties of `DatabaseRotator`. */
export interface DatabaseRotatorProps {
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
   * The VPC in which the function runs: that of the database, or one that is connected with it.
   *
   * @default - no VPC, for databases that are reached over the internet
   */
  readonly vpc?: ec2.IVpc;

  /**
   * The subnets in which the function runs: private or isolated ones, because a function in a public subnet has no way out.
   *
   * @default - the private subnets of the VPC, or its isolated ones where it has no others
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * The security groups of the function. Those that do not allow all outbound traffic are opened to the databases and to Secrets Manager.
   *
   * @default - one of its own, which may open connections to the databases and by HTTPS: to the security groups of `endpoint`, or to any
   * address where none are known
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * How the function reaches Secrets Manager from its VPC. It has no public address, so that an internet gateway alone is no way.
   *
   * @default - through the NAT gateway of its subnets, or through an endpoint of the VPC with private DNS
   */
  readonly endpoint?: SecretsManagerEndpoint;

  /**
   * A PEM bundle of certificate authorities that are trusted besides those of Amazon RDS and Node.js, at most 3000 characters.
   *
   * @default - no further authorities
   */
  readonly certificateAuthorities?: string;

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

  /**
   * Memory of the function in MiB, from 128 to 10240.
   *
   * @default 256
   */
  readonly memorySize?: number;

  /**
   * How long a step may take: from 15 seconds to 15 minutes. With replicas, the last step waits for them up to 20 seconds.
   *
   * @default Duration.minutes(1)
   */
  readonly timeout?: Duration;

  /**
   * The runtime: Node.js 20 or newer.
   *
   * @default - Node.js 24
   */
  readonly runtime?: lambda.Runtime;

  /**
   * How many invocations may run at once, at least one. A thousand secrets of one schedule need more than a few.
   *
   * @default - no limit of its own
   */
  readonly reservedConcurrentExecutions?: number;

  /**
   * The most that the function's role can be allowed.
   *
   * @default - the boundary that holds for the scope, if any
   */
  readonly permissionsBoundary?: iam.IManagedPolicy;

  /**
   * Where the function writes its logs, which hold no secret value: a log group of the account and region of the function.
   *
   * @default - one of its own, whose logs are kept for a year, under a key that CloudWatch Logs owns. The log group stays when the rotator
   * leaves its stack; that of a rotator that a secret makes has the removal policy of the secret
   */
  readonly logGroup?: logs.ILogGroup;

  /**
   * Where an asynchronous invocation goes that failed for good. Secrets Manager waits for the answer of the function and tries a rotation
   * again in its window, so that only what you invoke yourself can get there.
   *
   * @default - failed invocations are not kept
   */
  readonly deadLetterQueue?: sqs.IQueue;

  /**
   * Whether AWS X-Ray traces invocations.
   *
   * @default Tracing.DISABLED
   */
  readonly tracing?: lambda.Tracing;

  /**
   * What happens to the log group of its own.
   *
   * @internal
   */
  readonly _logRemovalPolicy?: RemovalPolicy;
}
