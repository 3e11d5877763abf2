import { App } from 'aws-cdk-lib';
import { BillingSecretsStack } from './billing-secrets-stack';
import { LedgerSecretsStack } from './ledger-secrets-stack';
import { PlatformStack } from './platform-stack';

const env = { account: '111122223333', region: 'eu-west-1' };

/** The platform team runs one rotation function; the secrets of other teams use it, each from a stack of its own. */
export function build(app: App): void {
  const { rotator } = new PlatformStack(app, 'platform', { env });
  new LedgerSecretsStack(app, 'ledger-secrets', { env, rotator });
  new BillingSecretsStack(app, 'billing-secrets', { env, rotator });
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
