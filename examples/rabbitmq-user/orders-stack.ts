import {
  aws_amazonmq as amazonmq, aws_ec2 as ec2, aws_iam as iam, aws_kms as kms, aws_lambda as lambda, aws_logs as logs, Stack, StackProps, Validations,
} from 'aws-cdk-lib';
import { CredentialRotator, ManagedSecret, PasswordPolicy, RabbitMqUser, RotatedSecret, SecretContent, SecretNamespace } from 'cdk-managed-secrets';
import type { Construct } from 'constructs';

/** The broker, its administrator, and the secret with the user of the service. */
export class OrdersStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    const vpc = this.importVpc();
    const brokerGroup = new ec2.SecurityGroup(this, 'BrokerGroup', { vpc, description: 'The broker of orders', allowAllOutbound: false });

    new SecretNamespace(this, 'Secrets', { environment: 'prod', service: 'orders' });

    const administratorSecret = new ManagedSecret(this, 'Administrator', {
      purpose: 'broker-administrator',
      description: 'The user with which Amazon MQ makes the broker, and which makes all others',
      content: SecretContent.generatedField({
        template: { username: 'administrator' }, field: 'password', passwordPolicy: PasswordPolicy.of({ length: 32, punctuation: false }),
      }),
    });
    acknowledge(administratorSecret, SECRETS_ARE_ROTATED,
      'Amazon MQ takes this password once, when it makes the broker; the team exchanges it by hand, as examples/rabbitmq-user/README.md says.');
    const broker = this.createBroker(vpc, brokerGroup, administratorSecret);

    const kind = RabbitMqUser.amazonMq({ broker, username: 'orders', administratorSecret, securityGroups: [brokerGroup] });
    const credentials = new RotatedSecret(this, 'Credentials', {
      purpose: 'broker-credentials',
      description: 'The user with which the service sends and receives orders',
      kind,
      rotator: this.createRotator(vpc, kind),
    });
    credentials.grantRead(this.createServiceRole());
  }

  private createBroker(vpc: ec2.IVpc, group: ec2.ISecurityGroup, administrator: ManagedSecret): amazonmq.CfnBroker {
    return new amazonmq.CfnBroker(this, 'Broker', {
      brokerName: 'orders',
      engineType: 'RABBITMQ',
      engineVersion: '3.13',
      deploymentMode: 'CLUSTER_MULTI_AZ',
      hostInstanceType: 'mq.m7g.medium',
      autoMinorVersionUpgrade: true,
      publiclyAccessible: false,
      subnetIds: vpc.privateSubnets.map(({ subnetId }) => subnetId),
      securityGroups: [group.securityGroupId],
      logs: { general: true },
      // Amazon MQ reads it when it makes the broker, and never again: nobody rotates it.
      users: [{ username: 'administrator', password: administrator.secretValueFromJson('password').unsafeUnwrap() }],
    });
  }

  private createRotator(vpc: ec2.IVpc, kind: RabbitMqUser): CredentialRotator {
    // The account's key for logs, whose policy lets CloudWatch Logs use it.
    const encryptionKey = kms.Key.fromKeyArn(this, 'LogsKey', `arn:aws:kms:${this.region}:${this.account}:key/0a1b2c3d-1111-4222-8333-0a1b2c3d4e5f`);
    return new CredentialRotator(this, 'Rotator', {
      kind,
      vpc,
      logGroup: new logs.LogGroup(this, 'RotatorLog', { retention: logs.RetentionDays.ONE_YEAR, encryptionKey }),
      reservedConcurrentExecutions: 2,
      tracing: lambda.Tracing.ACTIVE,
    });
  }

  private createServiceRole(): iam.Role {
    const role = new iam.Role(this, 'Service', {
      description: 'The service that sends and receives orders',
      assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': this.account } } }),
    });
    acknowledge(role, ['NIST.800.53.R5', 'HIPAA.Security', 'PCI.DSS.321'].map(pack => `${pack}-IAMNoInlinePolicy`),
      'A grant is an AWS::IAM::Policy of one role, so that nobody can attach it to another; a managed policy could be.');
    return role;
  }

  private importVpc(): ec2.IVpc {
    return ec2.Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId: 'vpc-0a1b2c3d4e5f60718',
      availabilityZones: ['eu-west-1a', 'eu-west-1b'],
      privateSubnetIds: ['subnet-0a1b2c3d4e5f60711', 'subnet-0a1b2c3d4e5f60712'],
      privateSubnetRouteTableIds: ['rtb-0a1b2c3d4e5f60713', 'rtb-0a1b2c3d4e5f60713'],
    });
  }
}

/** The rules that ask for a rotation. */
const SECRETS_ARE_ROTATED = ['AwsSolutions-SMG4', 'NIST.800.53.R5-SecretsManagerRotationEnabled', 'HIPAA.Security-SecretsManagerRotationEnabled'];

function acknowledge(construct: Construct, ids: string[], reason: string): void {
  Validations.of(construct).acknowledge(...ids.map(id => ({ id, reason })));
}
