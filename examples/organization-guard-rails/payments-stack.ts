import { aws_iam as iam, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { ManagedSecret, SecretContent, SecretNamespace } from 'cdk-managed-secrets';
import type { Construct } from 'constructs';

/** A team's secret. It needs no guard rails of its own: those of the organization hold. */
export class PaymentsStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    new SecretNamespace(this, 'Secrets', { environment: 'prod', service: 'payments' });
    const apiKey = new ManagedSecret(this, 'ApiKey', {
      purpose: 'card-network/api-key',
      description: 'The key for the card network, put in by hand',
      content: SecretContent.apiKey(),
    });
    const worker = new iam.Role(this, 'Worker', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') });
    apiKey.grantRead(worker);
    acknowledge(apiKey, NO_ROTATION, 'The card network has no interface to create a key; its web page makes a new one, and a person stores it.');
    acknowledge(worker, INLINE_POLICY, 'CDK writes grants into an inline policy, which is deleted together with the role.');
  }
}

const NO_ROTATION = ['AwsSolutions-SMG4', 'NIST.800.53.R5-SecretsManagerRotationEnabled', 'HIPAA.Security-SecretsManagerRotationEnabled'];
const INLINE_POLICY = ['NIST.800.53.R5', 'HIPAA.Security', 'PCI.DSS.321'].map(pack => `${pack}-IAMNoInlinePolicy`);

function acknowledge(construct: Construct, ids: string[], reason: string): void {
  Validations.of(construct).acknowledge(...ids.map(id => ({ id, reason })));
}
