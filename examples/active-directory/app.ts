import { App } from 'aws-cdk-lib';
import { ReportsStack } from './reports-stack';

/** A user of Active Directory, whose password an administrator sets, and the service that logs in as this user. */
export function build(app: App): void {
  new ReportsStack(app, 'reports', { env: { account: '111122223333', region: 'eu-west-1' } });
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
