import { App } from 'aws-cdk-lib';
import { AccountsStack } from './accounts-stack';

/** The service that signs the tokens of an account, and the keys it signs with. */
export function build(app: App): void {
  new AccountsStack(app, 'accounts', { env: { account: '111122223333', region: 'eu-west-1' } });
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
