import { App } from 'aws-cdk-lib';
import { OrdersStack } from './orders-stack';
import { acknowledgeInPacks, applyOrganizationDefaults, OrganizationStage } from './organization';
import { PaymentsStack } from './payments-stack';

/** Two services in two environments, with the defaults of their organization. */
export function build(app: App): void {
  applyOrganizationDefaults(app);
  for (const environment of ['staging', 'prod'] as const) {
    const stage = new OrganizationStage(app, { environment, region: 'eu-west-1' });
    new PaymentsStack(stage, 'payments');
    new OrdersStack(stage, 'orders');
    acknowledgeInPacks(stage, ['NIST.800.53.R5', 'HIPAA.Security', 'PCI.DSS.321'], 'IAMNoInlinePolicy',
      'A grant is an AWS::IAM::Policy of one role, so that nobody can attach it to another; a managed policy could be.');
  }
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
