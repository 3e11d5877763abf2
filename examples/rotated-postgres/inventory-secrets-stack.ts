import {
  aws_ec2 as ec2, aws_iam as iam, aws_kms as kms, aws_lambda as lambda, aws_logs as logs, aws_rds as rds, Duration, Stack, StackProps, Validations,
} from 'aws-cdk-lib';
import { DatabaseEngine, DatabaseRotator, RotatedDatabaseSecret, RotationSchedule, RotationTarget, SecretNamespace } from 'cdk-managed-secrets';
import type { Construct } from 'constructs';

/** The credentials of one user of an Amazon RDS for PostgreSQL instance, and the function that rotates them. */
export class InventorySecretsStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);

    new SecretNamespace(this, 'Secrets', { environment: 'prod', service: 'inventory' });

    const credentials = new RotatedDatabaseSecret(this, 'DatabaseCredentials', {
      purpose: 'db-credentials',
      description: 'The user with which the inventory service logs in to its PostgreSQL database',
      username: 'inventory_app',
      database: RotationTarget.fromInstance(this.importDatabase()),
      // The user changes its own password: a login in the second between the change and the new AWSCURRENT is refused. Hence the hour.
      schedule: RotationSchedule.cron({ day: '1', hour: '4', window: Duration.hours(1) }),
      rotator: this.createRotator(),
    });
    credentials.grantRead(this.createServiceRole());
  }

  /** A secret makes a rotator of its own in `vpc`; this one says more of its function. */
  private createRotator(): DatabaseRotator {
    // The account's key for logs, whose policy lets CloudWatch Logs use it.
    const encryptionKey = kms.Key.fromKeyArn(this, 'LogsKey', `arn:aws:kms:${this.region}:${this.account}:key/0a1b2c3d-1111-4222-8333-0a1b2c3d4e5f`);
    return new DatabaseRotator(this, 'Rotator', {
      engine: DatabaseEngine.POSTGRESQL,
      vpc: this.importVpc(),
      logGroup: new logs.LogGroup(this, 'RotatorLog', { retention: logs.RetentionDays.ONE_YEAR, encryptionKey }),
      reservedConcurrentExecutions: 2,
      tracing: lambda.Tracing.ACTIVE,
    });
  }

  private createServiceRole(): iam.Role {
    const role = new iam.Role(this, 'Service', {
      description: 'The inventory service',
      assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': this.account } } }),
    });
    const reason = 'A grant is an AWS::IAM::Policy of one role, so that nobody can attach it to another; a managed policy could be.';
    Validations.of(role).acknowledge(...['NIST.800.53.R5', 'HIPAA.Security', 'PCI.DSS.321'].map(pack => ({ id: `${pack}-IAMNoInlinePolicy`, reason })));
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

  private importDatabase(): rds.IDatabaseInstance {
    return rds.DatabaseInstance.fromDatabaseInstanceAttributes(this, 'Database', {
      instanceIdentifier: 'inventory',
      instanceEndpointAddress: 'inventory.c1a2b3c4d5e6.eu-west-1.rds.amazonaws.com',
      port: 5432,
      engine: rds.DatabaseInstanceEngine.POSTGRES,
      securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(this, 'DatabaseSecurityGroup', 'sg-0a1b2c3d4e5f60714')],
    });
  }
}
