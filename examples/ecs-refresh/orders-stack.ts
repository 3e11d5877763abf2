import {
  aws_cloudwatch_actions as actions, aws_ec2 as ec2, aws_ecs as ecs, aws_kms as kms, aws_lambda as lambda, aws_logs as logs, aws_rds as rds,
  aws_sns as sns, Duration, Stack, StackProps, Validations,
} from 'aws-cdk-lib';
import {
  DatabaseEngine, DatabaseRotator, EcsServiceConsumer, RotatedDatabaseSecret, RotationSchedule, RotationStrategy, RotationTarget, SecretField,
  SecretNamespace,
} from 'cdk-managed-secrets';
import type { Construct } from 'constructs';

/** A database password that is rotated every day, and the worker that gets it. */
export class OrdersStack extends Stack {
  private readonly vpc = ec2.Vpc.fromVpcAttributes(this, 'Vpc', {
    vpcId: 'vpc-0a1b2c3d4e5f60718',
    availabilityZones: ['eu-west-1a', 'eu-west-1b'],
    privateSubnetIds: ['subnet-0a1b2c3d4e5f60711', 'subnet-0a1b2c3d4e5f60712'],
    privateSubnetRouteTableIds: ['rtb-0a1b2c3d4e5f60713', 'rtb-0a1b2c3d4e5f60713'],
  });

  /** The account's key for logs, whose policy lets CloudWatch Logs use it. */
  private readonly logsKey = kms.Key.fromKeyArn(this, 'LogsKey', `arn:aws:kms:${this.region}:${this.account}:key/0a1b2c3d-1111-4222-8333-0a1b2c3d4e5f`);

  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    new SecretNamespace(this, 'Secrets', { environment: 'prod', service: 'orders' });
    const credentials = this.createCredentials();

    new EcsServiceConsumer(this, 'WorkerSecrets', {
      service: this.createWorker(),
      environment: { DB_USERNAME: SecretField.of(credentials, 'username'), DB_PASSWORD: SecretField.of(credentials, 'password') },
      alarmActions: [new actions.SnsAction(sns.Topic.fromTopicArn(this, 'OnCall', `arn:aws:sns:${this.region}:${this.account}:on-call`))],
    });
  }

  /** MySQL keeps the older password until the next rotation, a day later: the tasks that still have it log in until they are replaced. */
  private createCredentials(): RotatedDatabaseSecret {
    const strategy = RotationStrategy.dualPassword();
    return new RotatedDatabaseSecret(this, 'DatabaseCredentials', {
      purpose: 'db-credentials',
      description: 'The user with which the orders service logs in to its MySQL database',
      username: 'orders_app',
      database: RotationTarget.fromInstance(this.importDatabase()),
      strategy,
      schedule: RotationSchedule.every(Duration.days(1), { window: Duration.hours(2) }),
      rotator: new DatabaseRotator(this, 'Rotator', {
        engine: DatabaseEngine.MYSQL,
        strategy,
        vpc: this.vpc,
        logGroup: this.createLogGroup('RotatorLog'),
        reservedConcurrentExecutions: 2,
        tracing: lambda.Tracing.ACTIVE,
      }),
    });
  }

  private createWorker(): ecs.FargateService {
    const taskDefinition = new ecs.FargateTaskDefinition(this, 'WorkerTask', { cpu: 256, memoryLimitMiB: 512 });
    taskDefinition.addContainer('Worker', {
      image: ecs.ContainerImage.fromRegistry('public.ecr.aws/docker/library/busybox:1.37'),
      command: ['sh', '-c', 'test -n "$DB_USERNAME" && test -n "$DB_PASSWORD" && exec sleep infinity'],
      memoryLimitMiB: 512,
      readonlyRootFilesystem: true,
      user: '1000',
      logging: ecs.LogDrivers.awsLogs({ streamPrefix: 'worker', logGroup: this.createLogGroup('WorkerLog') }),
    });
    acknowledgeGrants(taskDefinition);
    return new ecs.FargateService(this, 'Worker', {
      cluster: new ecs.Cluster(this, 'Cluster', { vpc: this.vpc, containerInsightsV2: ecs.ContainerInsights.ENABLED }),
      taskDefinition,
      desiredCount: 2,
      minHealthyPercent: 100,
      circuitBreaker: { rollback: true },
    });
  }

  private importDatabase(): rds.IDatabaseInstance {
    return rds.DatabaseInstance.fromDatabaseInstanceAttributes(this, 'Database', {
      instanceIdentifier: 'orders',
      instanceEndpointAddress: 'orders.c1a2b3c4d5e6.eu-west-1.rds.amazonaws.com',
      port: 3306,
      engine: rds.DatabaseInstanceEngine.mysql({ version: rds.MysqlEngineVersion.VER_8_4_3 }),
      securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(this, 'DatabaseSecurityGroup', 'sg-0a1b2c3d4e5f60714')],
    });
  }

  private createLogGroup(id: string): logs.LogGroup {
    return new logs.LogGroup(this, id, { retention: logs.RetentionDays.ONE_YEAR, encryptionKey: this.logsKey });
  }
}

function acknowledgeGrants(taskDefinition: ecs.TaskDefinition): void {
  const reason = 'A grant is an AWS::IAM::Policy of one role, so that nobody can attach it to another; a managed policy could be.';
  for (const pack of ['NIST.800.53.R5', 'HIPAA.Security', 'PCI.DSS.321']) {
    Validations.of(taskDefinition).acknowledge({ id: `${pack}-IAMNoInlinePolicy`, reason });
  }
}
