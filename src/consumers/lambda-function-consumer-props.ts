import type { aws_lambda as lambda, Duration } from 'aws-cdk-lib';
import type { ParametersAndSecretsExtension } from './parameters-and-secrets-extension';
import type { IManagedSecret } from '../secret/managed-secret-props';

/** Which function reads which secrets, and how it learns of a new value. */
export interface LambdaFunctionConsumerProps {
  /** The function: of this app, unless it is only granted. Not an alias or a version, which cannot be changed. */
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
}
