import { App } from 'aws-cdk-lib';
import { PaymentsSecretsStack } from './payments-secrets-stack';
import { PaymentsServiceStack } from './payments-service-stack';

const ACCOUNT = '111122223333';
const PRIMARY_REGION = 'eu-west-1';
const REPLICA_REGIONS = ['eu-central-1', 'us-east-1'];

/** The payments service in three regions: its secret is changed in one, and read in each. */
export function build(app: App): void {
  const { stripeApiKey } = new PaymentsSecretsStack(app, 'payments-secrets', {
    env: { account: ACCOUNT, region: PRIMARY_REGION },
    replicaRegions: REPLICA_REGIONS,
  });
  for (const region of [PRIMARY_REGION, ...REPLICA_REGIONS]) {
    new PaymentsServiceStack(app, `payments-service-${region}`, { env: { account: ACCOUNT, region }, stripeApiKey });
  }
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
