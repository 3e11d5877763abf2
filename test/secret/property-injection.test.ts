import { aws_kms as kms, aws_secretsmanager as secretsmanager, type IPropertyInjector, PropertyInjectors, RemovalPolicy, SecretValue, Stack } from 'aws-cdk-lib';
import { DatabaseEngine, DeployedName, ManagedSecret, ReplicatedSecret, RotatedDatabaseSecret, RotationTarget, SecretContent, SecretNamespace } from 'cdk-managed-secrets';
import { onlyResource, testStack } from '../support/test-app';

/** An organization sets props of every L2 `Secret` in the app. The L2 applies them to our secrets too, after our checks. */
function stackWith(inject: (given: secretsmanager.SecretProps, stack: Stack) => secretsmanager.SecretProps): Stack {
  const stack = testStack();
  new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'payments' });
  const injector: IPropertyInjector = { constructUniqueId: secretsmanager.Secret.PROPERTY_INJECTION_ID, inject: given => inject(given, stack) };
  PropertyInjectors.of(stack).add(injector);
  return stack;
}

const forcing = (props: secretsmanager.SecretProps) => stackWith(given => ({ ...given, ...props }));
const keyOf = (stack: Stack) => kms.Key.fromKeyArn(stack, 'Theirs', 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab');
const resource = (stack: Stack) => onlyResource(stack, 'AWS::SecretsManager::Secret');
const PASSWORD = { passwordLength: 8 };

test('defaults of every kind change nothing', () => {
  const plain = stackWith(given => given);
  new ManagedSecret(plain, 'Secret', { purpose: 'key' });
  const injected = stackWith((given, stack) => ({
    secretName: 'theirs', encryptionKey: keyOf(stack), removalPolicy: RemovalPolicy.DESTROY, generateSecretString: PASSWORD, replicaRegions: [{ region: 'us-east-1' }], ...given,
  }));
  const secret = new ManagedSecret(injected, 'Secret', { purpose: 'key' });
  expect(resource(injected)).toEqual(resource(plain));
  expect(secret.encryptionKey).toBe(secret.encryption.encryptionKey);
});

test('a description is taken', () => {
  const stack = forcing({ description: 'Ask the platform team' });
  new ManagedSecret(stack, 'Secret', { purpose: 'key', description: 'Of the team' });
  expect(resource(stack).Properties.Description).toBe('Ask the platform team');
});

test('a description that is too long is refused', () => {
  expect(() => new ManagedSecret(forcing({ description: 'x'.repeat(2049) }), 'Secret', { purpose: 'key' })).toThrow(/`description` must have at most 2048.*Stack\/Secret/);
});

const [GENERATED, EMPTY, REFERENCE] = [undefined, SecretContent.empty(), SecretContent.fromSecretValue(SecretValue.secretsManager('other'))];
const literal = SecretValue.unsafePlainText('would stand in the template');

test.each<[string, secretsmanager.SecretProps, SecretContent | undefined]>([
  ['secretName', { secretName: 'of-the-organization' }, GENERATED],
  ['removalPolicy', { removalPolicy: RemovalPolicy.DESTROY }, GENERATED],
  ['generateSecretString', { generateSecretString: PASSWORD }, GENERATED],
  ['generateSecretString', { generateSecretString: PASSWORD }, EMPTY],
  ['secretStringValue', { secretStringValue: literal }, EMPTY],
  ['secretStringValue', { secretStringValue: literal }, REFERENCE],
  ['secretStringValue', { secretObjectValue: { password: literal } }, EMPTY],
  ['secretStringValue', { secretStringValue: literal, generateSecretString: undefined }, GENERATED],
  ['replicaRegions', { replicaRegions: [{ region: 'us-east-1' }] }, GENERATED],
])('`%s` is refused, in one error without a value', (prop, props, content) => {
  const attempt = () => new ManagedSecret(forcing(props), 'Secret', { purpose: 'key', content });
  expect(attempt).toThrow(new RegExp(`^a property injector of \`Secret\` must not set \`${prop}\`.* \\[at Stack/Secret\\]$`));
  expect(attempt).not.toThrow(/would stand|of-the-organization/);
});

test('a name for a secret whose name CloudFormation made is refused', () => {
  const attempt = () => new ManagedSecret(forcing({ secretName: 'theirs' }), 'Secret', { deployedName: DeployedName.generated() });
  expect(attempt).toThrow(/must not set `secretName`/);
});

test('a key is refused, with the word for where to set it', () => {
  const stack = stackWith((given, scope) => ({ ...given, encryptionKey: keyOf(scope) }));
  expect(() => new ManagedSecret(stack, 'Secret', { purpose: 'key' })).toThrow(/must not set `encryptionKey`.*set `encryption` by an injector of `SecretNamespace`/);
});

test('fields that are references pass as they are', () => {
  const stack = stackWith(given => ({ ...given }));
  new ManagedSecret(stack, 'Secret', { purpose: 'key', content: SecretContent.fields({ token: SecretValue.secretsManager('other') }) });
  expect(resource(stack).Properties.SecretString).toBe('{"token":"{{resolve:secretsmanager:other:SecretString:::}}"}');
});

describe('an injector of ManagedSecret', () => {
  function stackWithOwn(inject: (given: object) => object): { stack: Stack; calls: string[] } {
    const [stack, calls] = [stackWith(given => given), [] as string[]];
    PropertyInjectors.of(stack).add({
      constructUniqueId: ManagedSecret.PROPERTY_INJECTION_ID,
      inject: (given, { id }) => {
        calls.push(id);
        return inject(given);
      },
    });
    return { stack, calls };
  }

  const rotated = (stack: Stack, id: string) => new RotatedDatabaseSecret(stack, id, {
    purpose: id, username: 'app', database: RotationTarget.fromEndpoint({ engine: DatabaseEngine.POSTGRESQL, host: 'db.example.com' }),
  });

  test('gives defaults to it and to its subclasses, each once', () => {
    const { stack, calls } = stackWithOwn(given => ({ description: 'Ask the platform team', ...given }));
    const secrets = [new ManagedSecret(stack, 'Plain', { purpose: 'plain' }), rotated(stack, 'Rotated')];
    expect(calls).toEqual(['Plain', 'Rotated']);
    secrets.forEach(({ node }) => expect((node.defaultChild as secretsmanager.CfnSecret).description).toBe('Ask the platform team'));
  });

  test('is checked as what is given', () => {
    const { stack } = stackWithOwn(given => ({ ...given, tags: { 'aws:of': 'AWS' } }));
    expect(() => new ManagedSecret(stack, 'Secret', { purpose: 'key' })).toThrow(/`tags` must not hold "aws:of"/);
  });

  test('cannot take the replicas of a secret that must have them', () => {
    const { stack } = stackWithOwn(given => ({ ...given, replicas: [] }));
    const namespace = new SecretNamespace(stack, 'Replicated', { environment: 'prod', service: 'shared', replicaRegions: ['us-east-1'] });
    expect(() => new ReplicatedSecret(stack, 'Secret', { namespace, purpose: 'key' })).toThrow(/`replicas` must name a region/);
  });

  test('cannot take the user out of rotated credentials', () => {
    const { stack } = stackWithOwn(given => ({ ...given, content: SecretContent.generatedPassword() }));
    expect(() => rotated(stack, 'Rotated')).toThrow(/\[at Stack\/Rotated\]$/);
  });
});
