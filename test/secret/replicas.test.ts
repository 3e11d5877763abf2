import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import {
  DatabaseEngine, DeployedName, ManagedSecret, ManagedSecretProps, ReplicaRegion, ReplicatedSecret, RotatedDatabaseSecret, RotationTarget,
  SecretEncryption, SecretNamespace,
} from 'cdk-managed-secrets';
import { ENV, onlyResource, testStack } from '../support/test-app';

const [REPLICA, OTHER] = ['us-east-1', 'us-west-2'];
const NAMESPACE = { environment: 'prod', service: 'payments' };
const database = RotationTarget.fromEndpoint({ engine: DatabaseEngine.POSTGRESQL, host: 'db.example.com' });

type Create = (stack: Stack, props?: ManagedSecretProps) => ManagedSecret;
const kinds: [string, Create][] = [
  ['ManagedSecret', (stack, props) => new ManagedSecret(stack, 'Secret', { purpose: 'key', ...props })],
  ['ReplicatedSecret', (stack, props) => new ReplicatedSecret(stack, 'Secret', { purpose: 'key', ...props })],
  ['RotatedDatabaseSecret', (stack, props) => new RotatedDatabaseSecret(stack, 'Secret', { purpose: 'key', username: 'app', database, ...props })],
];

function stackWith(replicaRegions?: string[]): Stack {
  const stack = testStack();
  new SecretNamespace(stack, 'Secrets', { ...NAMESPACE, replicaRegions });
  return stack;
}

const replicasIn = (stack: Stack) => onlyResource(stack, 'AWS::SecretsManager::Secret').Properties.ReplicaRegions;

describe.each(kinds)('%s', (kind, create) => {
  test('is replicated into the regions of its namespace', () => {
    const stack = stackWith([REPLICA, OTHER]);
    const secret = create(stack);
    expect(secret.readRegions).toEqual([ENV.region, REPLICA, OTHER]);
    expect(secret.replica(OTHER).env.region).toBe(OTHER);
    expect(replicasIn(stack)).toEqual([REPLICA, OTHER].map(Region => ({ Region, KmsKeyId: 'alias/secrets/prod/payments' })));
  });

  test('is replicated into regions of its own', () => {
    const stack = stackWith();
    const replicas = [ReplicaRegion.of(OTHER, SecretEncryption.awsManagedKey())];
    expect(create(stack, { replicas }).readRegions).toEqual([ENV.region, OTHER]);
    expect(replicasIn(stack)).toEqual([{ Region: OTHER }]);
  });

  test('takes no region later', () => {
    expect(() => create(stackWith([REPLICA])).addReplicaRegion(OTHER)).toThrow(/`replicas` must hold every region/);
  });

  test('leaves nothing behind where a region is bad', () => {
    const stack = stackWith([REPLICA]);
    const paths = () => stack.node.findAll().map(({ node }) => node.path);
    const before = paths();
    expect(() => create(stack, { replicas: [ReplicaRegion.of('Virginia')] })).toThrow(/regions that this aws-cdk-lib knows, got "Virginia"/);
    expect(paths()).toEqual(before);
  });

  if (kind === 'ReplicatedSecret') return;

  test('stays in its own region by an empty list', () => {
    const stack = stackWith([REPLICA]);
    expect(create(stack, { replicas: [] }).readRegions).toEqual([ENV.region]);
    expect(replicasIn(stack)).toBeUndefined();
  });

  test('stays in its own region where the namespace has no other', () => {
    const stack = stackWith();
    expect(create(stack).readRegions).toEqual([ENV.region]);
    expect(replicasIn(stack)).toBeUndefined();
  });
});

test('the key of a replica allows a name outside of the prefix, also where the secret has a key of its own', () => {
  const stack = stackWith([REPLICA]);
  new ManagedSecret(stack, 'Secret', { deployedName: DeployedName.explicit('old'), encryption: SecretEncryption.customerManagedKeyByAlias('alias/own') });
  const { KeyPolicy } = onlyResource(stack.node.root.node.findChild(`Stack-keys-${REPLICA}`) as Stack, 'AWS::KMS::ReplicaKey').Properties;
  expect(JSON.stringify(KeyPolicy)).toContain(`arn:aws:secretsmanager:*:${ENV.account}:secret:old-??????`);
});

test('a grant covers the replicas of a rotated secret by default', () => {
  const stack = stackWith([REPLICA]);
  const reader = new iam.Role(stack, 'Reader', { assumedBy: new iam.AccountRootPrincipal() });
  new RotatedDatabaseSecret(stack, 'Secret', { purpose: 'key', username: 'app', database }).grantRead(reader);
  const policy = stack.resolve((reader.node.findChild('DefaultPolicy') as iam.Policy).document);
  expect(JSON.stringify(policy)).toContain(`secretsmanager.${REPLICA}.amazonaws.com`);
});
