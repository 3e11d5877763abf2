import { aws_iam as iam, Stack, type StackProps } from 'aws-cdk-lib';
import { ManagedSecret, SecretContent, SecretNamespace } from 'cdk-managed-secrets';
import type { Construct } from 'constructs';

/** The secrets of one service in one environment, and who reads them. */
export class SecretsStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    // Every name begins with prod/orders/, and one key encrypts all of them.
    const namespace = new SecretNamespace(this, 'Secrets', { environment: 'prod', service: 'orders', owner: 'orders-team' });
    const service = new iam.Role(this, 'Service', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') });

    // Somebody else issues this value. You put it after the deployment, so that no template holds it.
    const apiKey = new ManagedSecret(this, 'ApiKey', { namespace, purpose: 'payment-api-key', content: SecretContent.empty() });
    apiKey.grantRead(service);

    // Secrets Manager makes this value.
    const sessionKey = new ManagedSecret(this, 'SessionKey', { namespace, purpose: 'session-key' });
    sessionKey.grantRead(service);
  }
}
