import { App, Validations } from 'aws-cdk-lib';
import { SecretsReview } from 'cdk-managed-secrets';
import { SecretsStack } from './secrets-stack';

const app = new App();
new SecretsStack(app, 'OrdersSecrets');
Validations.of(app).addPlugins(new SecretsReview());
app.synth();
