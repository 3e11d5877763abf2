import { App, Stack, Validations } from 'aws-cdk-lib';
import { CrossAccountSecretPolicy, ManagedSecret, SecretContent, SecretNamespace, SecretReader } from 'cdk-managed-secrets';

const OWNER = { account: '111122223333', region: 'eu-west-1' };

/** The app of the payments team, deployed in its account: it owns the secret and says who may read it. */
export function buildOwner(app: App): void {
  const stack = new Stack(app, 'payments-secrets', { env: OWNER });
  const secrets = new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'payments' });
  const stripeApiKey = new ManagedSecret(stack, 'StripeApiKey', {
    namespace: secrets,
    purpose: 'stripe/api_key',
    content: SecretContent.empty(),
  });

  CrossAccountSecretPolicy.forSecret(stack, 'Share', stripeApiKey, {
    readers: [SecretReader.role('arn:aws:iam::444455556666:role/reconciliation')],
    denyOthers: true,
  });

  for (const rule of ['AwsSolutions-SMG4', 'NIST.800.53.R5-SecretsManagerRotationEnabled', 'HIPAA.Security-SecretsManagerRotationEnabled']) {
    Validations.of(stripeApiKey).acknowledge({
      id: rule, reason: 'Stripe issues this key; the payments team exchanges it by hand when Stripe asks for it.',
    });
  }
}

if (require.main === module) {
  const app = new App();
  buildOwner(app);
  app.synth();
}
