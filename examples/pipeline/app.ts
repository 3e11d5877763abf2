import { App } from 'aws-cdk-lib';
import { ENVIRONMENTS, PIPELINE_ACCOUNT, REGION } from './environments';
import { PipelineStack } from './pipeline-stack';
import { ReviewAccessStack } from './review-access-stack';

/** A pipeline that deploys to two accounts, and stops where a change means something for secrets that nobody has approved. */
export function build(app: App): void {
  for (const [stage, account] of Object.entries(ENVIRONMENTS)) {
    new ReviewAccessStack(app, `review-access-${stage}`, { env: { account, region: REGION }, stage });
  }
  new PipelineStack(app, 'payments-pipeline', { env: { account: PIPELINE_ACCOUNT, region: REGION } });
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
