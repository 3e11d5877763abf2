import { App } from 'aws-cdk-lib';
import { OrdersStack } from './orders-stack';

/** A function that follows each rotation of its database password by the Parameters and Secrets extension, and one that reads it at its start. */
export function build(app: App): void {
  new OrdersStack(app, 'orders', { env: { account: '111122223333', region: 'eu-west-1' } });
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
