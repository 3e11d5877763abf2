import type { aws_ec2 as ec2, aws_iam as iam, aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import type { SecretEncryption } from '../../encryption/secret-encryption';
import type { ManagedSecret } from '../../secret/managed-secret';

/** A secret that a rotation reads and does not rotate, such as a superuser's. */
export interface OtherSecret {
  readonly secret: secretsmanager.ISecret;
  /** The key under which it is encrypted. @default - the one that it knows, else the AWS managed key */
  readonly encryption?: SecretEncryption;
}

/** What stands behind security groups and is opened to the function. */
export interface BoundServer {
  readonly securityGroups: ec2.ISecurityGroup[];
  readonly port: ec2.Port;
  /** @default - none */
  readonly furtherPorts?: ec2.Port[];
  /** What passes through the groups, such as "Rotation of postgres credentials". */
  readonly description: string;
}

/** A secret to be rotated, with all that its function needs for it. */
export interface RotationRequest {
  readonly secret: ManagedSecret;
  /** Permissions for the namespace are for all its secrets; those for the one secret are for a rotator that nobody else uses. */
  readonly scope: 'namespace' | 'secret';
  readonly reads: OtherSecret[];
  /** @default - none that security groups guard */
  readonly server?: BoundServer;
  /** What the function does elsewhere, such as to a user of IAM. @default - nothing */
  readonly statements?: iam.PolicyStatement[];
}
