import type { aws_ec2 as ec2 } from 'aws-cdk-lib';

/**
 * How a rotation function in a VPC reaches Secrets Manager, where the subnets have no way to the internet.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/vpc-endpoint-overview.html
 */
export class SecretsManagerEndpoint {
  /**
   * An interface endpoint for this rotation function alone. Its policy lets in the function's role, for the namespaces and secrets that it
   * rotates. It has no private DNS name, so that nothing else in the VPC takes another way than before.
   */
  public static create(): SecretsManagerEndpoint {
    return new SecretsManagerEndpoint(undefined);
  }

  /** An endpoint that is there, with private DNS enabled. Its security groups are opened to the rotation function. */
  public static fromInterfaceEndpoint(endpoint: ec2.IInterfaceVpcEndpoint): SecretsManagerEndpoint {
    return new SecretsManagerEndpoint(endpoint);
  }

  private constructor(private readonly existing: ec2.IInterfaceVpcEndpoint | undefined) {}

  /** @internal */
  public get _existing(): ec2.IInterfaceVpcEndpoint | undefined {
    return this.existing;
  }
}
