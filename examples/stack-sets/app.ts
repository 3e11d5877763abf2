import { App, Stack } from 'aws-cdk-lib';
import { AccountSecrets } from './account-secrets';
import { AssetsStack, ASSETS_PREFIX } from './assets-stack';
import { StackSetsStack } from './stack-sets-stack';

const ACCOUNT = '777788889999';
const ADMINISTRATION = { account: ACCOUNT, region: 'us-east-1' };
const REGIONS = ['eu-west-1', 'eu-central-1', 'eu-north-1'];

/** A StackSet with the same secrets for each account of an organizational unit, in three regions. */
export function build(app: App): void {
  const assets = REGIONS.map(region => new AssetsStack(app, `${ASSETS_PREFIX}-${region}`, { env: { account: ACCOUNT, region } }));
  new StackSetsStack(app, 'secrets-stack-sets', {
    env: ADMINISTRATION, regions: REGIONS, assetBuckets: assets.map(({ bucket }) => bucket),
  });
  // The review does not look into the template of a StackSet: here it sees the same in one account.
  new AccountSecrets(new Stack(app, 'canary', { env: { account: '444455556666', region: REGIONS[0] } }), 'Secrets');
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
