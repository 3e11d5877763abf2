import { App } from 'aws-cdk-lib';
import { ACCOUNTS, BaselineAccount, REGIONS } from './accounts';
import { BaselineStack } from './baseline-stack';

/** The baseline of two accounts in three regions. */
export function build(app: App): void {
  addBaselines(app, ACCOUNTS, REGIONS);
}

export function addBaselines(app: App, accounts: BaselineAccount[], regions: string[]): void {
  for (const { id: account, environment, workload } of accounts) {
    for (const region of regions) {
      new BaselineStack(app, `secrets-baseline-${environment}-${workload}-${region}`, {
        env: { account, region }, stackName: 'secrets-baseline', environment, workload,
      });
    }
  }
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
