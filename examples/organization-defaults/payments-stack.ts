import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import { ManagedSecret, SecretContent } from 'cdk-managed-secrets';
import type { Construct } from 'constructs';
import { acknowledge, acknowledgeInPacks, ServiceSecrets } from './organization';

/** A team's stack: a secret that somebody else issues, and its reader. Everything else is the organization's. */
export class PaymentsStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const { namespace } = new ServiceSecrets(this, 'Secrets', { service: 'payments', owner: 'payments-team', costCenter: 'cc-4711' });
    const stripeApiKey = new ManagedSecret(this, 'StripeApiKey', {
      purpose: 'stripe/api_key',
      description: 'Issued by Stripe; put by the payments team with PutSecretValue',
      content: SecretContent.empty(),
    });
    stripeApiKey.grantRead(new iam.Role(this, 'Service', {
      description: `The payments service in ${namespace.environment}`,
      assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': this.account } } }),
    }));

    const reason = 'Stripe issues this key; the payments team exchanges it by hand when Stripe asks for it.';
    acknowledge(stripeApiKey, { 'AwsSolutions-SMG4': reason });
    acknowledgeInPacks(stripeApiKey, ['NIST.800.53.R5', 'HIPAA.Security'], 'SecretsManagerRotationEnabled', reason);
    acknowledge(this, { 'cdk-managed-secrets:nothingRotates': 'The one secret of this service is exchanged by hand, because Stripe issues it.' });
  }
}
