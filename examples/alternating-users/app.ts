import { App } from 'aws-cdk-lib';
import { OrdersSecretsStack } from './orders-secrets-stack';

/** The orders service must log in at every instant, and its network has no way to the internet. */
export function build(app: App): void {
  new OrdersSecretsStack(app, 'orders-secrets', { env: { account: '111122223333', region: 'eu-west-1' } });
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
