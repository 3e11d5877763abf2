import { App } from 'aws-cdk-lib';
import { LedgerSecretsStack } from './ledger-secrets-stack';

/** The ledger has a SQL Server, for which AWS hosts the rotation function. */
export function build(app: App): void {
  new LedgerSecretsStack(app, 'ledger-secrets', { env: { account: '111122223333', region: 'eu-west-1' } });
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
