import { App, Stage } from 'aws-cdk-lib';
import { acknowledgeInPacks } from './acknowledgements';
import { PaymentsReportingStack } from './stacks/payments-reporting-stack';
import { PaymentsSecretsStack } from './stacks/payments-secrets-stack';
import { PaymentsServiceStack } from './stacks/payments-service-stack';

const ENV = { account: '111122223333', region: 'eu-west-1' };

/** The payments service in two environments of one account, three stacks each. */
export function build(app: App): void {
  for (const environment of ['staging', 'prod']) {
    const stage = new Stage(app, environment, { env: ENV });
    const replicaRegions = environment === 'prod' ? ['eu-central-1'] : undefined;
    const secrets = new PaymentsSecretsStack(stage, 'payments-secrets', { environment, replicaRegions });
    new PaymentsServiceStack(stage, 'payments-service', { secrets });
    acknowledgeInPacks(stage, ['NIST.800.53.R5', 'HIPAA.Security', 'PCI.DSS.321'], 'IAMNoInlinePolicy',
      'A grant is an AWS::IAM::Policy of one role, so that nobody can attach it to another; a managed policy could be.');
    new PaymentsReportingStack(stage, 'payments-reporting', { databaseCredentials: secrets.databaseCredentials });
  }
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
