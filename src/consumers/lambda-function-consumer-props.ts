import type { aws_cloudwatch as cloudwatch, aws_lambda as lambda, Duration } from 'aws-cdk-lib';
import type { ParametersAndSecretsExtension } from './parameters-and-secrets-extension';
import type { IManagedSecret } from '../secret/managed-secret-props';

/** Which function reads which secrets, and how it learns of a new value. */
export interface LambdaFunctionConsumerProps {
  /** The function: of this app, unless it is only granted and restarted. Not an alias or a version, which cannot be changed. */
  readonly function: lambda.IFunction;

  /**
   * Secrets that the function may read, each once.
   *
   * @default - those of `environment` alone
   */
  readonly secrets?: IManagedSecret[];

  /**
   * Secrets whose ARN the function finds in a variable of its environment, by the name of the variable. It may read them; no value is in the environment.
   *
   * @default - no variable holds an ARN
   */
  readonly environment?: { [variable: string]: IManagedSecret };

  /**
   * The AWS Parameters and Secrets Lambda Extension. `ParametersAndSecretsExtension.none()` for a function that reads by itself.
   *
   * @default ParametersAndSecretsExtension.latest()
   */
  readonly extension?: ParametersAndSecretsExtension;

  /**
   * For how long the function's own code keeps a value, such as `maxAge` of Powertools. Added to the time to live of the extension, it must not be longer
   * than the older value is accepted after a rotation.
   *
   * @default - 0 with the extension; as long as the function runs without it
   */
  readonly maxAge?: Duration;

  /**
   * Whether the function is restarted when one of its secrets has a new current value, for code that reads the secret when it starts: a rule on the event
   * of Secrets Manager starts a state machine, which changes the description of the function, and nothing else of it. Lambda then runs new invocations in new environments. An error for a function
   * with a published version, an alias or SnapStart, which such a change does not reach.
   *
   * @default false - the extension, or the function, reads the secret again by itself
   */
  readonly restart?: boolean;

  /**
   * What the alarms on a failed restart do, such as sending a message to a topic.
   *
   * @default - nobody is told, and a warning says so, when `restart` is true
   */
  readonly alarmActions?: cloudwatch.IAlarmAction[];
}
