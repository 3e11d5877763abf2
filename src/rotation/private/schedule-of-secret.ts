import { type aws_lambda as lambda, aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import { Construct, type IDependable } from 'constructs';
import type { ManagedSecret } from '../../secret/managed-secret';

/** The id of the L2: it is part of the logical ids of what is deployed, and a schedule that is replaced turns rotation off. */
const SCHEDULE_ID = 'RotationSchedule';

/** What rotates a secret, in the words of its schedule. */
export type ScheduledBy = Pick<secretsmanager.CfnRotationScheduleProps,
  'rotationLambdaArn' | 'hostedRotationLambda' | 'externalSecretRotationRoleArn' | 'externalSecretRotationMetadata'>;

export function scheduledBy({ functionArn }: lambda.IFunction): ScheduledBy {
  return { rotationLambdaArn: functionArn };
}

export interface ScheduleOptions {
  readonly rules: secretsmanager.CfnRotationSchedule.RotationRulesProperty;
  readonly rotateImmediately: boolean;
  /** Where the schedule stands. @default - below the secret */
  readonly scope?: Construct;
  /** @default - the ARN of the secret */
  readonly secretId?: string;
  readonly by: ScheduledBy;
  /** All that a rotation needs. */
  readonly waitsFor: IDependable[];
}

/** The schedule of a secret, deployed after all that a rotation needs. */
export function createSchedule(secret: ManagedSecret, options: ScheduleOptions): void {
  const { scope = secret, secretId = secret.secretArn, by, waitsFor } = options;
  const resource = new secretsmanager.CfnRotationSchedule(new Construct(scope, SCHEDULE_ID), 'Resource', {
    secretId,
    ...by,
    rotationRules: options.rules,
    rotateImmediatelyOnUpdate: options.rotateImmediately,
  });
  resource.node.addDependency(...waitsFor);
}
