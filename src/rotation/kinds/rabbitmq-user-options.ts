import type { aws_amazonmq as amazonmq, aws_ec2 as ec2, aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import type { SecretEncryption } from '../../encryption/secret-encryption';
import type { PasswordPolicy } from '../../secret/password-policy';

/** What users of every broker have in common. */
export interface RabbitMqUserOptions {
  /**
   * The user. It must be there, with its permissions, and without the tag `administrator`. The other of the two users has this name with
   * `_clone`, and is made by the first rotation.
   */
  readonly username: string;

  /**
   * The secret of an administrator of the broker, of the account and region of the rotated one: a JSON object with `username` and
   * `password`. The user has the tag `administrator`.
   */
  readonly administratorSecret: secretsmanager.ISecret;

  /**
   * The key under which the administrator's secret is encrypted.
   *
   * @default - the key that `administratorSecret` knows, else the AWS managed key, which needs no permission
   */
  readonly administratorEncryption?: SecretEncryption;

  /**
   * The virtual host that clients use. A new password is tried with it, and it stands in the value, as `virtualHost`.
   *
   * @default - a new password is tried without a virtual host
   */
  readonly virtualHost?: string;

  /**
   * Whether the user itself gets each new password, whose older one ends at once. Connections that are open stay.
   *
   * @default false - two users take turns, so that the older value works until the next rotation
   */
  readonly singleUser?: boolean;

  /**
   * The rules for every new password, from 8 to 128 characters.
   *
   * @default - 32 letters and digits
   */
  readonly passwordPolicy?: PasswordPolicy;
}

/** A user of a broker of Amazon MQ. */
export interface AmazonMqUserOptions extends RabbitMqUserOptions {
  /** The broker, of the engine RabbitMQ. Host and ports are its own. */
  readonly broker: amazonmq.CfnBroker;

  /**
   * The security groups of the broker, which are opened to the rotation function. A broker that is reached over the internet has none.
   *
   * @default - the broker is reached over the internet
   */
  readonly securityGroups?: ec2.ISecurityGroup[];
}

/** A user of a broker of your own. */
export interface SelfManagedRabbitMqUserOptions extends RabbitMqUserOptions {
  /** The host name or address of the broker, without a port. */
  readonly host: string;

  /**
   * The port of AMQP over TLS.
   *
   * @default 5671
   */
  readonly port?: number;

  /**
   * The port of the management API over TLS.
   *
   * @default 15671
   */
  readonly managementPort?: number;

  /**
   * The security groups of the broker, which are opened to the rotation function. To be given when that runs in a VPC.
   *
   * @default - the broker is reached over the internet
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * The name in the certificate of the broker, when `host` is an alias of it.
   *
   * @default - `host`
   */
  readonly tlsServerName?: string;
}
