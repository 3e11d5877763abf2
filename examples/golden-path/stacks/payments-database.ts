import { aws_ec2 as ec2, aws_rds as rds } from 'aws-cdk-lib';
import { IManagedSecret, ManagedSecret, SecretEncryption } from 'cdk-managed-secrets';
import { Construct } from 'constructs';

/** What Amazon RDS named the secret of each cluster's master user: `aws rds describe-db-clusters` shows its ARN. */
const MASTER_USER_SECRETS: Record<string, string> = {
  staging: 'rds!cluster-3b0c5a52-7f1d-4c55-9a43-0d6f2f1be3a7-d4e5f6',
  prod: 'rds!cluster-9e2f6d10-52c8-4b7a-8a0e-6c1d7b9f4e21-a1b2c3',
};

/** The Aurora PostgreSQL cluster of one environment. It is there before the service, so that nothing of it is created here. */
export class PaymentsDatabase extends Construct {
  public readonly cluster: rds.IDatabaseCluster;

  /** The master user, who prepares the user of the service for each rotation. Amazon RDS rotates this secret by itself. */
  public readonly superuserSecret: IManagedSecret;

  constructor(scope: Construct, id: string, environment: string) {
    super(scope, id);
    this.cluster = rds.DatabaseCluster.fromDatabaseClusterAttributes(this, 'Cluster', {
      clusterIdentifier: `payments-${environment}`,
      clusterEndpointAddress: `payments-${environment}.cluster-c1a2b3c4d5e6.eu-west-1.rds.amazonaws.com`,
      engine: rds.DatabaseClusterEngine.AURORA_POSTGRESQL,
      port: 5432,
      securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(this, 'SecurityGroup', 'sg-0a1b2c3d4e5f60714')],
    });
    this.superuserSecret = ManagedSecret.fromArn(this, 'MasterUser',
      `arn:aws:secretsmanager:eu-west-1:111122223333:secret:${MASTER_USER_SECRETS[environment]}`, SecretEncryption.awsManagedKey());
  }
}
