import { type aws_cloudwatch as cloudwatch, aws_lambda as lambda, type aws_sqs as sqs, type aws_stepfunctions as sfn, Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { LambdaFunctionConsumerProps } from './lambda-function-consumer-props';
import { ParametersAndSecretsExtension } from './parameters-and-secrets-extension';
import { requireManaged, requireSecrets } from './private/consumed-secrets';
import { changeableFunction, requireFree, requireLayers, requireSameEnvironment, requireVariable } from './private/consuming-function';
import { addWarnings, Freshness, FreshnessWarning, freshnessWarnings } from './private/freshness';
import { FunctionRefresh } from './private/function-refresh';
import { requireEventsHere } from './private/label-updated-event';
import { claimRefreshed } from './private/refreshed-consumers';
import { cachedBy, safeTimeToLive } from './private/time-to-live';
import { fail, pathOf } from '../private/errors';
import { withInjected } from '../private/property-injection';
import { requireMade, requireNamed } from '../private/validation';
import type { IManagedSecret } from '../secret/managed-secret-props';

/** An update of a configuration, and the longest invocation that was begun before it. */
const RESTART = Duration.minutes(16);

/**
 * A Lambda function that uses secrets: permission for each secret and its key, the AWS Parameters and Secrets Lambda Extension with a time to live that fits
 * the rotation, and the ARNs in the environment.
 *
 * No value is written into the environment or the template. The function asks the extension, or Secrets Manager, during an invocation.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-secrets-manager.html
 *
 * @example
 * new LambdaFunctionConsumer(this, 'Api', { function: checkoutFunction, environment: { DB_SECRET_ARN: credentials } });
 */
export class LambdaFunctionConsumer extends Construct {
  /** The name of this class for a property injector. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-managed-secrets.LambdaFunctionConsumer';

  /** The layer of the extension; absent without it. */
  public readonly layer?: lambda.ILayerVersion;

  /** For how long the extension keeps a value, `SECRETS_MANAGER_TTL`; absent without it. */
  public readonly timeToLive?: Duration;

  /** What restarts the function; absent without `restart`. */
  public readonly stateMachine?: sfn.IStateMachine;

  /** Where the events are that could not be followed by a restart, with the reason; absent without `restart`. */
  public readonly deadLetterQueue?: sqs.IQueue;

  /** In alarm when the function has not been restarted, or may not have been; none without `restart`. */
  public readonly alarms: cloudwatch.Alarm[];

  constructor(scope: Construct, id: string, props: LambdaFunctionConsumerProps) {
    props = withInjected(LambdaFunctionConsumer.PROPERTY_INJECTION_ID, scope, id, props);
    const { function: target, restart = false, alarmActions } = props;
    const { secrets, warnings, timeToLive, layerVersionArn, variables } = planOf(scope, pathOf(scope, id), props);
    secrets.forEach(secret => secret.grantRead(target));
    if (restart) claimRefreshed(pathOf(scope, id), target, 'restart: false');
    super(scope, id);
    addWarnings(this, warnings);
    this.timeToLive = timeToLive;
    this.layer = layerVersionArn && lambda.LayerVersion.fromLayerVersionArn(this, 'Extension', layerVersionArn());
    if (this.layer) (target as lambda.Function).addLayers(this.layer);
    Object.entries(variables).forEach(([name, value]) => (target as lambda.Function).addEnvironment(name, value));
    const machine = restart ? new FunctionRefresh(this, 'Refresh', { target, secrets, alarmActions }).machine : undefined;
    this.stateMachine = machine?.stateMachine;
    this.deadLetterQueue = machine?.failure.deadLetterQueue;
    this.alarms = machine?.failure.alarms ?? [];
  }
}

const FUNCTION = { member: 'functionArn', words: 'a Lambda function' };
const EXTENSION = { member: '_validate', words: 'a ParametersAndSecretsExtension, such as ParametersAndSecretsExtension.latest()' };

/** What is to be done, when all has been checked and nothing has been created. */
interface Plan {
  readonly secrets: readonly IManagedSecret[];
  readonly warnings: readonly FreshnessWarning[];
  readonly timeToLive?: Duration;
  readonly layerVersionArn?: () => string;
  readonly variables: { readonly [name: string]: string };
}

function planOf(scope: Construct, path: string, props: LambdaFunctionConsumerProps): Plan {
  const { environment = {}, extension = ParametersAndSecretsExtension.latest() } = props;
  requireMade(path, 'function', props.function ?? null, FUNCTION);
  requireMade(path, 'extension', extension, EXTENSION);
  const secrets = secretsOf(path, props);
  requireSameEnvironment(path, scope, props.function);
  Object.keys(environment).forEach(name => requireVariable(path, name));
  extension._validate(path);
  requireRefreshable(path, scope, props, secrets);
  const timeToLive = extension._isNone ? undefined : extension._timeToLive ?? safeTimeToLive(secrets);
  const variables = { ...arnsOf(environment), ...timeToLive && extension._environment(timeToLive.toSeconds()) };
  if (Object.keys(variables).length > 0) requireFree(path, changeableFunction(path, props.function), Object.keys(variables));
  if (timeToLive) requireLayers(path, props.function as lambda.Function);
  return {
    secrets,
    timeToLive,
    variables,
    warnings: freshnessWarnings(path, secrets, readerOf(props, timeToLive)),
    layerVersionArn: timeToLive && extension._layerVersionArn(path, props.function as lambda.Function),
  };
}

/** Of `secrets` and of `environment`, in this order. */
function secretsOf(path: string, { secrets = [], environment = {} }: LambdaFunctionConsumerProps): IManagedSecret[] {
  requireNamed(path, 'environment', environment);
  requireManaged(path, 'environment', Object.values(environment));
  if (secrets === null) fail(path, '`secrets` must be a list, got nothing; leave it out');
  const all = [...secrets, ...Object.values(environment)];
  requireSecrets(path, secrets.length > 0 ? 'secrets' : 'environment', all);
  return all;
}

/** Events stay where the secret is; what has been published stays as it is. */
function requireRefreshable(path: string, scope: Construct, props: LambdaFunctionConsumerProps, secrets: readonly IManagedSecret[]): void {
  if (props.restart) requireEventsHere(path, scope, secrets);
  else if (props.alarmActions !== undefined) fail(path, '`alarmActions` must not be given without `restart`, which has the alarms');
}

function arnsOf(environment: { [variable: string]: IManagedSecret }): { [variable: string]: string } {
  return Object.fromEntries(Object.entries(environment).map(([name, secret]) => [name, secret.secretArn]));
}

/** How old a value may be that the function uses. */
function readerOf({ maxAge, restart }: LambdaFunctionConsumerProps, timeToLive?: Duration): Freshness {
  if (restart) {
    const words = 'this function keeps it until it is restarted, and an invocation that runs goes on with it for up to 15 minutes';
    return { words, staleFor: RESTART, prop: 'restart', remedy: 'read the secret in each invocation, by the extension' };
  }
  if (timeToLive === undefined && maxAge === undefined) {
    return {
      words: 'this function may keep it for as long as it runs',
      prop: 'maxAge',
      remedy: 'say by `maxAge` for how long it is kept, or set `restart`',
    };
  }
  return cachedBy('this function', timeToLive ?? Duration.seconds(0), maxAge);
}
