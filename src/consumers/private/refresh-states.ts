/** What all state machines have that refresh a consumer, in the Amazon States Language with JSONata. */

/** When the state has begun, in milliseconds. */
export const NOW = '$toMillis($states.context.State.EnteredTime)';

/** An expression, in one line. */
export function jsonata(expression: string): string {
  return `{% ${expression.replace(/\s+/g, ' ')} %}`;
}

/** Tries again, but for answers that stay what they are. */
export function retry(finalErrors: readonly string[], budget: { readonly MaxDelaySeconds: number; readonly MaxAttempts: number }): object[] {
  return [
    ...finalErrors.length > 0 ? [{ ErrorEquals: finalErrors, MaxAttempts: 0 }] : [],
    { ErrorEquals: ['States.ALL'], IntervalSeconds: 2, BackoffRate: 2, ...budget, JitterStrategy: 'FULL' },
  ];
}

/** What a call says of itself. */
export interface CallState {
  readonly Arguments: object;
  readonly Retry: object[];
  readonly Assign?: object;
  readonly Next: string;
}

/** Where a failure is told. */
export interface FailureQueue {
  readonly partition: string;
  readonly queueUrl: string;
}

/** Calls an API by itself; what fails for good goes to `NotRefreshed`. */
export function callTo(partition: string, action: string, state: CallState): object {
  return {
    Type: 'Task',
    Resource: `arn:${partition}:states:::aws-sdk:${action}`,
    Catch: [{
      ErrorEquals: ['States.ALL'],
      Assign: { error: jsonata('$states.errorOutput.Error'), cause: jsonata('[$states.errorOutput.Cause, \'\'][0]') },
      Next: 'NotRefreshed',
    }],
    Output: {},
    ...state,
  };
}

/** Where a wait for a replica leads. */
export interface ReplicaWait {
  readonly Retry: object[];
  readonly lookSeconds: number;
  readonly Assign?: object;
  readonly Next: string;
}

/** From `LookAtReplica` on: waits until the replica has the version of `$event`, at most until `$until`. The event is the primary's, and may be faster. */
export function replicated(partition: string, { Retry, lookSeconds, Assign, Next }: ReplicaWait): object {
  return {
    LookAtReplica: callTo(partition, 'secretsmanager:describeSecret', {
      Arguments: { SecretId: jsonata('$event.detail.name') },
      Retry,
      Assign: { isReplicated: jsonata('$exists($lookup($states.result.VersionIdsToStages, $event.detail.versionId))') },
      Next: 'IsReplicated',
    }),
    IsReplicated: {
      Type: 'Choice',
      Choices: [
        { Condition: jsonata('$isReplicated'), ...Assign && { Assign }, Next },
        failed(`${NOW} > $until`, 'ReplicaTooLate', 'The new version has not arrived in the replica.'),
      ],
      Default: 'WaitForReplica',
    },
    WaitForReplica: { Type: 'Wait', Seconds: lookSeconds, Next: 'LookAtReplica' },
  };
}

/** A choice that ends in failure. */
export function failed(condition: string, error: string, cause: string): object {
  return { Condition: jsonata(condition), Assign: { error, cause }, Next: 'NotRefreshed' };
}

/**
 * The states that tell of a failure. The message has the event, which names the secret and no value: `$event`, `$error` and
 * `$cause` must have been assigned. An execution that
 * cannot put it into the queue times out, which has an alarm of its own.
 */
export function notRefreshed({ partition, queueUrl }: FailureQueue, timeoutSeconds: number, Retry: object[]): object {
  return {
    NotRefreshed: {
      Type: 'Task',
      Resource: `arn:${partition}:states:::aws-sdk:sqs:sendMessage`,
      Arguments: { QueueUrl: queueUrl, MessageBody: jsonata('$string({ \'error\': $error, \'cause\': $cause, \'event\': $event })') },
      Retry,
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Unsaid' }],
      Next: 'Failed',
    },
    Unsaid: { Type: 'Wait', Seconds: timeoutSeconds, Next: 'Failed' },
    Failed: { Type: 'Fail', Error: jsonata('$error'), Cause: jsonata('$cause') },
  };
}
