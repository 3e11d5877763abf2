import type { aws_ec2 as ec2 } from 'aws-cdk-lib';
import type { CredentialKind } from './credential-kind';
import type { ICredentialRotator } from './credential-rotator-props';
import type { RotationSchedule } from './rotation-schedule';
import type { ManagedSecretProps } from '../secret/managed-secret-props';

/** Properties of `RotatedSecret`. */
export interface RotatedSecretProps extends ManagedSecretProps {
  /** What the secret holds, and how that is rotated. */
  readonly kind: CredentialKind;

  /**
   * When the credential is rotated.
   *
   * @default RotationSchedule.spread() - once a month, at an hour and a day that follow from the name of the secret
   */
  readonly schedule?: RotationSchedule;

  /**
   * Whether to rotate as soon as the schedule is created or changed as well.
   *
   * @default - true for a kind whose first value the first rotation makes, unless `content` is given; else false
   */
  readonly rotateImmediately?: boolean;

  /**
   * The VPC in which the secret's own rotation function runs. Only a kind with a server behind security groups needs one.
   *
   * @default - no VPC
   */
  readonly vpc?: ec2.IVpc;

  /**
   * What rotates the secret. A `CredentialRotator` has the properties of a rotation function: its endpoint, memory, logs and more. It
   * serves one secret, or many of one kind. Excludes `vpc`.
   *
   * @default - a rotator of its own, which runs in `vpc`
   */
  readonly rotator?: ICredentialRotator;
}
