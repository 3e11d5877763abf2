import {
  aws_ec2 as ec2, aws_ecs as ecs, aws_iam as iam, aws_kms as kms, aws_lambda as lambda, aws_logs as logs, aws_rds as rds, Stack, StackProps,
  Validations,
} from 'aws-cdk-lib';
import {
  DatabaseEngine, DatabaseGrant, DatabaseRotator, DatabaseUser, IManagedSecret, ManagedSecret, RotatedDatabaseSecret, RotationTarget, SchemaPrivilege,
  SecretEncryption, SecretNamespace, SecretsManagerEndpoint, SequencePrivilege, TablePrivilege,
} from 'cdk-managed-secrets';
import type { Construct } from 'constructs';

/** The credentials of a user whom the deployment makes, and the task definition of the service that logs in with them. */
export class CatalogStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);

    new SecretNamespace(this, 'Secrets', { environment: 'prod', service: 'catalog' });

    const schema = 'catalog';
    const credentials = new RotatedDatabaseSecret(this, 'DatabaseCredentials', {
      purpose: 'db-credentials',
      description: 'The user with which the catalog service logs in to its PostgreSQL database',
      username: 'catalog_app',
      databaseName: 'shop',
      database: RotationTarget.fromInstance(this.importDatabase()),
      user: DatabaseUser.create({
        superuserSecret: this.importMasterUserSecret(),
        grants: [
          DatabaseGrant.onSchema({ schema, privileges: [SchemaPrivilege.USAGE] }),
          DatabaseGrant.onTables({ schema, privileges: [TablePrivilege.SELECT, TablePrivilege.INSERT, TablePrivilege.UPDATE] }),
          DatabaseGrant.onSequences({ schema, privileges: [SequencePrivilege.USAGE] }),
          // What the migrations of the next release create.
          DatabaseGrant.onFutureTables({ schema, privileges: [TablePrivilege.SELECT, TablePrivilege.INSERT, TablePrivilege.UPDATE] }),
          DatabaseGrant.onFutureSequences({ schema, privileges: [SequencePrivilege.USAGE] }),
        ],
      }),
      rotator: this.createRotator(),
    });
    this.createTaskDefinition(credentials);
  }

  /** It refers to the secret, and so is deployed when the user is there: its first task logs in. */
  private createTaskDefinition(credentials: RotatedDatabaseSecret): void {
    const [taskRole, executionRole] = ['TaskRole', 'ExecutionRole'].map(role => this.createRole(role));
    const taskDefinition = new ecs.FargateTaskDefinition(this, 'Task', { taskRole, executionRole });
    Validations.of(taskDefinition).acknowledge({ id: 'AwsSolutions-ECS2', reason: 'The variable holds the ARN of a secret, and no value of it.' });
    taskDefinition.addContainer('Catalog', {
      memoryLimitMiB: 256,
      image: ecs.ContainerImage.fromRegistry('public.ecr.aws/docker/library/node:24-slim'),
      environment: { DATABASE_SECRET_ARN: credentials.secretArn },
      logging: ecs.LogDriver.awsLogs({
        streamPrefix: 'catalog', logGroup: new logs.LogGroup(this, 'TaskLog', { retention: logs.RetentionDays.ONE_YEAR, encryptionKey: this.logsKey() }),
      }),
      readonlyRootFilesystem: true,
      user: 'node',
    });
    // The service reads the secret itself, and again when a login is refused.
    credentials.grantRead(taskRole);
  }

  private createRole(id: string): iam.Role {
    const role = new iam.Role(this, id, {
      description: 'The catalog service',
      assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': this.account } } }),
    });
    const reason = 'A grant is an AWS::IAM::Policy of one role, so that nobody can attach it to another; a managed policy could be.';
    Validations.of(role).acknowledge(...['NIST.800.53.R5', 'HIPAA.Security', 'PCI.DSS.321'].map(pack => ({ id: `${pack}-IAMNoInlinePolicy`, reason })));
    return role;
  }

  private createRotator(): DatabaseRotator {
    return new DatabaseRotator(this, 'Rotator', {
      engine: DatabaseEngine.POSTGRESQL,
      vpc: this.importVpc(),
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
      endpoint: SecretsManagerEndpoint.create(),
      logGroup: new logs.LogGroup(this, 'RotatorLog', { retention: logs.RetentionDays.ONE_YEAR, encryptionKey: this.logsKey() }),
      reservedConcurrentExecutions: 2,
      tracing: lambda.Tracing.ACTIVE,
    });
  }

  /** The account's key for logs, whose policy lets CloudWatch Logs use it. */
  private logsKey(): kms.IKey {
    const arn = `arn:aws:kms:${this.region}:${this.account}:key/0a1b2c3d-1111-4222-8333-0a1b2c3d4e5f`;
    return this.node.tryFindChild('LogsKey') as kms.IKey | undefined ?? kms.Key.fromKeyArn(this, 'LogsKey', arn);
  }

  private importVpc(): ec2.IVpc {
    return ec2.Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId: 'vpc-0a1b2c3d4e5f60738',
      availabilityZones: ['eu-west-1a', 'eu-west-1b'],
      isolatedSubnetIds: ['subnet-0a1b2c3d4e5f60731', 'subnet-0a1b2c3d4e5f60732'],
      isolatedSubnetRouteTableIds: ['rtb-0a1b2c3d4e5f60733', 'rtb-0a1b2c3d4e5f60733'],
    });
  }

  private importDatabase(): rds.IDatabaseInstance {
    return rds.DatabaseInstance.fromDatabaseInstanceAttributes(this, 'Database', {
      instanceIdentifier: 'shop',
      instanceEndpointAddress: 'shop.c1a2b3c4d5e6.eu-west-1.rds.amazonaws.com',
      port: 5432,
      engine: rds.DatabaseInstanceEngine.POSTGRES,
      securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(this, 'DatabaseSecurityGroup', 'sg-0a1b2c3d4e5f60734')],
    });
  }

  /** Amazon RDS manages the master user's password and rotates it by itself: `aws rds describe-db-instances` shows the ARN. */
  private importMasterUserSecret(): IManagedSecret {
    return ManagedSecret.fromArn(this, 'MasterUser',
      `arn:aws:secretsmanager:${this.region}:${this.account}:secret:rds!db-6c1d7b9f-4e21-4b7a-8a0e-9e2f6d1052c8-a1b2c3`, SecretEncryption.awsManagedKey());
  }
}
