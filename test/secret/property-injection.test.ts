import { aws_kms as kms, aws_secretsmanager as secretsmanager, type IPropertyInjector, PropertyInjectors, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { DeployedName, ManagedSecret, SecretNamespace } from 'cdk-managed-secrets';
import { onlyResource, testStack } from '../support/test-app';

/** An organization sets props of every L2 `Secret` in the app. The L2 applies them to our secrets too, after our checks. */
function stackWith(injected: (stack: Stack) => secretsmanager.SecretProps): Stack {
  const stack = testStack();
  new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'payments' });
  const props = injected(stack);
  const injector: IPropertyInjector = {
    constructUniqueId: secretsmanager.Secret.PROPERTY_INJECTION_ID,
    inject: original => ({ ...original, ...props }),
  };
  PropertyInjectors.of(stack).add(injector);
  return stack;
}

const resource = (stack: Stack) => onlyResource(stack, 'AWS::SecretsManager::Secret');

test('an injected removal policy and key give way to ours', () => {
  const plain = stackWith(() => ({}));
  new ManagedSecret(plain, 'Secret', { purpose: 'key' });
  const injected = stackWith(stack => ({ removalPolicy: RemovalPolicy.DESTROY, encryptionKey: new kms.Key(stack, 'Foreign') }));
  const secret = new ManagedSecret(injected, 'Secret', { purpose: 'key' });
  expect(resource(injected)).toEqual(resource(plain));
  expect(secret.encryptionKey).toBe(secret.encryption.encryptionKey);
});

test.each([
  ['a purpose', { purpose: 'key' }],
  ['a name that CloudFormation made', { deployedName: DeployedName.generated() }],
])('an injected name is refused for %s', (_, props) => {
  const stack = stackWith(() => ({ secretName: 'of-the-organization' }));
  expect(() => new ManagedSecret(stack, 'Secret', props)).toThrow(/property injector of `Secret` must not set `secretName`.*"of-the-organization".*Stack\/Secret/);
});
