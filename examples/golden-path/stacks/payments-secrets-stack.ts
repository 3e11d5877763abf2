import { Stack, StackProps, Validations } from 'aws-cdk-lib';
import { GuardRail, ManagedSecret, PasswordPolicy, SecretContent, SecretNamespace } from 'cdk-managed-secrets';
import type { Construct } from 'constructs';

export interface PaymentsSecretsStackProps extends StackProps {
  readonly environment: string;
}

/** The namespace of the payments service in one environment, and its secrets. */
export class PaymentsSecretsStack extends Stack {
  public readonly databaseCredentials: ManagedSecret;
  public readonly stripeApiKey: ManagedSecret;
  public readonly webhookSigningKey: ManagedSecret;

  constructor(scope: Construct, id: string, props: PaymentsSecretsStackProps) {
    super(scope, id, props);

    new SecretNamespace(this, 'Secrets', {
      environment: props.environment,
      service: 'payments',
      owner: 'payments-team',
      costCenter: 'cc-4711',
      guardRails: props.environment === 'prod' ? [
        GuardRail.denyOutsideOrganization('o-a1b2c3d4e5'),
        GuardRail.denyPrincipals(['arn:aws:iam::*:role/staging-*']),
      ] : [],
    });

    this.databaseCredentials = new ManagedSecret(this, 'DatabaseCredentials', {
      purpose: 'db-credentials',
      description: 'The user with which the payments service logs in to its PostgreSQL database',
      content: SecretContent.generatedField({ template: { username: 'payments_app' }, passwordPolicy: PasswordPolicy.POSTGRESQL }),
    });

    this.stripeApiKey = new ManagedSecret(this, 'StripeApiKey', {
      purpose: 'stripe/api_key',
      description: 'Issued by Stripe; put by the payments team with PutSecretValue',
      content: SecretContent.empty(),
    });

    // Before: new secretsmanager.Secret(this, 'WebhookSigningKey', { secretName, generateSecretString: { passwordLength: 48 } }).
    // The logical id, the name and the generator are the same, so that the deployed secret is neither replaced nor generated again.
    this.webhookSigningKey = new ManagedSecret(this, 'WebhookSigningKey', {
      secretName: `${props.environment}-payments-webhook`,
      content: SecretContent.generateSecretString({ passwordLength: 48, excludePunctuation: true }),
    });

    for (const secret of [this.databaseCredentials, this.stripeApiKey, this.webhookSigningKey]) withoutRotation(secret);
  }
}

/** Each rule pack that asks for rotation names it differently. */
function withoutRotation(secret: ManagedSecret): void {
  for (const rule of ['AwsSolutions-SMG4', 'NIST.800.53.R5-SecretsManagerRotationEnabled', 'HIPAA.Security-SecretsManagerRotationEnabled']) {
    Validations.of(secret).acknowledge({
      id: rule,
      reason: 'This example shows naming, keys and grants. Its secrets are exchanged by the payments team, by the runbook in examples/golden-path/README.md.',
    });
  }
}
