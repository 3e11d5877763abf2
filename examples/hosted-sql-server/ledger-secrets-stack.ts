import { Annotations, aws_ec2 as ec2, aws_iam as iam, aws_rds as rds, Duration, Stack, StackProps, Validations } from 'aws-cdk-lib';
import { DatabaseRotator, IDatabaseRotator, RotatedDatabaseSecret, RotationSchedule, RotationTarget, SecretNamespace } from 'cdk-managed-secrets';
import type { Construct } from 'constructs';

/** The credentials of one user of an Amazon RDS for SQL Server instance, rotated by a function that AWS hosts. */
export class LedgerSecretsStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);

    new SecretNamespace(this, 'Secrets', { environment: 'prod', service: 'ledger' });

    const credentials = new RotatedDatabaseSecret(this, 'DatabaseCredentials', {
      purpose: 'db-credentials',
      description: 'The user with which the ledger logs in to its SQL Server database',
      username: 'ledger_app',
      databaseName: 'ledger',
      database: RotationTarget.fromInstance(this.importDatabase()),
      // The user changes its own password: a login in the second between the change and the new AWSCURRENT is refused. Hence the hour.
      schedule: RotationSchedule.cron({ day: '1', hour: '4', window: Duration.hours(1) }),
      rotator: this.createRotator(),
    });
    Validations.of(credentials).acknowledge({
      id: 'cdk-managed-secrets::rotation-by-transform',
      reason: 'The pipeline deploys by cdk deploy, which gives CAPABILITY_AUTO_EXPAND; no StackSet has this template.',
    });
    credentials.grantRead(this.createServiceRole());
  }

  /** CloudFormation makes the function out of the schedule, in a nested stack. */
  private createRotator(): IDatabaseRotator {
    const rotator = DatabaseRotator.hosted(this, 'Rotator', { vpc: this.importVpc(), functionName: 'ledger-rotation' });
    Annotations.of(rotator).acknowledgeWarning('cdk-managed-secrets:hostedRuntime',
      'The platform team looks at the runtime of ledger-rotation each quarter, and deploys again when AWS has a newer one.');
    return rotator;
  }

  private createServiceRole(): iam.Role {
    const role = new iam.Role(this, 'Service', {
      description: 'The ledger',
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
      instanceIdentifier: 'ledger',
      instanceEndpointAddress: 'ledger.c1a2b3c4d5e6.eu-west-1.rds.amazonaws.com',
      port: 1433,
      engine: rds.DatabaseInstanceEngine.SQL_SERVER_SE,
      securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(this, 'DatabaseSecurityGroup', 'sg-0a1b2c3d4e5f60714')],
    });
  }
}
