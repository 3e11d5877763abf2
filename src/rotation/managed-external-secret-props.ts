import type { aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import type { ExternalPartner } from './external-partner';
import type { RotationSchedule } from './rotation-schedule';
import type { ManagedSecretProps } from '../secret/managed-secret-props';

/** Properties of `ManagedExternalSecret`. */
export interface ManagedExternalSecretProps extends ManagedSecretProps {
  /** Who holds the secret, and what it is there. */
  readonly partner: ExternalPartner;

  /**
   * When Secrets Manager rotates it. To be given when the value is there: Secrets Manager tries the rotation when it gets the schedule.
   *
   * @default - never, which a warning says
   */
  readonly schedule?: RotationSchedule;

  /**
   * Whether to rotate as soon as the schedule is created or changed as well.
   *
   * @default false
   */
  readonly rotateImmediately?: boolean;

  /**
   * What the partner needs for a rotation besides the value, such as `{ apiVersion: 'v65.0' }`. It stands in the template.
   *
   * @default - nothing, which not every partner takes
   */
  readonly metadata?: { [key: string]: string };

  /**
   * The secret whose credentials rotate this one, of the same account and region: the metadata key `adminSecretArn`. Import one with its
   * key, where that is a customer managed one, such as by `ManagedSecret.fromArn`: the role of the rotation is allowed that too.
   *
   * @default - the credential rotates itself, which not every partner does
   */
  readonly adminSecret?: secretsmanager.ISecret;
}
