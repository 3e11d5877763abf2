import { aws_iam as iam, Stack, Stage, StageProps } from 'aws-cdk-lib';
import { ManagedSecret, SecretNamespace } from 'cdk-managed-secrets';
import type { Construct } from 'constructs';
import { acknowledge, acknowledgeInPacks } from './acknowledgements';

/** What the pipeline deploys into an account: a secret of the payments service, and its reader. */
export class PaymentsStage extends Stage {
  constructor(scope: Construct, environment: string, props: StageProps) {
    super(scope, environment, props);
    const stack = new Stack(this, 'payments');
    new SecretNamespace(stack, 'Secrets', { environment, service: 'payments' });
    const signingKey = new ManagedSecret(stack, 'WebhookSigningKey', { purpose: 'webhook-signing-key', description: 'Signs the webhooks of the payments service' });
    const service = new iam.Role(stack, 'Service', {
      description: 'The payments service',
      assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': stack.account } } }),
    });
    signingKey.grantRead(service);

    const reason = 'Receivers of webhooks hold this key too; the team exchanges it with them by hand.';
    acknowledge(signingKey, { 'AwsSolutions-SMG4': reason });
    acknowledgeInPacks(signingKey, ['NIST.800.53.R5', 'HIPAA.Security'], 'SecretsManagerRotationEnabled', reason);
    acknowledgeInPacks(service, ['NIST.800.53.R5', 'HIPAA.Security', 'PCI.DSS.321'], 'IAMNoInlinePolicy',
      'A grant is an AWS::IAM::Policy of one role, so that nobody can attach it to another; a managed policy could be.');
  }
}
