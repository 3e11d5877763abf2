import * as cdk from 'aws-cdk-lib';
import * as first from 'cdk-managed-secrets';
import * as constructs from 'constructs';
import { testStack } from './support/test-app';

/** As when two libraries of an app bring a copy of the package each, beside one aws-cdk-lib. */
let second: typeof first;
jest.isolateModules(() => {
  jest.doMock('aws-cdk-lib', () => cdk);
  jest.doMock('constructs', () => constructs);
  second = jest.requireActual('cdk-managed-secrets');
});

const NAMESPACE = { environment: 'prod', service: 'payments' };
const HOSTED = { hostedRotation: cdk.aws_secretsmanager.HostedRotation.postgreSqlSingleUser() };

test('there are two copies', () => {
  expect(second.ManagedSecret).not.toBe(first.ManagedSecret);
});

test('a secret of one finds the namespace of the other', () => {
  const stack = testStack();
  const namespace = new first.SecretNamespace(stack, 'Secrets', NAMESPACE);
  expect(new second.ManagedSecret(stack, 'Secret', { purpose: 'key' }).namespace).toBe(namespace);
});

test('a name is taken for both', () => {
  const stack = testStack();
  new first.SecretNamespace(stack, 'Secrets', NAMESPACE);
  new first.ManagedSecret(stack, 'First', { purpose: 'key' });
  expect(() => new second.ManagedSecret(stack, 'Second', { purpose: 'key' })).toThrow(/which Stack\/First has already/);
  expect(() => new second.SecretNamespace(stack, 'Other', NAMESPACE)).toThrow(/overlaps with "prod\/payments\/" of Stack\/Secrets/);
});

test('their namespaces share the stacks of the keys', () => {
  const stack = testStack();
  new first.SecretNamespace(stack, 'First', { environment: 'prod', service: 'one', replicaRegions: ['us-east-1'] });
  new second.SecretNamespace(stack, 'Second', { environment: 'prod', service: 'two', replicaRegions: ['us-east-1'] });
  expect(cdk.App.isApp(stack.node.root) && stack.node.root.synth().stacks.map(({ id }) => id).sort()).toEqual(
    ['Stack', 'Stack-keys-eu-west-1', 'Stack-keys-us-east-1']);
});

test('a schedule of one is the schedule for the other', () => {
  const stack = testStack();
  new first.SecretNamespace(stack, 'Secrets', NAMESPACE);
  const secret = new first.ManagedSecret(stack, 'Secret', { purpose: 'key', content: first.SecretContent.generatedField({ template: { username: 'u' } }) });
  secret.addRotationSchedule('First', HOSTED);
  const masterUserSecret = cdk.aws_secretsmanager.Secret.fromSecretAttributes(stack, 'Imported', { secretCompleteArn: secret.secretArn });
  const database = second.RotationTarget.fromEndpoint({ engine: second.DatabaseEngine.POSTGRESQL, host: 'db.example.com' });
  expect(() => new second.MasterUserRotation(stack, 'Second', { database, masterUserSecret, schedule: second.RotationSchedule.spread() }))
    .toThrow(/a secret must have one schedule, .*Stack\/Secret\/First\/Resource is there already/);
});

test('a Kubernetes object of one is made by it alone', () => {
  const stack = testStack();
  new first.SecretNamespace(stack, 'Secrets', NAMESPACE);
  const secret = new first.ManagedSecret(stack, 'Secret', { purpose: 'key' });
  const role = cdk.aws_iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111122223333:role/external-secrets');
  const consumed = (copy: typeof first, id: string) => new copy.ExternalSecretsConsumer(stack, id, {
    namespace: 'payments', identity: copy.KubernetesIdentity.controllerRole(role), externalSecrets: [{ name: 'key', extract: [secret] }],
  });
  consumed(first, 'First');
  expect(() => consumed(second, 'Second')).toThrow(/Stack\/First makes the SecretStore aws-secrets-manager of payments already/);
});

test('who is let in by one cannot be shut out by the other', () => {
  const stack = testStack();
  new first.SecretNamespace(stack, 'Secrets', NAMESPACE);
  const secret = new first.ManagedSecret(stack, 'Secret', { purpose: 'key' });
  first.CrossAccountSecretPolicy.forSecret(stack, 'First', secret, { readers: [first.SecretReader.account('444455556666')] });
  const others = { readers: [second.SecretReader.account('777788889999')], denyOthers: true };
  expect(() => second.CrossAccountSecretPolicy.forSecret(stack, 'Second', secret, others)).toThrow(/`denyOthers` must stand on the one CrossAccountSecretPolicy/);
});

test('a function is refreshed by one of them', () => {
  const stack = testStack();
  new first.SecretNamespace(stack, 'Secrets', NAMESPACE);
  const secret = new first.ManagedSecret(stack, 'Secret', { purpose: 'key' });
  const target = new cdk.aws_lambda.Function(stack, 'Function', {
    runtime: cdk.aws_lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: cdk.aws_lambda.Code.fromInline('exports.handler = () => {};'),
  });
  const consumed = (copy: typeof first, id: string) => new copy.LambdaFunctionConsumer(stack, id, {
    function: target, secrets: [secret], extension: copy.ParametersAndSecretsExtension.none(), restart: true,
  });
  consumed(first, 'First');
  expect(() => consumed(second, 'Second')).toThrow(/Stack\/Function must be refreshed by one construct, and Stack\/First does it already/);
});

test('an account and region has the rules of one of them', () => {
  const stack = testStack();
  new first.SecretConfigRules(stack, 'First');
  expect(() => new second.SecretConfigRules(stack, 'Second')).toThrow(/must have one SecretConfigRules, and Stack\/First is there already/);
});

test('secrets are watched by one of them', () => {
  const stack = testStack();
  const namespace = new first.SecretNamespace(stack, 'Secrets', NAMESPACE);
  new first.SecretMonitoring(stack, 'First', { namespace });
  expect(() => new second.SecretMonitoring(stack, 'Second', { namespace })).toThrow(/must be watched by one SecretMonitoring, and Stack\/First watches it already/);
});
