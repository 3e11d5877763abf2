import { aws_iam as iam, aws_kms as kms, aws_lambda as lambda, aws_logs as logs, Duration, Stack, StackProps, Validations } from 'aws-cdk-lib';
import {
  CredentialRotator, ManagedSecret, OAuthClient, RotatedSecret, RotationSchedule, SecretContent, SecretNamespace,
} from 'cdk-managed-secrets';
import type { Construct } from 'constructs';

/** The application of the service in Entra ID. */
const TENANT = '0a1b2c3d-0000-4000-8000-000000000001';
const CLIENT = '0a1b2c3d-0000-4000-8000-000000000002';

/** The secret of an OAuth client, the client that may change it, and who reads it. */
export class ReportingStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    new SecretNamespace(this, 'Secrets', { environment: 'prod', service: 'reporting' });

    const administratorSecret = new ManagedSecret(this, 'ClientAdministrator', {
      purpose: 'client-administrator',
      description: 'The owner of the application reporting in Entra ID, as JSON: clientId, clientSecret',
      content: SecretContent.empty(), // put it once, see the README
    });
    acknowledge(administratorSecret, SECRETS_ARE_ROTATED,
      'It rotates the other secret; its own secret is replaced by hand, when the one in Entra ID nears its end.');

    const kind = OAuthClient.entraId(TENANT, { clientId: CLIENT, administratorSecret });
    const client = new RotatedSecret(this, 'Client', {
      purpose: 'client',
      description: 'With this client secret the service reporting asks Entra ID for tokens',
      kind,
      schedule: RotationSchedule.every(Duration.days(30)),
      rotator: this.createRotator(kind),
    });

    client.grantRead(this.createReader());
  }

  private createRotator(kind: OAuthClient): CredentialRotator {
    const rotator = new CredentialRotator(this, 'Rotator', {
      kind,
      logGroup: this.createLogGroup('RotatorLog'),
      reservedConcurrentExecutions: 1,
      tracing: lambda.Tracing.ACTIVE,
    });
    acknowledge(rotator, [
      'NIST.800.53.R5-LambdaInsideVPC', 'HIPAA.Security-LambdaInsideVPC', 'PCI.DSS.321-LambdaInsideVPC', 'cdk-validator-cfnguard::lambda_inside_vpc_check',
    ], 'It calls two hosts of Microsoft over the internet and nothing in a VPC; what it may do is in its role.');
    return rotator;
  }

  private createReader(): iam.Role {
    const role = new iam.Role(this, 'Reporting', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') });
    acknowledge(role, ['NIST.800.53.R5', 'HIPAA.Security', 'PCI.DSS.321'].map(pack => `${pack}-IAMNoInlinePolicy`),
      'A grant is an AWS::IAM::Policy of one role, so that nobody can attach it to another; a managed policy could be.');
    return role;
  }

  /** The account's key for logs, whose policy lets CloudWatch Logs use it. */
  private createLogGroup(id: string): logs.LogGroup {
    const encryptionKey = kms.Key.fromKeyArn(this, 'LogsKey', `arn:aws:kms:${this.region}:${this.account}:key/0a1b2c3d-1111-4222-8333-0a1b2c3d4e5f`);
    return new logs.LogGroup(this, id, { retention: logs.RetentionDays.ONE_YEAR, encryptionKey });
  }
}

/** The rules that ask for a rotation. */
const SECRETS_ARE_ROTATED = ['AwsSolutions-SMG4', 'NIST.800.53.R5-SecretsManagerRotationEnabled', 'HIPAA.Security-SecretsManagerRotationEnabled'];

function acknowledge(construct: Construct, ids: string[], reason: string): void {
  Validations.of(construct).acknowledge(...ids.map(id => ({ id, reason })));
}
