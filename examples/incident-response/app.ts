import { App } from 'aws-cdk-lib';
import { AccountRulesStack } from './account-rules-stack';
import { PaymentsSecretsStack } from './payments-secrets-stack';

const ENV = { account: '111122223333', region: 'eu-west-1' };

/** The payments service, whose secrets are watched, audited, and can be taken back in an incident. */
export function build(app: App): void {
  const secrets = new PaymentsSecretsStack(app, 'payments-secrets', { env: ENV });
  new AccountRulesStack(app, 'secret-rules', { env: ENV, driftOf: [secrets] });
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
