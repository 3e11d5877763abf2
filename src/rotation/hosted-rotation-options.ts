import type { aws_ec2 as ec2 } from 'aws-cdk-lib';
import type { SecretsManagerEndpoint } from './secrets-manager-endpoint';

/**
 * Where the field `ssl` of a secret stands, by which a function that AWS hosts encrypts its connections. Without it, the function logs in
 * in clear text where a server does not answer by TLS.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html
 */
export enum HostedSsl {
  /** In the template of the secret, which is new. In the template of a secret that is deployed, it would replace the value. */
  IN_TEMPLATE = 'inTemplate',

  /** In the value, into which you have put it: `"ssl": true`. For a secret that is deployed already, whose template stays as it is. */
  IN_VALUE = 'inValue',
}

/**
 * How a rotation function runs that AWS hosts. Its engine and its strategy are those of the secret.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-secretsmanager-rotationschedule-hostedrotationlambda.html
 */
export interface HostedRotationOptions {
  /**
   * The VPC in which the function runs: that of the database, or one that is connected with it.
   *
   * @default - no VPC, for a database that is reached over the internet
   */
  readonly vpc?: ec2.IVpc;

  /**
   * The subnets in which the function runs: private or isolated ones, because a function in a public subnet has no way out.
   *
   * @default - the private subnets of the VPC, or its isolated ones where it has no others
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * The security groups of the function. Those that do not allow all outbound traffic are opened to the database and to Secrets Manager.
   *
   * @default - one of its own, which may open connections to the database and by HTTPS
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * The endpoint of Secrets Manager in the VPC, which must be there for isolated subnets. It has private DNS: no parameter gives the
   * function another address, so that `SecretsManagerEndpoint.create()` is refused.
   *
   * @default - through the NAT gateway of the subnets
   */
  readonly endpoint?: SecretsManagerEndpoint;

  /**
   * The name of the function, of at most 64 characters, which no other function of the account and region has.
   *
   * @default - a name made of the path of this construct
   */
  readonly functionName?: string;

  /**
   * Where `ssl: true` stands.
   *
   * @default - in the template, for an engine whose secrets always have it there: `DatabaseEngine.SQLSERVER`, `ORACLE` and `MONGODB`; to be
   * given for others
   */
  readonly ssl?: HostedSsl;
}
