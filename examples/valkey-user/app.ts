import { App } from 'aws-cdk-lib';
import { SessionsStack } from './sessions-stack';

/** A cache of Amazon ElastiCache for Valkey, one user of it, and the service that logs in as this user. */
export function build(app: App): void {
  new SessionsStack(app, 'sessions', { env: { account: '111122223333', region: 'eu-west-1' } });
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
