import { randomBytes } from 'crypto';
import type { LambdaFunction } from '../../src/review/model/functions';

/** The environment of a function's process, by where each variable comes from. */
export interface FunctionEnvironment {
  /** What the template sets. */
  readonly template: Readonly<Record<string, string>>;
  /** What Lambda gives every function of this runtime. */
  readonly lambda: Readonly<Record<string, string>>;
  /** What this machine needs beyond that; it replaces what the template sets under the same name. */
  readonly local: Readonly<Record<string, string>>;
}

/** What a function sees. */
export function variablesOf({ template, lambda, local }: FunctionEnvironment): Record<string, string> {
  return { ...lambda, ...template, ...local };
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
export function lambdaVariables({ resource: { Properties = {} }, arn, region, logGroup }: LambdaFunction, folder: string): Record<string, string> {
  const madeUp = (length: number) => randomBytes(length).toString('hex').toUpperCase();
  return {
    _HANDLER: Properties.Handler,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${Properties.Runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: arn.split(':')[6],
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMiBOf(Properties)),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: `[$LATEST]${madeUp(16).toLowerCase()}`,
    AWS_ACCESS_KEY_ID: `ASIA${madeUp(8)}`,
    AWS_SECRET_ACCESS_KEY: madeUp(20),
    AWS_SESSION_TOKEN: madeUp(32),
    LAMBDA_TASK_ROOT: folder,
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
  };
}

/** What a function is told of itself. */
export function contextOf({ arn, logGroup }: LambdaFunction): Record<string, string> {
  return { functionName: arn.split(':')[6], functionVersion: '$LATEST', invokedFunctionArn: arn, logGroupName: logGroup };
}

/** What CloudFormation takes where the template says nothing. */
export function memoryMiBOf({ MemorySize = 128 }: Readonly<Record<string, any>>): number {
  return Number(MemorySize);
}

export function timeoutMsOf({ Timeout = 3 }: Readonly<Record<string, any>>): number {
  return Number(Timeout) * 1000;
}
