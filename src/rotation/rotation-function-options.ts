import type {
  aws_ec2 as ec2, aws_iam as iam, aws_lambda as lambda, aws_logs as logs, aws_sqs as sqs, Duration, RemovalPolicy,
} from 'aws-cdk-lib';
import type { SecretsManagerEndpoint } from './secrets-manager-endpoint';

/**
 * How a rotation function runs, whatever it rotates.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
 */
export interface RotationFunctionOptions {
  /**
   * The VPC in which the function runs: that of the server whose credentials it rotates, or one that is connected with it.
   *
   * @default - no VPC, for what is reached over the internet
   */
  readonly vpc?: ec2.IVpc;

  /**
   * The subnets in which the function runs: private or isolated ones, because a function in a public subnet has no way out.
   *
   * @default - the private subnets of the VPC, or its isolated ones where it has no others
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * The security groups of the function. Those that do not allow all outbound traffic are opened to the servers and to Secrets Manager.
   *
   * @default - one of its own, which may open connections to the servers and by HTTPS: to the security groups of `endpoint`, or to any
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
   * A PEM bundle of certificate authorities that are trusted besides those that the function knows, at most 3000 characters.
   *
   * @default - no further authorities
   */
  readonly certificateAuthorities?: string;

  /**
   * Memory of the function in MiB, from 128 to 10240.
   *
   * @default 256
   */
  readonly memorySize?: number;

  /**
   * How long a step may take: from 15 seconds to 15 minutes. With replicas, the last step waits for them up to 20 seconds.
   *
   * @default - 1 minute; 5 minutes for a user of Amazon ElastiCache or Amazon MemoryDB
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
