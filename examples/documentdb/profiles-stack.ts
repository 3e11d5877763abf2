import {
  aws_docdb as docdb, aws_ec2 as ec2, aws_iam as iam, aws_kms as kms, aws_lambda as lambda, aws_logs as logs, Stack, StackProps, Validations,
} from 'aws-cdk-lib';
import {
  DatabaseEngine, DatabaseGrant, DatabasePrivilege, DatabaseRotator, DatabaseUser, IManagedSecret, ManagedSecret, RotatedDatabaseSecret,
  RotationStrategy, RotationTarget, SecretEncryption, SecretNamespace, SecretsManagerEndpoint,
} from 'cdk-managed-secrets';
import type { Construct } from 'constructs';

/** The credentials of two users of an Amazon DocumentDB cluster, who take turns, and the function that makes and rotates them. */
export class ProfilesStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);

    new SecretNamespace(this, 'Secrets', { environment: 'prod', service: 'profiles' });

    const credentials = new RotatedDatabaseSecret(this, 'DatabaseCredentials', {
      purpose: 'db-credentials',
      description: 'The user with which the profiles service logs in to its Amazon DocumentDB cluster',
      username: 'profiles_app',
      database: RotationTarget.fromDocumentDbCluster(this.importCluster()),
      user: DatabaseUser.create({
        grants: [
          DatabaseGrant.onDatabase({ database: 'profiles', privileges: [DatabasePrivilege.READ_WRITE] }),
          DatabaseGrant.onDatabase({ database: 'catalog', privileges: [DatabasePrivilege.READ] }),
        ],
      }),
      rotator: this.createRotator(),
    });
    credentials.grantRead(this.createServiceRole());
  }

  private createRotator(): DatabaseRotator {
    // The account's key for logs, whose policy lets CloudWatch Logs use it.
    const encryptionKey = kms.Key.fromKeyArn(this, 'LogsKey', `arn:aws:kms:${this.region}:${this.account}:key/0a1b2c3d-1111-4222-8333-0a1b2c3d4e5f`);
    return new DatabaseRotator(this, 'Rotator', {
      engine: DatabaseEngine.MONGODB,
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
      description: 'The profiles service',
      assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': this.account } } }),
    });
    const reason = 'A grant is an AWS::IAM::Policy of one role, so that nobody can attach it to another; a managed policy could be.';
    Validations.of(role).acknowledge(...['NIST.800.53.R5', 'HIPAA.Security', 'PCI.DSS.321'].map(pack => ({ id: `${pack}-IAMNoInlinePolicy`, reason })));
    return role;
  }

  private importVpc(): ec2.IVpc {
    return ec2.Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId: 'vpc-0a1b2c3d4e5f60748',
      availabilityZones: ['eu-west-1a', 'eu-west-1b'],
      isolatedSubnetIds: ['subnet-0a1b2c3d4e5f60741', 'subnet-0a1b2c3d4e5f60742'],
      isolatedSubnetRouteTableIds: ['rtb-0a1b2c3d4e5f60743', 'rtb-0a1b2c3d4e5f60743'],
    });
  }

  private importCluster(): docdb.IDatabaseCluster {
    return docdb.DatabaseCluster.fromDatabaseClusterAttributes(this, 'Cluster', {
      clusterIdentifier: 'profiles',
      clusterEndpointAddress: 'profiles.cluster-c1a2b3c4d5e6.eu-west-1.docdb.amazonaws.com',
      port: 27017,
      securityGroup: ec2.SecurityGroup.fromSecurityGroupId(this, 'DatabaseSecurityGroup', 'sg-0a1b2c3d4e5f60744'),
    });
  }

  /** Amazon DocumentDB manages the master user's password and rotates it by itself: `aws docdb describe-db-clusters` shows the ARN. */
  private importMasterUserSecret(): IManagedSecret {
    return ManagedSecret.fromArn(this, 'MasterUser',
      `arn:aws:secretsmanager:${this.region}:${this.account}:secret:rds!cluster-6c1d7b9f-4e21-4b7a-8a0e-9e2f6d1052c8-d4e5f6`, SecretEncryption.awsManagedKey());
  }
}
