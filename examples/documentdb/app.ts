import { App } from 'aws-cdk-lib';
import { ProfilesStack } from './profiles-stack';

/** The profiles service logs in to Amazon DocumentDB at every instant, as a user that did not exist before. */
export function build(app: App): void {
  new ProfilesStack(app, 'profiles', { env: { account: '111122223333', region: 'eu-west-1' } });
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
