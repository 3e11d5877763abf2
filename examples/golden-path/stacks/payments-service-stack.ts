import * as path from 'path';
import {
  aws_ec2 as ec2, aws_ecs as ecs, aws_iam as iam, aws_lambda as lambda, aws_logs as logs, aws_sqs as sqs,
  Duration, Stack, StackProps,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { LogsKey } from './logs-key';
import { importVpc } from './payments-network';
import type { PaymentsSecretsStack } from './payments-secrets-stack';
import { acknowledge } from '../acknowledgements';

export interface PaymentsServiceStackProps extends StackProps {
  readonly secrets: PaymentsSecretsStack;
}

/** A container that gets two fields of the database credentials, and a function that reads an API key. */
export class PaymentsServiceStack extends Stack {
  private readonly vpc: ec2.IVpc;
  private readonly logsKey: LogsKey;

  constructor(scope: Construct, id: string, props: PaymentsServiceStackProps) {
    super(scope, id, props);
    this.vpc = importVpc(this);
    this.logsKey = new LogsKey(this, 'LogsKey').serveLogs();

    this.addWorker(props.secrets);
    this.addChargeFunction(props.secrets);
  }

  private addWorker({ databaseCredentials }: PaymentsSecretsStack): void {
    const task = new ecs.FargateTaskDefinition(this, 'WorkerTask', { cpu: 256, memoryLimitMiB: 512 });
    task.addContainer('Worker', {
      image: ecs.ContainerImage.fromRegistry('public.ecr.aws/docker/library/busybox:1.37'),
      // It ends after an hour, and its successor is given the secret anew: a rotation is noticed long before the next one.
      command: ['sh', '-c', 'test -n "$DB_USERNAME" && test -n "$DB_PASSWORD" && sleep 3600'],
      memoryLimitMiB: 512,
      readonlyRootFilesystem: true,
      user: '1000',
      secrets: {
        DB_USERNAME: ecs.Secret.fromSecretsManager(databaseCredentials, 'username'), // alternates, together with the password
        DB_PASSWORD: ecs.Secret.fromSecretsManager(databaseCredentials, 'password'),
      },
      logging: ecs.LogDrivers.awsLogs({ streamPrefix: 'worker', logGroup: this.createLogGroup('WorkerLogs') }),
    });
    new ecs.FargateService(this, 'Worker', {
      cluster: new ecs.Cluster(this, 'Cluster', { vpc: this.vpc, containerInsightsV2: ecs.ContainerInsights.ENABLED }),
      taskDefinition: task,
      desiredCount: 1,
      minHealthyPercent: 100,
      circuitBreaker: { rollback: true },
    });
  }

  private addChargeFunction({ stripeApiKey }: PaymentsSecretsStack): void {
    const logGroup = this.createLogGroup('ChargeCardLogs');
    const chargeCard = new lambda.Function(this, 'ChargeCard', {
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(path.join(__dirname, '../functions/charge-card')),
      role: this.createChargeCardRole(logGroup),
      environment: { STRIPE_API_KEY_ARN: stripeApiKey.secretArn },
      memorySize: 256,
      timeout: Duration.seconds(10),
      reservedConcurrentExecutions: 20,
      tracing: lambda.Tracing.ACTIVE,
      logGroup,
      vpc: this.vpc,
      deadLetterQueue: this.createDeadLetterQueue(),
    });
    stripeApiKey.grantRead(chargeCard);
  }

  /** Its own log group, a network interface in the VPC, and what the grants add; AWS's managed policies would allow any log group. */
  private createChargeCardRole(logGroup: logs.LogGroup): iam.Role {
    const role = new iam.Role(this, 'ChargeCardRole', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    role.addToPolicy(new iam.PolicyStatement({
      actions: ['ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'],
      resources: ['*'],
    }));
    acknowledge(role, {
      'AwsSolutions-IAM5[Resource::*]': 'Network interfaces are created before their ARN is known, and X-Ray has no resource types; secrets are named one by one.',
    });
    return role;
  }

  private createDeadLetterQueue(): sqs.Queue {
    const queue = new sqs.Queue(this, 'ChargeCardFailures', { encryption: sqs.QueueEncryption.KMS_MANAGED, enforceSSL: true, retentionPeriod: Duration.days(14) });
    acknowledge(queue, {
      'Serverless-SQSRedrivePolicy': 'This is the dead-letter queue of the function; a dead-letter queue has none itself.',
      'cdk-validator-cfnguard::sqs_dlq_check': 'This is the dead-letter queue of the function; a dead-letter queue has none itself.',
    });
    return queue;
  }

  private createLogGroup(id: string): logs.LogGroup {
    return new logs.LogGroup(this, id, { retention: logs.RetentionDays.ONE_YEAR, encryptionKey: this.logsKey });
  }
}
