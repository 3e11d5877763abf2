import { type aws_cloudwatch as cloudwatch, aws_lambda as lambda, aws_stepfunctions as sfn, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { unreached } from './consuming-function';
import { RefreshMachine } from './refresh-machine';
import { restartStates } from './restart-states';
import { FUNCTION_RESTART } from '../../private/actions';
import type { IManagedSecret } from '../../secret/managed-secret-props';

/** Who is restarted, and by which secrets. */
export interface FunctionRefreshProps {
  readonly target: lambda.IFunction;
  readonly secrets: readonly IManagedSecret[];
  readonly alarmActions?: readonly cloudwatch.IAlarmAction[];
}

/** What restarts a function. */
export class FunctionRefresh extends Construct {
  public readonly machine: RefreshMachine;

  constructor(scope: Construct, id: string, { target, secrets, alarmActions }: FunctionRefreshProps) {
    super(scope, id);
    this.node.addValidation({ validate: () => this.flawsOf(target) });
    const { functionArn, node: { path } } = target;
    this.machine = new RefreshMachine(this, {
      consumer: `The function ${path}`,
      refreshes: `Restarts the function ${path}`,
      secrets,
      actions: FUNCTION_RESTART,
      resource: functionArn,
      statesWith: (queueUrl, hasReplicas) => restartStates({
        partition: Stack.of(this).partition, functionArn, description: descriptionOf(target), queueUrl, hasReplicas,
      }),
      type: sfn.StateMachineType.EXPRESS,
      unlogged: 'What Lambda answers holds the environment of the function. An Express workflow keeps it nowhere; a log, a trace or a history would.',
      alarmActions,
    });
  }

  /** A version may be published, or an alias made, after this construct. */
  private flawsOf(target: lambda.IFunction): string[] {
    return unreached(target).map(what => `\`restart\` must not be true where it has no effect: ${what}, and keeps the value that it has read. Invoke the `
      + `function without a version, or read the secret in each invocation, by the extension [at ${this.node.scope!.node.path}]`);
  }
}

function descriptionOf(target: lambda.IFunction): string | undefined {
  const resource = target.node.defaultChild as lambda.CfnFunction | undefined;
  const description: unknown = resource && Stack.of(target).resolve(resource.description);
  return typeof description === 'string' ? description : undefined;
}
