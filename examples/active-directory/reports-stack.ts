import {
  aws_ec2 as ec2, aws_iam as iam, aws_kms as kms, aws_lambda as lambda, aws_logs as logs, Stack, StackProps, Validations,
} from 'aws-cdk-lib';
import { CredentialRotator, DirectoryUser, RotatedSecret, SecretNamespace } from 'cdk-managed-secrets';
import type { Construct } from 'constructs';

/** The name of the domain, at which all its domain controllers answer. */
const DOMAIN = 'corp.example.com';

/** Two users of a domain: one that resets passwords, and changes its own, and one with which a service logs in. */
export class ReportsStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    const vpc = this.importVpc();
    const directory = { host: DOMAIN, securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(this, 'DirectoryGroup', 'sg-0a1b2c3d4e5f60714')] };

    new SecretNamespace(this, 'Secrets', { environment: 'prod', service: 'reports' });

    const ownPassword = DirectoryUser.activeDirectory({ ...directory, userPrincipalName: `password-resetter@${DOMAIN}` });
    const administratorSecret = new RotatedSecret(this, 'Resetter', {
      purpose: 'password-resetter',
      description: 'The user who may reset the passwords of services, and no others',
      kind: ownPassword,
      rotator: this.createRotator('ResetterRotator', vpc, ownPassword),
    });

    const kind = DirectoryUser.activeDirectory({ ...directory, userPrincipalName: `reports@${DOMAIN}`, administratorSecret });
    const credentials = new RotatedSecret(this, 'Credentials', {
      purpose: 'directory-credentials',
      description: 'The user with which the service reads the directory',
      kind,
      rotator: this.createRotator('Rotator', vpc, kind),
    });
    credentials.grantRead(this.createServiceRole());
  }

  private createRotator(id: string, vpc: ec2.IVpc, kind: DirectoryUser): CredentialRotator {
    // The account's key for logs, whose policy lets CloudWatch Logs use it.
    const encryptionKey = kms.Key.fromKeyArn(this, `${id}LogsKey`, `arn:aws:kms:${this.region}:${this.account}:key/0a1b2c3d-1111-4222-8333-0a1b2c3d4e5f`);
    return new CredentialRotator(this, id, {
      kind,
      vpc,
      logGroup: new logs.LogGroup(this, `${id}Log`, { retention: logs.RetentionDays.ONE_YEAR, encryptionKey }),
      reservedConcurrentExecutions: 2,
      tracing: lambda.Tracing.ACTIVE,
    });
  }

  private createServiceRole(): iam.Role {
    const role = new iam.Role(this, 'Service', {
      description: 'The service that reads the directory',
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
}
