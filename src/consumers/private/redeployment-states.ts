import { Duration } from 'aws-cdk-lib';
import { callTo, failed, jsonata, notRefreshed, NOW, replicated, retry } from './refresh-states';
import { fail } from '../../private/errors';

/** What the states call. */
export interface RedeploymentCalls {
  readonly partition: string;
  readonly cluster: string;
  readonly service: string;
  readonly serviceArn: string;
  readonly queueUrl: string;
}

export interface RedeploymentOptions extends RedeploymentCalls {
  /** By name or ARN, as an event tells which secret it is about, in an order that stays. */
  readonly secrets: readonly string[];
  /** Some of them are replicas, which get a new value later than the primary of which the event tells. */
  readonly hasReplicas: boolean;
  readonly deploymentTimeout: Duration;
}

/** So that secrets that change together cause one redeployment. */
const SETTLE_SECONDS = 25;
/** Secrets that change in the same instant take turns: the second finds the deployment that the first has begun. */
const APART_SECONDS = 5;
/** An event has the time of its second, and the clocks of two services may differ. A deployment that began so soon after it may have the older value. */
const DOUBT_MS = 5000;
/** How often a deployment is looked at, at most. */
const LOOK_SECONDS = 15;
/** So that the longest execution has a tenth of the 25,000 events that Step Functions keeps of one. */
const MOST_LOOKS = 240;

const SHORTEST = Duration.minutes(5);
const LONGEST = Duration.days(1);

/** Answers that stay what they are. Everything else, such as a throttle, is tried again. */
const FINAL_ERRORS = [
  'AccessDeniedException', 'ClientException', 'ClusterNotFoundException', 'InvalidParameterException', 'ServiceNotActiveException', 'ServiceNotFoundException',
  'UnsupportedFeatureException',
].map(each => `Ecs.${each}`);

const BUDGET = { MaxDelaySeconds: 60, MaxAttempts: 8 };
const RETRY = retry(FINAL_ERRORS, BUDGET);

export function requireTimeout(path: string, timeout: Duration): void {
  if (timeout.isUnresolved()) fail(path, '`deploymentTimeout` must be known at synthesis, got a token; write it, such as Duration.hours(1)');
  if (timeout.toSeconds() >= SHORTEST.toSeconds() && timeout.toSeconds() <= LONGEST.toSeconds()) return;
  fail(path, `\`deploymentTimeout\` must be from ${SHORTEST.toHumanString()} to ${LONGEST.toHumanString()}, got ${timeout.toHumanString()}`);
}

/** From a new value until the last task with the older one is gone. */
export function longestRefresh(deploymentTimeout: Duration, secrets: number): Duration {
  return Duration.seconds(deploymentTimeout.toSeconds() + SETTLE_SECONDS + APART_SECONDS * secrets);
}

/**
 * The state machine, which begins with an event of Secrets Manager and ends when all tasks of the service have started after it.
 *
 * A deployment that began after the event reads the new value, whoever began it: it is waited for. One that began before it is left to end, and then the
 * service is redeployed, once an execution.
 */
export function redeploymentStates(options: RedeploymentOptions): object {
  const { deploymentTimeout, secrets, hasReplicas, ...calls } = options;
  const seconds = deploymentTimeout.toSeconds();
  // A backstop: the choice below ends the execution before, with a message.
  const TimeoutSeconds = longestRefresh(deploymentTimeout, secrets.length).toSeconds() + SHORTEST.toSeconds() * 3;
  return {
    Comment: 'Redeploys a service of Amazon ECS when a secret has a new value',
    QueryLanguage: 'JSONata',
    StartAt: 'Settle',
    TimeoutSeconds,
    States: {
      Settle: settle(seconds, hasReplicas ? 'LookAtReplica' : 'Turn'),
      // A task that starts before the version has arrived gets the older one.
      ...hasReplicas && replicated(calls.partition, { Retry: RETRY, lookSeconds: LOOK_SECONDS, Assign: { since: jsonata(NOW) }, Next: 'Turn' }),
      Turn: turn(secrets),
      Look: look(calls),
      Decide: decide(),
      Redeploy: redeploy(calls),
      Wait: { Type: 'Wait', Seconds: Math.max(LOOK_SECONDS, Math.ceil(seconds / MOST_LOOKS)), Next: 'Look' },
      ...notRefreshed(calls, TimeoutSeconds, retry([], BUDGET)),
      Refreshed: { Type: 'Succeed' },
    },
  };
}

function settle(timeout: number, Next: string): object {
  return {
    Type: 'Wait',
    Seconds: SETTLE_SECONDS,
    Assign: {
      event: jsonata('$states.input'),
      since: jsonata(`$toMillis($states.input.time) + ${DOUBT_MS}`),
      until: jsonata(`${NOW} + ${timeout} * 1000`),
      redeployed: false,
      awaited: 'none',
    },
    Output: {},
    Next,
  };
}

function turn(secrets: readonly string[]): object {
  const seconds = JSON.stringify(Object.fromEntries(secrets.map((secret, index) => [secret, APART_SECONDS * (index + 1)])));
  return {
    Type: 'Wait',
    Seconds: jsonata(`[$lookup(${seconds}, $event.detail.name), $lookup(${seconds}, $event.resources[0]), ${APART_SECONDS}][0]`),
    Next: 'Look',
  };
}

/** A service behind a Classic Load Balancer has no rollout state; there, one deployment with all of its tasks is complete. */
function look({ partition, cluster, serviceArn }: RedeploymentCalls): object {
  const service = '$service := $states.result.Services[0]; $primary := $service.Deployments[Status = \'PRIMARY\'][0]';
  const started = '$started := $exists($primary) ? $toMillis($primary.CreatedAt) : 0';
  return callTo(partition, 'ecs:describeServices', {
    Arguments: { Cluster: cluster, Services: [serviceArn] },
    Retry: RETRY,
    Assign: {
      status: jsonata(`(${service}; $exists($service.Status) ? $service.Status : 'MISSING')`),
      isNew: jsonata(`(${service}; ${started}; $started > $since)`),
      rollout: jsonata(`(${service}; $exists($primary.RolloutState) ? $primary.RolloutState
        : $count($service.Deployments) = 1 and $primary.RunningCount = $primary.DesiredCount ? 'COMPLETED' : 'IN_PROGRESS')`),
      hasFailed: jsonata(`(${service}; $count($service.Deployments[Id = $awaited and RolloutState = 'FAILED']) > 0)`),
      awaited: jsonata(`(${service}; ${started}; $started > $since ? $primary.Id : $awaited)`),
    },
    Next: 'Decide',
  });
}

function decide(): object {
  return {
    Type: 'Choice',
    Choices: [
      failed('$status != \'ACTIVE\'', 'ServiceNotActive', 'The service is not there, or is being deleted.'),
      failed('$hasFailed or ($isNew and $rollout = \'FAILED\')', 'DeploymentFailed', 'The tasks with the new value did not become healthy.'),
      failed('$redeployed and $not($isNew)', 'DeploymentRolledBack', 'Amazon ECS has gone back to the tasks with the older value.'),
      { Condition: jsonata('$isNew and $rollout = \'COMPLETED\''), Next: 'Refreshed' },
      failed(`${NOW} > $until`, 'DeploymentTooLong', 'The deployments took longer than `deploymentTimeout`.'),
      { Condition: jsonata('$isNew or $rollout = \'IN_PROGRESS\''), Next: 'Wait' },
    ],
    Default: 'Redeploy',
  };
}

function redeploy({ partition, cluster, service }: RedeploymentCalls): object {
  return callTo(partition, 'ecs:updateService', {
    Arguments: { Cluster: cluster, Service: service, ForceNewDeployment: true },
    Retry: RETRY,
    Assign: { redeployed: true },
    Next: 'Wait',
  });
}
