import {
  aws_ec2 as ec2, aws_iam as iam, aws_kms as kms, aws_lambda as lambda, aws_logs as logs, aws_rds as rds, Duration, Stack, StackProps, Validations,
} from 'aws-cdk-lib';
import {
  DatabaseEngine, DatabaseRotator, IManagedSecret, ManagedSecret, RotatedDatabaseSecret, RotationSchedule, RotationStrategy, RotationTarget,
  SecretEncryption, SecretNamespace, SecretsManagerEndpoint,
} from 'cdk-managed-secrets';
import type { Construct } from 'constructs';

/** The credentials of two users of an Aurora MySQL cluster, who take turns, and the function that rotates them from isolated subnets. */
export class OrdersSecretsStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);

    new SecretNamespace(this, 'Secrets', { environment: 'prod', service: 'orders' });

    const credentials = new RotatedDatabaseSecret(this, 'DatabaseCredentials', {
      purpose: 'db-credentials',
      description: 'The user with which the orders service logs in to its MySQL database',
      username: 'orders_app',
      database: RotationTarget.fromCluster(this.importCluster()),
      schedule: RotationSchedule.every(Duration.days(14)),
      rotator: this.createRotator(),
    });
    credentials.grantRead(this.createServiceRole());
  }

  /** A secret makes a rotator of its own in `vpc`; this one says more of its function. */
  private createRotator(): DatabaseRotator {
    // The account's key for logs, whose policy lets CloudWatch Logs use it.
    const encryptionKey = kms.Key.fromKeyArn(this, 'LogsKey', `arn:aws:kms:${this.region}:${this.account}:key/0a1b2c3d-1111-4222-8333-0a1b2c3d4e5f`);
    return new DatabaseRotator(this, 'Rotator', {
      engine: DatabaseEngine.MYSQL,
      strategy: RotationStrategy.alternatingUsers({ superuserSecret: this.importMasterUserSecret() }),
      vpc: this.importVpc(),
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
      endpoint: SecretsManagerEndpoint.create(),
      logGroup: new logs.LogGroup(this, 'RotatorLog', { retention: logs.RetentionDays.ONE_YEAR, encryptionKey }),
      reservedConcurrentExecutions: 2,
      tracing: lambda.Tracing.ACTIVE,
    });
  }

  private createServiceRole(): iam.Role {
    const role = new iam.Role(this, 'Service', {
      description: 'The orders service',
      assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': this.account } } }),
    });
    const reason = 'A grant is an AWS::IAM::Policy of one role, so that nobody can attach it to another; a managed policy could be.';
    Validations.of(role).acknowledge(...['NIST.800.53.R5', 'HIPAA.Security', 'PCI.DSS.321'].map(pack => ({ id: `${pack}-IAMNoInlinePolicy`, reason })));
    return role;
  }

  private importVpc(): ec2.IVpc {
    return ec2.Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId: 'vpc-0a1b2c3d4e5f60728',
      availabilityZones: ['eu-west-1a', 'eu-west-1b'],
      isolatedSubnetIds: ['subnet-0a1b2c3d4e5f60721', 'subnet-0a1b2c3d4e5f60722'],
      isolatedSubnetRouteTableIds: ['rtb-0a1b2c3d4e5f60723', 'rtb-0a1b2c3d4e5f60723'],
    });
  }

  private importCluster(): rds.IDatabaseCluster {
    return rds.DatabaseCluster.fromDatabaseClusterAttributes(this, 'Cluster', {
      clusterIdentifier: 'orders',
      clusterEndpointAddress: 'orders.cluster-c1a2b3c4d5e6.eu-west-1.rds.amazonaws.com',
      engine: rds.DatabaseClusterEngine.AURORA_MYSQL,
      port: 3306,
      securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(this, 'DatabaseSecurityGroup', 'sg-0a1b2c3d4e5f60724')],
    });
  }

  /** Amazon RDS manages the master user's password and rotates it by itself: `aws rds describe-db-clusters` shows the ARN. */
  private importMasterUserSecret(): IManagedSecret {
    return ManagedSecret.fromArn(this, 'MasterUser',
      `arn:aws:secretsmanager:${this.region}:${this.account}:secret:rds!cluster-6c1d7b9f-4e21-4b7a-8a0e-9e2f6d1052c8-g7h8i9`,
      SecretEncryption.awsManagedKey());
  }
}
