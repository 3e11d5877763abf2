import { App } from 'aws-cdk-lib';
import { ReportingStack } from './reporting-stack';

/** A service that gets its tokens from Microsoft Entra ID, by a client secret that is rotated every month and never refused. */
export function build(app: App): void {
  new ReportingStack(app, 'reporting', { env: { account: '111122223333', region: 'eu-west-1' } });
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
