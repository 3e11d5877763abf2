import { aws_iam as iam, aws_lambda as lambda, aws_logs as logs, Stack } from 'aws-cdk-lib';
import { CredentialRotator, GuardRail, RandomToken, RotatedSecret, SecretConfigRules, SecretNamespace } from 'cdk-managed-secrets';
import { Construct } from 'constructs';
import { acknowledgeInPacks } from './acknowledgements';
import { LogsKey } from './logs-key';

/** What every account gets in every region: a key, the rules of AWS Config, and a token for internal calls, which rotates. */
export class AccountSecrets extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const namespace = new SecretNamespace(this, 'Namespace', {
      environment: 'prod',
      service: 'internal',
      guardRails: [GuardRail.denyOutsideOrganization('o-a1b2c3d4e5')],
    });
    const kind = RandomToken.of();
    const token = new RotatedSecret(this, 'Token', {
      namespace,
      kind,
      purpose: 'call-token',
      rotator: new CredentialRotator(this, 'Rotator', {
        kind,
        reservedConcurrentExecutions: 2,
        tracing: lambda.Tracing.ACTIVE,
        logGroup: new logs.LogGroup(this, 'RotatorLog', { retention: logs.RetentionDays.ONE_YEAR, encryptionKey: new LogsKey(this, 'LogsKey') }),
      }),
    });
    const caller = new iam.Role(this, 'Caller', {
      description: 'Services of the account that call each other',
      assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } } }),
    });
    token.grantRead(caller);
    new SecretConfigRules(this, 'Rules');
    acknowledgeInPacks(caller, ['NIST.800.53.R5', 'HIPAA.Security', 'PCI.DSS.321'], 'IAMNoInlinePolicy',
      'A grant is an AWS::IAM::Policy of one role, so that nobody can attach it to another; a managed policy could be.');
  }
}
