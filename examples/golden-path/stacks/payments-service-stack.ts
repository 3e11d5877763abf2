import { aws_ec2 as ec2, aws_ecs as ecs, aws_iam as iam, aws_lambda as lambda, aws_logs as logs, Duration, Stack, StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import * as path from 'path';
import type { PaymentsSecretsStack } from './payments-secrets-stack';

export interface PaymentsServiceStackProps extends StackProps {
  readonly secrets: PaymentsSecretsStack;
}

/** A container that gets one field of the database credentials, and a function that reads an API key. */
export class PaymentsServiceStack extends Stack {
  constructor(scope: Construct, id: string, props: PaymentsServiceStackProps) {
    super(scope, id, props);
    const vpc = ec2.Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId: 'vpc-0a1b2c3d4e5f60718',
      availabilityZones: ['eu-west-1a', 'eu-west-1b'],
      privateSubnetIds: ['subnet-0a1b2c3d4e5f60711', 'subnet-0a1b2c3d4e5f60712'],
    });

    this.addWorker(vpc, props.secrets);
    this.addChargeFunction(vpc, props.secrets);
  }

  private addWorker(vpc: ec2.IVpc, { databaseCredentials }: PaymentsSecretsStack): void {
    const task = new ecs.FargateTaskDefinition(this, 'WorkerTask', { cpu: 256, memoryLimitMiB: 512 });
    task.addContainer('Worker', {
      image: ecs.ContainerImage.fromRegistry('public.ecr.aws/docker/library/busybox:1.37'),
      command: ['sh', '-c', 'test -n "$DB_PASSWORD" && sleep 3600'],
      readonlyRootFilesystem: true,
      user: '1000',
      secrets: { DB_PASSWORD: ecs.Secret.fromSecretsManager(databaseCredentials, 'password') },
      logging: ecs.LogDrivers.awsLogs({ streamPrefix: 'worker', logGroup: this.logGroup('WorkerLogs') }),
    });
    new ecs.FargateService(this, 'Worker', {
      cluster: new ecs.Cluster(this, 'Cluster', { vpc, containerInsightsV2: ecs.ContainerInsights.ENABLED }),
      taskDefinition: task,
      desiredCount: 1,
      minHealthyPercent: 100,
      securityGroups: [new ec2.SecurityGroup(this, 'WorkerAccess', { vpc, description: 'The payments worker: no ingress', allowAllOutbound: true })],
    });
  }

  private addChargeFunction(vpc: ec2.IVpc, { stripeApiKey }: PaymentsSecretsStack): void {
    const logGroup = this.logGroup('ChargeCardLogs');
    const charge = new lambda.Function(this, 'ChargeCard', {
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(path.join(__dirname, '../functions/charge-card')),
      environment: { STRIPE_API_KEY_ARN: stripeApiKey.secretArn },
      memorySize: 256,
      timeout: Duration.seconds(10),
      reservedConcurrentExecutions: 20,
      tracing: lambda.Tracing.ACTIVE,
      logGroup,
      vpc,
      deadLetterQueueEnabled: true,
    });
    void iam;
    stripeApiKey.grantRead(charge);
  }

  private logGroup(id: string): logs.LogGroup {
    return new logs.LogGroup(this, id, { retention: logs.RetentionDays.ONE_YEAR });
  }
}
