import {
  aws_cloudwatch as cloudwatch, aws_iam as iam, aws_stepfunctions as sfn, Duration, Stack,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { LabelUpdatedRules } from './label-updated-event';
import { RefreshFailure } from './refresh-failure';
import { primaryOf } from './replica-events';
import { acknowledge, acknowledgeInlinePolicy } from '../../private/acknowledgement';
import { MACHINE_START, QUEUE_SEND, SECRET_DESCRIBE } from '../../private/actions';
import type { IManagedSecret } from '../../secret/managed-secret-props';

export interface RefreshMachineProps {
  /** What is refreshed, such as `The service worker`. */
  readonly consumer: string;
  /** What happens to it, as a sentence begins: `Redeploys worker`. */
  readonly refreshes: string;
  readonly secrets: readonly IManagedSecret[];
  /** The calls of the states on what is refreshed. */
  readonly actions: string[];
  readonly resource: string;
  /** In the Amazon States Language; what fails sends a message to the queue. With replicas, the states wait for the new version. */
  readonly statesWith: (queueUrl: string, hasReplicas: boolean) => object;
  /** @default - a Standard workflow */
  readonly type?: sfn.StateMachineType;
  /** Why it has neither a log nor traces. */
  readonly unlogged: string;
  readonly alarmActions?: readonly cloudwatch.IAlarmAction[];
}

const PERIOD = Duration.minutes(5);

/** Rules, state machine, queue and alarms that refresh one consumer when one of its secrets has a new value. */
export class RefreshMachine {
  public readonly failure: RefreshFailure;
  public readonly stateMachine: sfn.StateMachine;

  constructor(private readonly scope: Construct, props: RefreshMachineProps) {
    const { consumer, refreshes, secrets, alarmActions } = props;
    this.failure = new RefreshFailure(scope, 'Failure', consumer, alarmActions);
    const { deadLetterQueue } = this.failure;
    this.stateMachine = this.machine(props);
    const rules = new LabelUpdatedRules(scope, 'NewValue', secrets, `${refreshes} when a secret has a new value`);
    rules.addTarget({ arn: this.stateMachine.stateMachineArn, role: this.starter(), deadLetterQueue });
    this.failure.watch(rules.rules);
    this.failure.alarmOn('NotFinished', {
      metric: this.unfinished(),
      description: 'may not have got a new value: an execution of its state machine was stopped, or could not put its failure into the dead-letter queue. '
        + 'Look at the execution, and refresh it by hand.',
    });
    acknowledge(deadLetterQueue, 'SQS3', 'This is the dead-letter queue of a rule of EventBridge.');
  }

  /** One that fails has put a message into the queue, which has an alarm already. */
  private unfinished(): cloudwatch.IMetric {
    const period = PERIOD;
    const usingMetrics = { timedOut: this.stateMachine.metricTimedOut({ period }), aborted: this.stateMachine.metricAborted({ period }) };
    return new cloudwatch.MathExpression({ expression: 'FILL(timedOut, 0) + FILL(aborted, 0)', usingMetrics, period });
  }

  private machine({ refreshes, secrets, actions, resource, statesWith, type, unlogged }: RefreshMachineProps): sfn.StateMachine {
    const { queueArn, queueUrl } = this.failure.deadLetterQueue;
    const role = this.role('Role', 'states.amazonaws.com', `${refreshes}, and nothing else`);
    role.addToPolicy(new iam.PolicyStatement({ actions, resources: [resource] }));
    role.addToPolicy(new iam.PolicyStatement({ actions: QUEUE_SEND, resources: [queueArn] }));
    const hasReplicas = secrets.some(each => primaryOf(each) !== undefined);
    if (hasReplicas) {
      const resources = secrets.map(({ secretArnForPolicies }) => secretArnForPolicies);
      role.addToPolicy(new iam.PolicyStatement({ actions: SECRET_DESCRIBE, resources }));
    }
    const machine = new sfn.StateMachine(this.scope, 'StateMachine', {
      stateMachineType: type,
      definitionBody: sfn.DefinitionBody.fromString(Stack.of(this.scope).toJsonString(statesWith(queueUrl, hasReplicas))),
      role,
    });
    (['SF1', 'SF2', 'StepFunctionStateMachineXray'] as const).forEach(rule => acknowledge(machine, rule, unlogged));
    return machine;
  }

  /** What EventBridge takes on to start an execution. */
  private starter(): iam.Role {
    const role = this.role('Starter', 'events.amazonaws.com', `Starts the state machine of ${this.scope.node.path}`);
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
