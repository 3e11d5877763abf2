import { App } from 'aws-cdk-lib';
import { PartnerSecretsStack } from './partner-secrets-stack';

/** A partner sends orders with an access key, and a mail server sends by Amazon SES: neither can assume a role. */
export function build(app: App): void {
  new PartnerSecretsStack(app, 'partner-secrets', { env: { account: '111122223333', region: 'eu-west-1' } });
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
