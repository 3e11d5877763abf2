import { aws_ec2 as ec2, aws_rds as rds, Stack } from 'aws-cdk-lib';
import { IManagedSecret, ManagedSecret, SecretEncryption } from 'cdk-managed-secrets';
import { Construct } from 'constructs';

export interface AuroraClusterProps {
  readonly clusterIdentifier: string;
  readonly securityGroupId: string;

  /** What Amazon RDS named the secret of the master user: `aws rds describe-db-clusters` shows its ARN. */
  readonly masterUserSecretName: string;
}

/** An Aurora PostgreSQL cluster that is there already, and the secret of its master user, which Amazon RDS manages. */
export class AuroraCluster extends Construct {
  public readonly cluster: rds.IDatabaseCluster;
  public readonly masterUserSecret: IManagedSecret;

  constructor(scope: Construct, id: string, props: AuroraClusterProps) {
    super(scope, id);
    const { account, region } = Stack.of(this);
    this.cluster = rds.DatabaseCluster.fromDatabaseClusterAttributes(this, 'Cluster', {
      clusterIdentifier: props.clusterIdentifier,
      clusterEndpointAddress: `${props.clusterIdentifier}.cluster-c1a2b3c4d5e6.eu-west-1.rds.amazonaws.com`,
      engine: rds.DatabaseClusterEngine.AURORA_POSTGRESQL,
      port: 5432,
      securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(this, 'SecurityGroup', props.securityGroupId)],
    });
    this.masterUserSecret = ManagedSecret.fromArn(this, 'MasterUser',
      `arn:aws:secretsmanager:${region}:${account}:secret:${props.masterUserSecretName}`, SecretEncryption.awsManagedKey());
  }
}
