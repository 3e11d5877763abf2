import { App } from 'aws-cdk-lib';
import { CheckoutStack } from './checkout-stack';

/** A service whose API key stands in this repository, encrypted by SOPS, and is a secret of the namespace when it is deployed. */
export function build(app: App): void {
  new CheckoutStack(app, 'checkout', { env: { account: '111122223333', region: 'eu-west-1' } });
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
