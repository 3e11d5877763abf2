import { App, aws_iam as iam, Stack, Validations } from 'aws-cdk-lib';
import { ManagedSecret, SecretNamespace } from 'cdk-managed-secrets';

const READER = { account: '444455556666', region: 'eu-west-1' };

/** The app of the reconciliation team, deployed in another account: it knows the secret by its names alone. */
export function buildReader(app: App): void {
  const stack = new Stack(app, 'reconciliation', { env: READER });
  const payments = SecretNamespace.fromAttributes(stack, 'Payments', {
    account: '111122223333',
    environment: 'prod',
    service: 'payments',
    sharedByOwner: true,
  });
  const stripeApiKey = ManagedSecret.fromNamespace(stack, 'StripeApiKey', { namespace: payments, purpose: 'stripe/api_key' });

  const job = new iam.Role(stack, 'Reconciliation', { roleName: 'reconciliation', assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') });
  stripeApiKey.grantRead(job);

  const inline = 'A grant is an AWS::IAM::Policy of one role, so that nobody can attach it to another; a managed policy could be.';
  Validations.of(job).acknowledge(
    ...['NIST.800.53.R5', 'HIPAA.Security', 'PCI.DSS.321'].map(pack => ({ id: `${pack}-IAMNoInlinePolicy`, reason: inline })),
    {
      id: 'AwsSolutions-IAM5[Resource::arn:aws:kms:eu-west-1:111122223333:key/*]',
      reason: 'The key of the other account is known by its alias: a condition on kms:ResourceAliases leaves that one key of them all.',
    },
  );
}

if (require.main === module) {
  const app = new App();
  buildReader(app);
  app.synth();
}
