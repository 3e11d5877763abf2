import { App } from 'aws-cdk-lib';
import { InventorySecretsStack } from './inventory-secrets-stack';

/** The inventory service has a database already; its credentials move into Secrets Manager and are rotated from then on. */
export function build(app: App): void {
  new InventorySecretsStack(app, 'inventory-secrets', { env: { account: '111122223333', region: 'eu-west-1' } });
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
