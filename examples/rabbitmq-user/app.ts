import { App } from 'aws-cdk-lib';
import { OrdersStack } from './orders-stack';

/** A broker of Amazon MQ for RabbitMQ, two users of it that take turns, and the service that logs in as one of them. */
export function build(app: App): void {
  new OrdersStack(app, 'orders', { env: { account: '111122223333', region: 'eu-west-1' } });
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
