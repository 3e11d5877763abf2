import { App } from 'aws-cdk-lib';
import { OrdersStack } from './orders-stack';

/** A worker on AWS Fargate that follows each rotation of its database password. */
export function build(app: App): void {
  new OrdersStack(app, 'orders', { env: { account: '111122223333', region: 'eu-west-1' } });
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
