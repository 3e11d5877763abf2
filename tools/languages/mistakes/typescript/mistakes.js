// Wrong calls, each in an app of its own, as a program in plain JavaScript makes them: no compiler looks at it.
const { App, Stack, aws_kms: kms } = require('aws-cdk-lib');
const { ManagedSecret, SecretNamespace } = require('cdk-managed-secrets');

const MISTAKES = {
  'a required prop is left out': stack => new SecretNamespace(stack, 'Secrets', { environment: 'prod' }),
  'a required prop is null': stack => new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: null }),
  'a text has the wrong form': stack => new SecretNamespace(stack, 'Secrets', { environment: 'prod/eu', service: 'orders' }),
  'an optional prop is null': stack => new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'orders', encryption: null }),
  'an object of another class': stack => new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'orders', encryption: new kms.Key(stack, 'Key') }),
  'an element of a list is null': stack => new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'orders', guardRails: [null] }),
  'no namespace in the scope': stack => new ManagedSecret(stack, 'Secret', { purpose: 'api-key' }),
};

for (const [mistake, make] of Object.entries(MISTAKES)) {
  let seen = 'taken';
  try {
    make(new Stack(new App(), 'Orders'));
  } catch (error) {
    seen = `${error.name}: ${error.message}`;
  }
  console.log(`${mistake}\t${seen.replace(/\s+/g, ' ')}`);
}
