import type { aws_ec2 as ec2 } from 'aws-cdk-lib';
import type { IDatabaseRotator } from './database-rotator-props';
import type { DatabaseUser } from './database-user';
import type { RotationSchedule } from './rotation-schedule';
import type { RotationStrategy } from './rotation-strategy';
import type { RotationTarget } from './rotation-target';
import type { ManagedSecretProps } from '../secret/managed-secret-props';
import type { PasswordPolicy } from '../secret/password-policy';

/** Properties of `RotatedDatabaseSecret`. */
export interface RotatedDatabaseSecretProps extends ManagedSecretProps {
  /** The database in which the password is rotated. */
  readonly database: RotationTarget;

  /**
   * The user whose password is rotated. Without `user` it must be there, with the password in the secret, before the first rotation. Not
   * the master user, whose password Amazon RDS rotates itself: see `MasterUserRotation`.
   */
  readonly username: string;

  /**
   * How the user is made, with its grants, by the deployment: then the password in the secret logs in when the stack is complete.
   *
   * @default - the user is made otherwise, by the first rotation
   */
  readonly user?: DatabaseUser;

  /**
   * The name of the database to which the rotation function logs in. For MongoDB, the one that holds the user.
   *
   * @default - the one that the instance or cluster was created with, else the default of the engine
   */
  readonly databaseName?: string;

  /**
   * How the password is changed while clients log in.
   *
   * @default - that of `rotator`, else RotationStrategy.singleUser()
   */
  readonly strategy?: RotationStrategy;

  /**
   * When the password is rotated.
   *
   * @default RotationSchedule.spread() - once a month, at an hour and a day that follow from the name of the secret
   */
  readonly schedule?: RotationSchedule;

  /**
   * Whether to rotate as soon as the schedule is created or changed as well. The user must be there by then.
   *
   * @default false
   */
  readonly rotateImmediately?: boolean;

  /**
   * The rules for the first password and for every later one, from 8 to 128 characters. A change of it replaces the value of a
   * deployed secret, without the database knowing: see `SecretContent`.
   *
   * @default - those of `rotator`, else those of the engine
   */
  readonly passwordPolicy?: PasswordPolicy;

  /**
   * The VPC in which the secret's own rotation function runs: that of the database, or one that is connected with it.
   *
   * @default - the VPC of the database, where its construct knows it; else no VPC, for a database that is reached over the internet
   */
  readonly vpc?: ec2.IVpc;

  /**
   * What rotates the secret. A `DatabaseRotator` has the properties of a rotation function: its endpoint, certificate authorities, memory,
   * logs and more. It serves one secret, or many. Excludes `vpc`.
   *
   * @default - a rotator of its own, which runs in `vpc`
   */
  readonly rotator?: IDatabaseRotator;
}
