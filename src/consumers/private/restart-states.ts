import { callTo, failed, jsonata, notRefreshed, NOW, replicated, retry } from './refresh-states';

export interface RestartOptions {
  readonly partition: string;
  readonly functionArn: string;
  /** That of the function, which stays in front. */
  readonly description?: string;
  readonly queueUrl: string;
  /** A function that starts before the version has arrived in a replica reads the older one. */
  readonly hasReplicas: boolean;
}

/** Lambda takes 256 characters; what is written behind the description takes the rest. */
const MAX_DESCRIPTION = 180;
/** An Express workflow has five minutes. */
const TIMEOUT_SECONDS = 295;
/** Until then Lambda must have taken the update on. */
const UNTIL_MS = 220_000;
const LOOK_SECONDS = 5;
/** An environment that starts in the same instant could still read the older value. */
const SETTLE_SECONDS = 2;

/** Answers that stay what they are. An update that is under way, by a deployment or another secret, is none of these. */
const FINAL_ERRORS = ['AccessDeniedException', 'ResourceNotFoundException', 'InvalidParameterValueException'].map(each => `Lambda.${each}`);
const RETRY = retry(FINAL_ERRORS, { MaxDelaySeconds: 20, MaxAttempts: 8 });

/**
 * The states of a restart: they change the description of one function, and wait until Lambda says that it takes effect. Nothing else of the function is
 * written, and nothing of it is kept: what Lambda answers holds the variables of its environment.
 */
export function restartStates({ partition, functionArn, description, queueUrl, hasReplicas }: RestartOptions): object {
  const call = (action: string, Arguments: object, state: { Next: string; Assign?: object }) =>
    callTo(partition, `lambda:${action}`, { Arguments: { FunctionName: functionArn, ...Arguments }, Retry: RETRY, ...state });
  const prefix = description === undefined || description === '' ? '' : `${description.slice(0, MAX_DESCRIPTION)} - `;
  return {
    Comment: 'Restarts a function when a secret has a new value',
    QueryLanguage: 'JSONata',
    StartAt: 'Settle',
    TimeoutSeconds: TIMEOUT_SECONDS,
    States: {
      Settle: {
        Type: 'Wait',
        Seconds: SETTLE_SECONDS,
        Assign: { event: jsonata('$states.input'), until: jsonata(`${NOW} + ${UNTIL_MS}`) },
        Next: hasReplicas ? 'LookAtReplica' : 'Restart',
      },
      ...hasReplicas && replicated(partition, { Retry: RETRY, lookSeconds: LOOK_SECONDS, Next: 'Restart' }),
      Restart: call('updateFunctionConfiguration', {
        Description: jsonata(`${JSON.stringify(prefix)} & 'restarted for version ' & $event.detail.versionId`),
      }, { Next: 'Wait' }),
      Wait: { Type: 'Wait', Seconds: LOOK_SECONDS, Next: 'Look' },
      Look: call('getFunctionConfiguration', {}, { Assign: { status: jsonata('$states.result.LastUpdateStatus') }, Next: 'Decide' }),
      Decide: {
        Type: 'Choice',
        Choices: [
          { Condition: jsonata('$status = \'Successful\''), Next: 'Refreshed' },
          failed('$status = \'Failed\'', 'UpdateFailed', 'Lambda could not apply the update: see LastUpdateStatusReason of the function.'),
          failed(`${NOW} > $until`, 'UpdateTooLong', 'Lambda has not applied the update in time.'),
        ],
        Default: 'Wait',
      },
      ...notRefreshed({ partition, queueUrl }, TIMEOUT_SECONDS, retry([], { MaxDelaySeconds: 5, MaxAttempts: 8 })),
      Refreshed: { Type: 'Succeed' },
    },
  };
}
