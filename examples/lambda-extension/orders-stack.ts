import * as path from 'path';
import {
  aws_cloudwatch_actions as actions, aws_ec2 as ec2, aws_iam as iam, aws_kms as kms, aws_lambda as lambda, aws_logs as logs, aws_rds as rds,
  aws_sns as sns, aws_sqs as sqs, Duration, Stack, StackProps, Validations,
} from 'aws-cdk-lib';
import {
  DatabaseEngine, DatabaseRotator, LambdaFunctionConsumer, ParametersAndSecretsExtension, RotatedDatabaseSecret, RotationSchedule, RotationStrategy,
  RotationTarget, SecretNamespace,
} from 'cdk-managed-secrets';
import type { Construct } from 'constructs';

/** A database password that is rotated every day, and two functions that get it: by the extension, and by a restart. */
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

    new LambdaFunctionConsumer(this, 'ListOrdersSecrets', {
      function: this.createFunction('ListOrders', 'list-orders'),
      environment: { DB_SECRET_ARN: credentials },
    });
    new LambdaFunctionConsumer(this, 'NightlyReportSecrets', {
      function: this.createFunction('NightlyReport', 'nightly-report'),
      environment: { DB_SECRET_ARN: credentials },
      extension: ParametersAndSecretsExtension.none(),
      restart: true,
      alarmActions: [new actions.SnsAction(sns.Topic.fromTopicArn(this, 'OnCall', `arn:aws:sns:${this.region}:${this.account}:on-call`))],
    });
  }

  /** MySQL keeps the older password until the next rotation: whoever still has it logs in. */
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

  private createFunction(id: string, folder: string): lambda.Function {
    const logGroup = this.createLogGroup(`${id}Log`);
    return new lambda.Function(this, id, {
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(path.join(__dirname, 'functions', folder)),
      role: this.createRole(`${id}Role`, logGroup),
      memorySize: 256,
      timeout: Duration.seconds(30),
      reservedConcurrentExecutions: 20,
      tracing: lambda.Tracing.ACTIVE,
      logGroup,
      vpc: this.vpc,
      deadLetterQueue: this.createDeadLetterQueue(`${id}Failures`),
    });
  }

  /** Its own log group, a network interface in the VPC, and what the grants add; AWS's managed policies would allow any log group. */
  private createRole(id: string, logGroup: logs.LogGroup): iam.Role {
    const role = new iam.Role(this, id, { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    role.addToPolicy(new iam.PolicyStatement({
      actions: ['ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'],
      resources: ['*'],
    }));
    acknowledge(role, ['AwsSolutions-IAM5[Resource::*]'],
      'Network interfaces are created before their ARN is known, and X-Ray has no resource types; secrets are named one by one.');
    acknowledge(role, ['NIST.800.53.R5', 'HIPAA.Security', 'PCI.DSS.321'].map(pack => `${pack}-IAMNoInlinePolicy`),
      'A grant is an AWS::IAM::Policy of one role, so that nobody can attach it to another; a managed policy could be.');
    return role;
  }

  private createDeadLetterQueue(id: string): sqs.Queue {
    const queue = new sqs.Queue(this, id, { encryption: sqs.QueueEncryption.KMS_MANAGED, enforceSSL: true, retentionPeriod: Duration.days(14) });
    acknowledge(queue, ['Serverless-SQSRedrivePolicy', 'cdk-validator-cfnguard::sqs_dlq_check'],
      'This is the dead-letter queue of the function; a dead-letter queue has none itself.');
    return queue;
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

function acknowledge(construct: Construct, ids: string[], reason: string): void {
  Validations.of(construct).acknowledge(...ids.map(id => ({ id, reason })));
}
