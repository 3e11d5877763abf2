import { aws_iam as iam, aws_kms as kms, aws_lambda as lambda, aws_logs as logs, Duration, Stack, StackProps, Validations } from 'aws-cdk-lib';
import { CredentialRotator, RotatedSecret, RotationSchedule, SecretNamespace, SigningAlgorithm, SigningKey } from 'cdk-managed-secrets';
import type { Construct } from 'constructs';

/** Keys that sign tokens: a new one each day, known to all verifiers a day before it signs. */
export class AccountsStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    new SecretNamespace(this, 'Secrets', { environment: 'prod', service: 'accounts' });

    // A token lives for an hour, and the service reads the secret every five minutes.
    const kind = SigningKey.of(SigningAlgorithm.ES256, { tokenLifetime: Duration.minutes(65) });
    const keys = new RotatedSecret(this, 'SigningKeys', {
      purpose: 'token-signing-keys',
      description: 'The keys with which the accounts service signs tokens; it alone reads them, and publishes the public halves',
      kind,
      schedule: RotationSchedule.every(Duration.days(1), { window: Duration.hours(2) }),
      rotator: new CredentialRotator(this, 'Rotator', {
        kind,
        logGroup: this.createLogGroup(),
        reservedConcurrentExecutions: 2,
        tracing: lambda.Tracing.ACTIVE,
      }),
    });
    keys.grantRead(this.createServiceRole(), ['AWSCURRENT']);
  }

  private createLogGroup(): logs.LogGroup {
    // The account's key for logs, whose policy lets CloudWatch Logs use it.
    const encryptionKey = kms.Key.fromKeyArn(this, 'LogsKey', `arn:aws:kms:${this.region}:${this.account}:key/0a1b2c3d-1111-4222-8333-0a1b2c3d4e5f`);
    return new logs.LogGroup(this, 'RotatorLog', { retention: logs.RetentionDays.ONE_YEAR, encryptionKey });
  }

  private createServiceRole(): iam.Role {
    const role = new iam.Role(this, 'Service', {
      description: 'The accounts service, which signs tokens',
      assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': this.account } } }),
    });
    const reason = 'A grant is an AWS::IAM::Policy of one role, so that nobody can attach it to another; a managed policy could be.';
    Validations.of(role).acknowledge(...['NIST.800.53.R5', 'HIPAA.Security', 'PCI.DSS.321'].map(pack => ({ id: `${pack}-IAMNoInlinePolicy`, reason })));
    return role;
  }
}
