import {
  aws_cloudwatch as cloudwatch, aws_iam as iam, type aws_secretsmanager as secretsmanager, aws_stepfunctions as sfn, Duration, Stack, Token,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { FollowedService } from './ecs-service';
import { identityOf, LabelUpdatedRules } from './label-updated-event';
import { redeploymentStates } from './redeployment-states';
import { RefreshFailure } from './refresh-failure';
import { acknowledge, acknowledgeInlinePolicy } from '../../private/acknowledgement';
import { MACHINE_START, QUEUE_SEND, SERVICE_REDEPLOY } from '../../private/actions';

export interface RedeploymentProps {
  readonly service: FollowedService;
  readonly secrets: readonly secretsmanager.ISecret[];
  readonly deploymentTimeout: Duration;
  readonly alarmActions?: readonly cloudwatch.IAlarmAction[];
}

const HISTORY = 'A Standard workflow keeps the history of each execution for 90 days. A log or trace of its own would need permissions on all resources.';

/** Rules, state machine, queue and alarm that redeploy a service. */
export class Redeployment {
  public readonly failure: RefreshFailure;
  public readonly stateMachine: sfn.StateMachine;

  constructor(private readonly scope: Construct, { service, secrets, deploymentTimeout, alarmActions }: RedeploymentProps) {
    this.failure = new RefreshFailure(scope, 'Failure', `The service ${service.path}`, alarmActions);
    const { deadLetterQueue } = this.failure;
    this.stateMachine = this.machine(service, secrets, deploymentTimeout);
    const rules = new LabelUpdatedRules(scope, 'NewValue', secrets, `Redeploys ${service.path} when a secret has a new value`);
    rules.addTarget({ arn: this.stateMachine.stateMachineArn, role: this.starter(), deadLetterQueue });
    this.failure.watch(rules.rules);
    this.failure.alarmOn('NotFinished', {
      metric: this.unfinished(),
      description: 'may not have got a new value: an execution of its state machine was stopped, or could not put its failure into the dead-letter queue. '
        + 'Look at the execution, and redeploy the service by hand.',
    });
    acknowledge(deadLetterQueue, 'SQS3', 'This is the dead-letter queue of a rule of EventBridge.');
  }

  /** One that fails has put a message into the queue, which has an alarm already. */
  private unfinished(): cloudwatch.IMetric {
    const period = Duration.minutes(5);
    const usingMetrics = { timedOut: this.stateMachine.metricTimedOut({ period }), aborted: this.stateMachine.metricAborted({ period }) };
    return new cloudwatch.MathExpression({ expression: 'FILL(timedOut, 0) + FILL(aborted, 0)', usingMetrics, period });
  }

  private machine(
    { arn, name, cluster }: FollowedService, secrets: readonly secretsmanager.ISecret[], deploymentTimeout: Duration,
  ): sfn.StateMachine {
    const { deadLetterQueue: { queueArn, queueUrl } } = this.failure;
    const stack = Stack.of(this.scope);
    const identities = secrets.map(each => identityOf(each)).map(each => each.name ?? each.arn!);
    const role = this.role('Role', 'states.amazonaws.com', `Redeploys the service ${Token.isUnresolved(name) ? this.scope.node.path : name}, and nothing else`);
    role.addToPolicy(new iam.PolicyStatement({ actions: SERVICE_REDEPLOY, resources: [arn] }));
    role.addToPolicy(new iam.PolicyStatement({ actions: QUEUE_SEND, resources: [queueArn] }));
    const states = redeploymentStates({
      partition: stack.partition, cluster, service: name, serviceArn: arn, queueUrl, secrets: identities, deploymentTimeout,
    });
    const machine = new sfn.StateMachine(this.scope, 'StateMachine', {
      definitionBody: sfn.DefinitionBody.fromString(stack.toJsonString(states)),
      role,
    });
    (['SF1', 'SF2', 'StepFunctionStateMachineXray'] as const).forEach(rule => acknowledge(machine, rule, HISTORY));
    return machine;
  }

  /** What EventBridge takes on to start an execution. */
  private starter(): iam.Role {
    const role = this.role('Starter', 'events.amazonaws.com', `Starts the redeployments of ${this.scope.node.path}`);
    role.addToPolicy(new iam.PolicyStatement({ actions: MACHINE_START, resources: [this.stateMachine.stateMachineArn] }));
    return role;
  }

  /** For a service on behalf of this account alone. */
  private role(id: string, service: string, description: string): iam.Role {
    const conditions = { StringEquals: { 'aws:SourceAccount': Stack.of(this.scope).account } };
    const role = new iam.Role(this.scope, id, { description, assumedBy: new iam.ServicePrincipal(service, { conditions }) });
    acknowledgeInlinePolicy(role);
    return role;
  }
}
