import { type aws_cloudwatch as cloudwatch, type aws_sqs as sqs, type aws_stepfunctions as sfn, Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { EcsServiceConsumerProps } from './ecs-service-consumer-props';
import { distinct, requireManaged } from './private/consumed-secrets';
import { addEnvironment, containerFor, requireFields } from './private/container-environment';
import { type FollowedService, followedService, requireOwnController } from './private/ecs-service';
import { checkFreshness } from './private/freshness';
import { requireEventsHere } from './private/label-updated-event';
import { redeployment } from './private/redeployment';
import { longestRefresh, requireTimeout } from './private/redeployment-states';
import { claimRefreshed } from './private/refreshed-consumers';
import { fail, pathOf } from '../private/errors';
import { withInjected } from '../private/property-injection';
import type { IManagedSecret } from '../secret/managed-secret-props';

/**
 * An Amazon ECS service that uses secrets, and gets their new values.
 *
 * Tasks read a secret when they start, and never again. So the service is redeployed when a secret has a new current value: by a state machine that calls the
 * API of Amazon ECS for this service alone, without a function. Several secrets that change together cause one redeployment. A deployment under way is
 * waited for, and followed by another when it began before the new value. What fails is put into a dead-letter queue, and is an alarm.
 *
 * Until the redeployment is over, tasks use the older value. With a rotation strategy that does not keep it, such as that of a single user, what they do with it
 * fails for that long; a warning says so.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
 *
 * @example
 * new EcsServiceConsumer(this, 'WorkerSecrets', {
 *   service: worker,
 *   environment: { DB_USER: SecretField.of(credentials, 'username'), DB_PASSWORD: SecretField.of(credentials, 'password') },
 * });
 */
export class EcsServiceConsumer extends Construct {
  /** The name of this class for a property injector. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-managed-secrets.EcsServiceConsumer';

  /** What redeploys the service; absent without `redeploy`. */
  public readonly stateMachine?: sfn.IStateMachine;

  /** Where the events are that could not be followed by a redeployment, with the reason; absent without `redeploy`. */
  public readonly deadLetterQueue?: sqs.IQueue;

  /** The alarms on what fails: on the dead-letter queue, on lost events, and on executions that were stopped. None without `redeploy`. */
  public readonly alarms: cloudwatch.Alarm[];

  constructor(scope: Construct, id: string, props: EcsServiceConsumerProps) {
    props = withInjected(EcsServiceConsumer.PROPERTY_INJECTION_ID, scope, id, props);
    const path = pathOf(scope, id);
    const { environment = {}, redeploy = true, deploymentTimeout = Duration.hours(1) } = props;
    const service = followedService(path, scope, props.service);
    requireTimeout(path, deploymentTimeout);
    const fields = requireFields(path, props.environment);
    const secrets = distinct([...fields.map(({ secret }) => secret), ...props.secrets ?? []]);
    requireSecrets(path, secrets);
    const container = fields.length > 0 ? containerFor(path, service, { environment, containerName: props.containerName }) : undefined;
    if (redeploy) {
      requireOwnController(path, props.service);
      requireEventsHere(path, scope, secrets);
      claimRefreshed(path, props.service, 'redeploy: false');
    }
    super(scope, id);
    checkFreshness(this, path, secrets, freshness(props.service.node.path, redeploy ? longestRefresh(deploymentTimeout, secrets.length) : undefined));
    if (container) addEnvironment(container, environment);
    grantFurther(service, props.secrets ?? []);
    this.alarms = [];
    if (!redeploy) return;
    const { stateMachine, failure } = redeployment(this, { service, secrets, deploymentTimeout, alarmActions: props.alarmActions });
    this.stateMachine = stateMachine;
    this.deadLetterQueue = failure.deadLetterQueue;
    this.alarms = failure.alarms;
  }
}

function requireSecrets(path: string, secrets: IManagedSecret[]): void {
  requireManaged(path, 'secrets', secrets);
  if (secrets.length === 0) fail(path, 'at least one of `environment` and `secrets` must hold a secret, and both are empty; name what the tasks use');
}

function grantFurther({ taskDefinition }: FollowedService, secrets: IManagedSecret[]): void {
  if (taskDefinition) secrets.forEach(secret => secret.grantRead(taskDefinition.taskRole));
}

function freshness(service: string, staleFor: Duration | undefined) {
  return staleFor === undefined
    ? { words: `the tasks of ${service} keep it until somebody deploys them`, prop: 'redeploy', remedy: 'leave out `redeploy: false`' }
    : {
      words: `the tasks of ${service} keep it until they are replaced, which may take ${staleFor.toHumanString()}`,
      staleFor,
      prop: 'deploymentTimeout',
      remedy: 'give a shorter `deploymentTimeout`',
    };
}
