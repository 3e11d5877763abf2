import { readFileSync } from 'fs';
import * as path from 'path';
import { aws_iam as iam, aws_lambda as lambda, aws_logs as logs, CfnOutput, CustomResource, Duration, type Stack } from 'aws-cdk-lib';
import type { World } from './world';

/** One call of an AWS API, by the names of the SDK for JavaScript. */
export interface Call {
  /** Such as `secrets-manager`, of `@aws-sdk/client-secrets-manager`. */
  readonly client: string;
  /** Such as `SecretsManager`, of `SecretsManagerClient`. */
  readonly name: string;
  readonly command: string;
  readonly input: object;
}

/** How a statement is asserted: calls in their order, which must succeed, and the last of which must answer as expected. */
export interface Check {
  readonly calls: readonly Call[];
  /** A regular expression, for the answer as JSON; an error is `{"error":"<name>",…}`. */
  readonly expected: string;
  /** For how long calls are repeated, all together. An event or a metric takes its time. */
  readonly minutes?: number;
  /** What the probe may do beside what it was granted. */
  readonly allow?: readonly iam.PolicyStatement[];
  /** Further access, such as a grant on a secret. */
  readonly grant?: (probe: iam.IGrantable) => void;
}

/** Something that this project says of AWS and could not observe. */
export interface Statement {
  /** It stays as it is: the guide and the report know the statement by it. */
  readonly id: string;
  readonly statement: string;
  /** The document that relies on it. */
  readonly saidIn: string;
  /** The value of `--context` without which it is left out, because it costs more or is asked of the person. */
  readonly needs?: string;
  readonly check: (world: World) => Check;
}

/** Lambda ends a function after 15 minutes; what is left is for the answer to CloudFormation. */
const MOST_MINUTES = 13;

const CODE = readFileSync(path.join(__dirname, 'probe.js'), 'utf8').replace(/^ *\/\/.*\n/gm, '');

/** A function of its own for each statement: what one may do must not make another hold. */
export function addCheck(stack: Stack, { id, check }: Statement, world: World): void {
  const { calls, expected, minutes = 1, allow = [], grant } = check(world);
  const probe = new lambda.Function(stack, `Probe-${id}`, {
    runtime: lambda.Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline(CODE),
    timeout: Duration.minutes(15),
    initialPolicy: [...allow],
    logGroup: new logs.LogGroup(stack, `Log-${id}`, { retention: logs.RetentionDays.ONE_DAY }),
  });
  grant?.(probe);
  const asserted = new CustomResource(stack, `Assert-${id}`, {
    serviceToken: probe.functionArn,
    resourceType: 'Custom::Statement',
    properties: { Id: id, Check: stack.toJsonString({ calls, expected, minutes: Math.min(minutes, MOST_MINUTES) }) },
  });
  // What is rotated, and what watches it, is there when a check asks for a rotation.
  asserted.node.addDependency(probe.role!, world.token, world.monitoring);
  new CfnOutput(stack, outputOf(id), { value: asserted.getAttString('Outcome'), description: id });
}

/** The name of the output in which a check says what it found; only letters and digits are allowed. */
export function outputOf(id: string): string {
  return `Outcome${id.split('-').map(word => word[0].toUpperCase() + word.slice(1)).join('')}`;
}

/** A call of Secrets Manager, which most are. */
export function secretsManager(command: string, input: object): Call {
  return { client: 'secrets-manager', name: 'SecretsManager', command, input };
}

export function kms(command: string, input: object): Call {
  return { client: 'kms', name: 'KMS', command, input };
}
