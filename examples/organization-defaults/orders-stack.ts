import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import { RandomToken, RotatedSecret } from 'cdk-managed-secrets';
import type { Construct } from 'constructs';
import { ServiceSecrets } from './organization';

/** The stack of another team: a token that rotates itself. Its function, log group and role have the organization's defaults. */
export class OrdersStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new ServiceSecrets(this, 'Secrets', { service: 'orders', owner: 'orders-team', costCenter: 'cc-0815' });
    const token = new RotatedSecret(this, 'WebhookToken', { purpose: 'webhook-token', kind: RandomToken.of() });
    token.grantRead(new iam.Role(this, 'Service', {
      description: 'The orders service, which checks the token of each call',
      assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': this.account } } }),
    }));
  }
}
