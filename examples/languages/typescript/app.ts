import { statSync } from 'fs';
import {
  App, aws_cloudwatch as cloudwatch, aws_ec2 as ec2, aws_iam as iam, aws_logs as logs, aws_rds as rds, aws_secretsmanager as secretsmanager,
  Aspects, Duration, IAspect, IPolicyValidationContext, IPolicyValidationPlugin, PolicyValidationPluginReport, Stack, StackProps, Validations,
} from 'aws-cdk-lib';
import {
  CrossAccountSecretPolicy, GuardRail, ManagedSecret, ReplicaRegion, ReplicatedSecret, RotatedDatabaseSecret, RotationSchedule, RotationStrategy,
  RotationTarget, SecretContent, SecretEncryption, SecretMonitoring, SecretNamespace, SecretReader, SecretsReview,
} from 'cdk-managed-secrets';
import type { Construct, IConstruct } from 'constructs';

/** An app of this package in TypeScript. The folders beside it hold the same app in other languages, whose templates are the same. */
export function build(app: App): void {
  new OrdersSecretsStack(app, 'orders-secrets', { env: { account: '111122223333', region: 'eu-west-1' } });
  Aspects.of(app).add(new DataClassification());
  Validations.of(app).addPlugins(new SecretsReview(), new RoomToGrow());
}

/** The secrets of the orders service in production: who reads them, how they are rotated, and who is told when one is not. */
class OrdersSecretsStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);

    const secrets = new SecretNamespace(this, 'Secrets', {
      environment: 'prod',
      service: 'orders',
      owner: 'orders-team',
      replicaRegions: ['eu-central-1'],
      guardRails: [GuardRail.denyPrincipals(['arn:aws:iam::*:role/staging-*'])],
    });
    new SecretMonitoring(this, 'Monitoring', {
      namespace: secrets,
      alarmActions: [new Notification('orders-alarms')],
      trailLogGroup: logs.LogGroup.fromLogGroupName(this, 'Trail', 'organization-trail'),
    });

    const service = new iam.Role(this, 'Service', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') });

    const paymentApiKey = new ManagedSecret(this, 'PaymentApiKey', {
      namespace: secrets,
      purpose: 'payment-api-key',
      description: 'Issued by the payment provider; put by the orders team with PutSecretValue',
      content: SecretContent.empty(),
      replicas: [],
    });
    paymentApiKey.grantRead(service);

    const databaseCredentials = this.createDatabaseCredentials(secrets);
    databaseCredentials.grantRead(service);

    const sessionKey = new ReplicatedSecret(this, 'SessionKey', {
      namespace: secrets,
      purpose: 'session-key',
      replicas: [ReplicaRegion.of('eu-central-1')],
    });
    sessionKey.grantRead(service);

    CrossAccountSecretPolicy.forSecret(this, 'Reporting', paymentApiKey, {
      readers: [SecretReader.role('arn:aws:iam::444455556666:role/reporting')],
    });
  }

  /** Two users take turns, so that the service logs in at every instant of a rotation. */
  private createDatabaseCredentials(namespace: SecretNamespace): RotatedDatabaseSecret {
    const superuserSecret = ManagedSecret.fromArn(this, 'MasterUser',
      'arn:aws:secretsmanager:eu-west-1:111122223333:secret:rds!cluster-9e2f6d10-52c8-4b7a-8a0e-6c1d7b9f4e21-a1b2c3',
      SecretEncryption.awsManagedKey());
    return new RotatedDatabaseSecret(this, 'DatabaseCredentials', {
      namespace,
      purpose: 'db-credentials',
      username: 'orders_app',
      database: RotationTarget.fromCluster(this.importCluster()),
      vpc: this.importVpc(),
      strategy: RotationStrategy.alternatingUsers({ superuserSecret }),
      schedule: RotationSchedule.cron({ weekDay: 'SUN', hour: '3', window: Duration.hours(2) }),
    });
  }

  private importCluster(): rds.IDatabaseCluster {
    return rds.DatabaseCluster.fromDatabaseClusterAttributes(this, 'Cluster', {
      clusterIdentifier: 'orders',
      clusterEndpointAddress: 'orders.cluster-c1a2b3c4d5e6.eu-west-1.rds.amazonaws.com',
      engine: rds.DatabaseClusterEngine.AURORA_POSTGRESQL,
      port: 5432,
      securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(this, 'DatabaseSecurityGroup', 'sg-0a1b2c3d4e5f60714')],
    });
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

/** An alarm action of one's own, which the library calls: it sends to a topic of the account by its name. */
class Notification implements cloudwatch.IAlarmAction {
  constructor(private readonly topicName: string) {}

  public bind(scope: Construct): cloudwatch.AlarmActionConfig {
    return { alarmActionArn: Stack.of(scope).formatArn({ service: 'sns', resource: this.topicName }) };
  }
}

/** An aspect of one's own, which the CDK calls: it tags every secret as the organization asks. */
class DataClassification implements IAspect {
  public visit(node: IConstruct): void {
    if (node instanceof secretsmanager.CfnSecret) node.tags.setTag('data-classification', 'confidential');
  }
}

/** A validation plugin of one's own, which the CDK calls with the templates: none may take more than half of what CloudFormation accepts. */
class RoomToGrow implements IPolicyValidationPlugin {
  private static readonly MOST_BYTES = 500_000;

  public readonly name = 'RoomToGrow';
  public readonly version = '1.0.0';
  public readonly ruleIds = ['template-size'];

  public validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const tooLarge = context.templatePaths.filter(path => statSync(path).size > RoomToGrow.MOST_BYTES);
    return {
      success: tooLarge.length === 0,
      violations: tooLarge.map(templatePath => ({
        ruleName: 'template-size',
        description: `A template has at most ${RoomToGrow.MOST_BYTES} bytes`,
        fix: 'Move resources into another stack',
        violatingResources: [{ resourceLogicalId: '', templatePath, locations: [] }],
      })),
    };
  }
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
