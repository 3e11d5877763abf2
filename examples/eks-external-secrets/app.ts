import { App } from 'aws-cdk-lib';
import { PaymentsKubernetesStack } from './payments-kubernetes-stack';
import { PaymentsSecretsStack } from './payments-secrets-stack';

const ENV = { account: '111122223333', region: 'eu-west-1' };

/** The payments service on Amazon EKS: one secret by the External Secrets Operator, one by the Secrets Store CSI driver. */
export function build(app: App): void {
  const secrets = new PaymentsSecretsStack(app, 'payments-secrets', { env: ENV });
  new PaymentsKubernetesStack(app, 'payments-kubernetes', { env: ENV, ...secrets.consumed });
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
