import type { aws_ec2 as ec2, aws_iam as iam, aws_ssm as ssm, Duration } from 'aws-cdk-lib';
import type { SecretsManagerAgent } from './secrets-manager-agent';
import type { IManagedSecret } from '../secret/managed-secret-props';

/** Which machines read which secrets, and how the agent gets there. */
export interface InstanceConsumerProps {
  /** Who reads: an instance, an Auto Scaling group, or the role of the machines. */
  readonly grantee: iam.IGrantable;

  /** Secrets that the machines may read, each once. */
  readonly secrets: IManagedSecret[];

  /** The AWS Secrets Manager Agent, as you have built it. */
  readonly agent: SecretsManagerAgent;

  /**
   * The user data of an instance or a launch template, to which the installation is added. It needs Linux with systemd and the AWS CLI, as Amazon Linux
   * 2023 has them.
   *
   * @default - the agent is not installed at the first start
   */
  readonly userData?: ec2.UserData;

  /**
   * The machines on which State Manager of AWS Systems Manager installs the agent and brings it up to date, such as
   * `[{ key: 'tag:Role', values: ['worker'] }]`; managed nodes outside of AWS too. They need the SSM Agent and its permissions.
   *
   * @default - no association
   */
  readonly targets?: ssm.CfnAssociation.TargetProperty[];

  /**
   * Accounts of the operating system that may ask the agent, such as that of the application. They must be there when the agent is installed.
   *
   * @default - root alone
   */
  readonly readers?: string[];

  /**
   * For how long the application itself keeps a value. Added to the time to live of the agent, it must not be longer than the older value is accepted after a
   * rotation.
   *
   * @default Duration.seconds(0)
   */
  readonly maxAge?: Duration;
}
