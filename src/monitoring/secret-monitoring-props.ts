import type {
  aws_cloudwatch as cloudwatch, aws_kms as kms, aws_lambda as lambda, aws_logs as logs, aws_secretsmanager as secretsmanager, aws_sns as sns,
  Duration,
} from 'aws-cdk-lib';
import type { SecretAlarms } from './secret-alarms';
import type { SecretThresholds } from './secret-thresholds';
import type { ISecretNamespace } from '../namespace/secret-namespace-props';

/** Properties of `SecretMonitoring`. */
export interface SecretMonitoringProps {
  /**
   * The namespace whose secrets are watched: all below its prefix, also those of other stacks and those that come later. It is of this stack's account and
   * region. Excludes `secrets`.
   *
   * @default - the namespace of the nearest enclosing scope, as `SecretNamespace.of` finds it, unless `secrets` are given
   */
  readonly namespace?: ISecretNamespace;

  /**
   * The secrets that are watched, imported ones too, of this stack's account and region. Their names must be known at synthesis. Excludes `namespace`.
   *
   * @default - those of `namespace`
   */
  readonly secrets?: secretsmanager.ISecret[];

  /**
   * The log group to which a trail of CloudTrail writes, with management events, reads included. It is of this stack's account and region; the trail may be that
   * of all regions or of an organization.
   *
   * @default - the alarms on reads are left out; the rules need a trail all the same, of which nothing is known here, and a warning says so
   */
  readonly trailLogGroup?: logs.ILogGroup;

  /**
   * The ARNs of the roles that read the secrets, each with `*` at the end or the beginning where a part is not known. A read by any other principal is an alarm.
   * CloudFormation names a role after its stack: `arn:aws:iam::111122223333:role/payments-service-*`. Needs `trailLogGroup`.
   *
   * @default - no alarm on readers
   */
  readonly expectedReaders?: string[];

  /**
   * The ARNs of further roles that deploy, whose changes are not changes by hand, such as that of a pipeline that does without CloudFormation.
   *
   * @default - only CloudFormation deploys
   */
  readonly deploymentRoles?: string[];

  /**
   * What a composite alarm does when one of the alarms that page goes off, such as `SnsAction` for a topic, a chat or an incident.
   *
   * @default - a message to `alarmTopic`, to which you subscribe
   */
  readonly alarmActions?: cloudwatch.IAlarmAction[];

  /**
   * The topic for one message an event, and for each alarm, also those that page. EventBridge and CloudWatch must be able to publish to it, and to use its key: an error
   * where this app knows that they cannot. The policy of an imported one is its owner's.
   *
   * @default - a topic of its own, under `encryptionKey`
   */
  readonly messageTopic?: sns.ITopic;

  /**
   * The key of the topics and logs of this construct. It gets the statements that EventBridge, CloudWatch and CloudWatch Logs need; the policy of an imported key
   * must hold them.
   *
   * @default - a customer managed key of its own
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * Rotation functions that are not those of a `RotatedDatabaseSecret`, to be watched as well.
   *
   * @default - those of the rotated secrets of this app that are watched
   */
  readonly rotationFunctions?: lambda.IFunction[];

  /**
   * Which alarms there are, from which value on, and whether they page.
   *
   * @default - each as its documentation says
   */
  readonly alarms?: SecretAlarms;

  /**
   * From when on the scheduled function tells something.
   *
   * @default - each as its documentation says
   */
  readonly thresholds?: SecretThresholds;

  /**
   * How often the scheduled function looks: whole minutes from 15 to a day.
   *
   * @default Duration.hours(1)
   */
  readonly interval?: Duration;

  /**
   * Whether one look at a time is a limit that is reserved for the scheduled function. An account with a low limit of concurrency cannot reserve.
   *
   * @default true
   */
  readonly reserveConcurrency?: boolean;
}
