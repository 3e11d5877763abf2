import { App } from 'aws-cdk-lib';
import { OrganizationStack } from './organization-stack';
import { PaymentsStack } from './payments-stack';

/** The management account attaches the guard rails; the account of a team has secrets to which they apply. */
export function build(app: App): void {
  new OrganizationStack(app, 'organization', { env: { account: '999988887777', region: 'us-east-1' } });
  new PaymentsStack(app, 'payments', { env: { account: '111122223333', region: 'eu-west-1' } });
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
