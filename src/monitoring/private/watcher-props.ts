import type { aws_logs as logs, aws_secretsmanager as secretsmanager, aws_sqs as sqs, Duration } from 'aws-cdk-lib';
import type { SecretThresholds } from '../secret-thresholds';

/** What is watched, and when something of it is told. */
export interface SecretWatcherProps extends SecretThresholds {
  /** The value of the dimension of the metrics: the prefix of the namespace, or a name for the group of secrets. One of each in a region. */
  readonly watched: string;

  /** Every secret of this account and region whose name begins so is watched, such as `prod/payments/`. @default - only `secrets` */
  readonly prefix?: string;

  /** Further secrets of this account and region. @default - only those of `prefix` */
  readonly secrets?: secretsmanager.ISecret[];

  /** Whether to describe every secret, because replicas are to be expected. @default - those that the list tells to be replicated */
  readonly describeAll?: boolean;

  /** How often to look: whole minutes from 15 to a day. @default Duration.hours(1) */
  readonly interval?: Duration;

  /** Where the function writes. @default - a log group of its own that keeps events for a year */
  readonly logGroup?: logs.ILogGroup;

  /** Where the event of a look goes that never came to be. @default - a queue of its own */
  readonly deadLetterQueue?: sqs.IQueue;

  /** Whether one look at a time is a limit that is reserved; an account with a low limit cannot reserve. @default true */
  readonly reserveConcurrency?: boolean;
}
