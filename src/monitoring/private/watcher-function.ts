import { join } from 'path';
import {
  aws_events as events, aws_events_targets as targets, aws_iam as iam, aws_lambda as lambda, aws_logs as logs, aws_secretsmanager as secretsmanager,
  aws_sqs as sqs, Duration, Stack, Token,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { SecretWatcherProps } from './watcher-props';
import { thresholdEnvironment } from './watcher-thresholds';
import { acknowledge, acknowledgeInlinePolicy, acknowledgeWildcard } from '../../private/acknowledgement';
import { SECRET_DESCRIBE, SECRET_LIST } from '../../private/actions';
import { secretArn } from '../../private/arns';
import { fail } from '../../private/errors';
import { KEPT_WHEN_IN_USE } from '../../private/removal-policy';
import { arnForPolicies } from '../../rotation/private/rotator-access';
import { WATCHER_ENVIRONMENT } from '../contract/environment';

/** The bundle that the package ships, a folder of one file. */
const ASSET = join(__dirname, '..', '..', '..', 'assets', 'monitoring', 'watcher');

/** For 10,000 secrets, each of them described. The watcher stops by itself a little earlier, and says that it has not seen all. */
const TIMEOUT = Duration.minutes(10);

/** Events that are older are of no use: the next look is due. */
const MAX_EVENT_AGE = Duration.minutes(15);

/** Lambda allows 4 KB for all variables; the rest of ours stays below 1 KB. */
const MAX_ARN_CHARACTERS = 3_000;
const USUAL_ARN_CHARACTERS = 100;

export interface WatcherFunction {
  readonly deployed: lambda.Function;
  readonly logGroup: logs.ILogGroup;
  readonly deadLetterQueue: sqs.IQueue;
}

/** Fails when the ARNs would not fit into the environment of the function. One that only a deployment knows counts as one of usual length. */
export function requireRoomForSecrets(path: string, secrets: secretsmanager.ISecret[] = []): void {
  const characters = secrets.reduce((sum, { secretArn: arn }) => sum + (Token.isUnresolved(arn) ? USUAL_ARN_CHARACTERS : arn.length + 1), 0);
  if (characters <= MAX_ARN_CHARACTERS) return;
  fail(path, `\`secrets\` must have ARNs of at most ${MAX_ARN_CHARACTERS} characters in all, because Lambda allows 4 KB for all variables, got ${secrets.length} secrets `
    + `with about ${characters}; give the \`namespace\`, or create one construct for each part`);
}

/** The function, under a role that may list secrets, describe those that are watched, and read no value. */
export function createWatcherFunction(scope: Construct, props: SecretWatcherProps): WatcherFunction {
  const logGroup = props.logGroup ?? new logs.LogGroup(scope, 'Log', { retention: logs.RetentionDays.ONE_YEAR, removalPolicy: KEPT_WHEN_IN_USE });
  const deadLetterQueue = props.deadLetterQueue ?? new sqs.Queue(scope, 'DeadLetters', {
    encryption: sqs.QueueEncryption.SQS_MANAGED, enforceSSL: true, retentionPeriod: Duration.days(14),
  });
  const deployed = new lambda.Function(scope, 'Function', {
    description: `Looks for secrets of ${props.watched} that are overdue, unused, out of sync or about to expire`,
    code: lambda.Code.fromAsset(ASSET),
    handler: 'index.handler',
    runtime: lambda.Runtime.NODEJS_24_X,
    architecture: lambda.Architecture.ARM_64,
    memorySize: 512,
    timeout: TIMEOUT,
    role: watcherRole(scope, logGroup, props),
    logGroup,
    environment: environmentOf(props),
    reservedConcurrentExecutions: props.reserveConcurrency === false ? undefined : 1,
    deadLetterQueue,
    retryAttempts: 2,
    maxEventAge: MAX_EVENT_AGE,
  });
  // Lambda's own permission is without the key of the queue.
  deadLetterQueue.grantSendMessages(deployed);
  acknowledge(deployed, 'LambdaInsideVPC', 'The function calls Secrets Manager and nothing else, and it reads no value: there is no network of the account that it needs.');
  acknowledge(deployed, 'LambdaAsyncFailureDestination', 'What could not be run goes to the dead-letter queue of the function, of which an alarm tells.');
  acknowledge(deployed, 'LambdaTracing', 'The function calls one service, and its log tells how many secrets it saw and how long that took.');
  return { deployed, logGroup, deadLetterQueue };
}

/** Has EventBridge start the function, with the same queue for events that could not be delivered. */
export function runOnSchedule(scope: Construct, deployed: lambda.Function, interval: Duration, deadLetterQueue: sqs.IQueue): void {
  new events.Rule(scope, 'Schedule', {
    description: 'Looks after secrets',
    schedule: events.Schedule.rate(interval),
    targets: [new targets.LambdaFunction(deployed, { deadLetterQueue, maxEventAge: MAX_EVENT_AGE, retryAttempts: 2 })],
  });
}

function environmentOf({ watched, prefix, secrets = [], describeAll, ...thresholds }: SecretWatcherProps): { [variable: string]: string } {
  return {
    [WATCHER_ENVIRONMENT.WATCHED]: watched,
    ...(prefix !== undefined && { [WATCHER_ENVIRONMENT.NAME_PREFIX]: prefix }),
    ...(secrets.length > 0 && { [WATCHER_ENVIRONMENT.SECRET_ARNS]: secrets.map(({ secretArn: arn }) => arn).join(',') }),
    ...(describeAll && { [WATCHER_ENVIRONMENT.DESCRIBE_ALL]: 'true' }),
    ...thresholdEnvironment(thresholds),
  };
}

/** docs/decisions/0018-watching-secrets.md has the reasons. */
function watcherRole(scope: Construct, logGroup: logs.ILogGroup, { prefix, secrets = [] }: SecretWatcherProps): iam.Role {
  const role = new iam.Role(scope, 'Role', {
    description: 'Describes secrets, and reads no value',
    assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
  });
  logGroup.grantWrite(role);
  const { account, region } = Stack.of(scope);
  const arns = [...(prefix === undefined ? [] : [secretArn(scope, { account, region }, `${prefix}*`)]), ...secrets.map(arnForPolicies)];
  role.addToPolicy(new iam.PolicyStatement({ actions: SECRET_DESCRIBE, resources: arns }));
  if (prefix !== undefined) role.addToPolicy(new iam.PolicyStatement({ actions: SECRET_LIST, resources: ['*'] }));
  acknowledgeInlinePolicy(role);
  acknowledgeWildcard(role, logGroup.logGroupArn, 'The log group is known by its name, and the ARN of its streams ends in a wildcard.');
  arns.forEach(arn => acknowledgeWildcard(role, arn, 'The watcher describes every secret of the namespace, also those of other stacks; an ARN ends in six characters that are not known.'));
  if (prefix !== undefined) acknowledgeWildcard(role, '*', 'secretsmanager:ListSecrets has no resource type; it answers no value.');
  return role;
}
