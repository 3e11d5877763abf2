import {
  aws_cloudwatch_actions as actions, aws_ec2 as ec2, aws_iam as iam, aws_kms as kms, aws_lambda as lambda, aws_sns as sns, Stack, StackProps,
  Validations,
} from 'aws-cdk-lib';
import { DatabaseEngine, DatabaseRotator, RotationStrategyType } from 'cdk-managed-secrets';
import type { Construct } from 'constructs';

/** One rotation function for every PostgreSQL database of the account, in the VPC that the databases share. */
export class PlatformStack extends Stack {
  public readonly rotator: DatabaseRotator;

  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);

    this.rotator = new DatabaseRotator(this, 'Rotator', {
      engine: DatabaseEngine.POSTGRESQL,
      strategy: RotationStrategyType.ALTERNATING_USERS,
      vpc: this.importVpc(),
      permissionsBoundary: this.createBoundary(),
      logKey: this.createLogsKey(),
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
    const allow = (...allowed: string[]) => new iam.PolicyStatement({ actions: allowed, resources: ['*'] });
    const boundary = new iam.ManagedPolicy(this, 'Boundary', {
      description: 'The most that a rotation function may do',
      statements: [
        allow(
          'secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue',
          'secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage',
        ),
        allow('kms:Decrypt', 'kms:GenerateDataKey'),
        allow('logs:CreateLogStream', 'logs:PutLogEvents', 'xray:PutTelemetryRecords', 'xray:PutTraceSegments'),
        allow(
          'ec2:AssignPrivateIpAddresses', 'ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface',
          'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets', 'ec2:UnassignPrivateIpAddresses',
        ),
      ],
    });
    Validations.of(boundary).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'A permissions boundary allows nothing by itself; the policies of the role name namespaces and superusers one by one.',
    });
    return boundary;
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
    return key;
  }
}
