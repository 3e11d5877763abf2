import {
  aws_cloudwatch_actions as actions, aws_ec2 as ec2, aws_iam as iam, aws_kms as kms, aws_lambda as lambda, aws_logs as logs, aws_sns as sns, Stack,
  StackProps, Validations,
} from 'aws-cdk-lib';
import { DatabaseEngine, DatabaseRotator, RotationStrategy } from 'cdk-managed-secrets';
import type { Construct } from 'constructs';

/** One rotation function for every PostgreSQL database of the account, in the VPC that the databases share. */
export class PlatformStack extends Stack {
  public readonly rotator: DatabaseRotator;

  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);

    this.rotator = new DatabaseRotator(this, 'Rotator', {
      engine: DatabaseEngine.POSTGRESQL,
      strategy: RotationStrategy.alternatingUsers(),
      vpc: this.importVpc(),
      permissionsBoundary: this.createBoundary(),
      logGroup: new logs.LogGroup(this, 'RotatorLog', { retention: logs.RetentionDays.ONE_YEAR, encryptionKey: this.createLogsKey() }),
      reservedConcurrentExecutions: 20,
      tracing: lambda.Tracing.ACTIVE,
    });
    this.alarmWhenRotationsFail();
  }

  /** Secrets Manager tries again by itself; somebody should know when that has not helped. */
  private alarmWhenRotationsFail(): void {
    const onCall = sns.Topic.fromTopicArn(this, 'OnCall', `arn:aws:sns:${this.region}:${this.account}:platform-on-call`);
    this.rotator.rotationFunction.metricErrors().createAlarm(this, 'RotationsFail', {
      alarmDescription: 'Steps of rotations fail; the log group of the rotation function names the secret, the step and what to do',
      threshold: 1,
      evaluationPeriods: 1,
    }).addAlarmAction(new actions.SnsAction(onCall));
  }

  private importVpc(): ec2.IVpc {
    return ec2.Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId: 'vpc-0a1b2c3d4e5f60718',
      availabilityZones: ['eu-west-1a', 'eu-west-1b'],
      privateSubnetIds: ['subnet-0a1b2c3d4e5f60711', 'subnet-0a1b2c3d4e5f60712'],
      privateSubnetRouteTableIds: ['rtb-0a1b2c3d4e5f60713', 'rtb-0a1b2c3d4e5f60713'],
    });
  }

  /** Whatever other stacks attach to the role of the function, it can do no more than this. */
  private createBoundary(): iam.ManagedPolicy {
    const boundary = new iam.ManagedPolicy(this, 'Boundary', {
      description: 'The most that a rotation function may do',
      statements: [...this.secretsWithinBoundary(), ...this.restWithinBoundary()],
    });
    const patterns = boundary.document.toJSON().Statement.flatMap(({ Resource }: { Resource: string }) => Resource);
    patterns.forEach((pattern: string) => Validations.of(boundary).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${pattern}]`,
      reason: 'A permissions boundary allows nothing by itself; the policies of the role name namespaces and superusers one by one.',
    }));
    return boundary;
  }

  /** Secrets whose owner has named a function of this stack as their rotation function, and, to be read, the master users of Amazon RDS. */
  private secretsWithinBoundary(): iam.PolicyStatement[] {
    const inService = (service: string) => `arn:aws:${service}:${this.region}:${this.account}`;
    const read = ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'];
    return [
      new iam.PolicyStatement({
        actions: [...read, 'secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage'],
        resources: [`${inService('secretsmanager')}:secret:*`],
        conditions: { StringLike: { 'secretsmanager:resource/AllowRotationLambdaArn': `${inService('lambda')}:function:${this.stackName}-*` } },
      }),
      new iam.PolicyStatement({ actions: read, resources: [`${inService('secretsmanager')}:secret:rds!cluster-*`] }),
      new iam.PolicyStatement({
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: [`${inService('kms')}:key/*`],
        conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${this.region}.amazonaws.com` } },
      }),
    ];
  }

  /** The logs of this stack, and what cannot be limited to one function. */
  private restWithinBoundary(): iam.PolicyStatement[] {
    return [
      new iam.PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [`arn:aws:logs:${this.region}:${this.account}:log-group:${this.stackName}-*`],
      }),
      new iam.PolicyStatement({
        actions: [
          'xray:PutTelemetryRecords', 'xray:PutTraceSegments', 'ec2:AssignPrivateIpAddresses', 'ec2:CreateNetworkInterface',
          'ec2:DeleteNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets', 'ec2:UnassignPrivateIpAddresses',
        ],
        resources: ['*'],
      }),
    ];
  }

  /** Logs hold no secret values, but the rules for this account want a customer managed key for them too. */
  private createLogsKey(): kms.Key {
    const key = new kms.Key(this, 'LogsKey', { enableKeyRotation: true, description: 'Log group of the rotation function' });
    key.addToResourcePolicy(new iam.PolicyStatement({
      effect: iam.Effect.DENY,
      principals: [new iam.AnyPrincipal()],
      actions: ['kms:CreateGrant'],
      resources: ['*'],
      conditions: { BoolIfExists: { 'kms:GrantIsForAWSResource': 'false', 'aws:PrincipalIsAWSService': 'false' } },
    }));
    key.grantEncryptDecrypt(new iam.ServicePrincipal(`logs.${this.region}.amazonaws.com`, {
      conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:${this.region}:${this.account}:log-group:*` } },
    }));
    return key;
  }
}
