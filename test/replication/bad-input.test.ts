import {
  aws_iam as iam, aws_kms as kms, aws_secretsmanager as secretsmanager, CfnParameter, Stack,
} from 'aws-cdk-lib';
import {
  CrossAccountSecretPolicy, DeployedName, ManagedSecret, ReplicaPromotion, ReplicaRegion, ReplicatedSecret,
  SecretEncryption, SecretNamespace, SecretReader,
} from 'cdk-managed-secrets';
import { leftovers } from '../support/leftovers';
import { agnosticStack, ENV, OTHER_ACCOUNT, testStack } from '../support/test-app';

jest.mock('cdk-managed-secrets', () => jest.requireActual('../support/leftovers').watched(jest.requireActual('cdk-managed-secrets')));

const NAMESPACE = { environment: 'prod', service: 'payments' };
const REPLICA = 'us-east-1';
const FAR = { account: ENV.account, region: REPLICA };
const keyArn = (region: string, id: string) => `arn:aws:kms:${region}:${ENV.account}:key/${id}`;
const SINGLE = '1234abcd-12ab-34cd-56ef-1234567890ab';
const MULTI = 'mrk-1234abcd12ab34cd56ef1234567890ab';

type Act = (stack: Stack) => unknown;

function namespaceWith(replicaRegions: string[], props: object = {}): (stack: Stack) => SecretNamespace {
  return stack => new SecretNamespace(stack, 'Secrets', { ...NAMESPACE, replicaRegions, ...props });
}

/** The same, under a key with that ARN. */
const importedUnder = (arnOf: (stack: Stack) => string) => (stack: Stack) =>
  imported({ encryption: SecretEncryption.customerManagedKey(kms.Key.fromKeyArn(stack, 'TheirKey', arnOf(stack))) })(stack);

function imported(attributes: object): Act {
  return stack => SecretNamespace.fromAttributes(stack, 'Secrets', { ...NAMESPACE, replicaRegions: [REPLICA], ...attributes });
}

function replicatedTo(...replicas: ReplicaRegion[]): (stack: Stack) => ReplicatedSecret {
  return stack => {
    namespaceWith([REPLICA])(stack);
    return new ReplicatedSecret(stack, 'Secret', { purpose: 'key', replicas });
  };
}

const [to, replicated] = [ReplicaRegion.of, replicatedTo(ReplicaRegion.of(REPLICA))];
const ownKey = (region: string, key: (stack: Stack) => kms.IKey): Act => stack =>
  replicatedTo(to(region, SecretEncryption.customerManagedKey(key(stack))))(stack);
const farStack = (stack: Stack) => testStack('Far', stack.node.root as never, FAR);

const [NAMESPACE_PATH, SECRET_PATH] = ['Stack/Secrets', 'Stack/Secret'];

/** What is wrong, what is done, what the error says, and the construct that it names. */
const CASES: [string, Act, RegExp, string][] = [
  // Regions
  ['a region twice, in the namespace', namespaceWith([REPLICA, REPLICA]), /`replicaRegions` must hold each region once, got us-east-1 twice/, NAMESPACE_PATH],
  ['a region twice, in the secret', replicatedTo(to(REPLICA), to(REPLICA)), /`replicas` must hold each region once, got us-east-1 twice/, SECRET_PATH],
  ['the primary\'s own region, in the namespace', namespaceWith([ENV.region]), /must be other regions than the primary's own eu-west-1/, NAMESPACE_PATH],
  ['the primary\'s own region, in the secret', replicatedTo(to(ENV.region)), /must be other regions than the primary's own eu-west-1/, SECRET_PATH],
  ['an unknown region name, in the namespace', namespaceWith(['us-east-9']), /regions that this aws-cdk-lib knows, got "us-east-9"/, NAMESPACE_PATH],
  ['an unknown region name, in the secret', replicatedTo(to('Virginia')), /regions that this aws-cdk-lib knows, got "Virginia"/, SECRET_PATH],
  ['an empty region name', replicatedTo(to('')), /regions that this aws-cdk-lib knows, got ""/, SECRET_PATH],
  ['a region of another partition, in the namespace', namespaceWith(['cn-north-1']), /of the partition aws of eu-west-1, got cn-north-1 of aws-cn/, NAMESPACE_PATH],
  ['a region of another partition, in the secret', replicatedTo(to('us-gov-west-1')), /of the partition aws of eu-west-1, got us-gov-west-1 of aws-us-gov/, SECRET_PATH],
  ['a region that is a token', stack => replicatedTo(to(new CfnParameter(stack, 'Region').valueAsString))(stack), /must be known at synthesis, got a token/, SECRET_PATH],
  ['a namespace without env', stack => namespaceWith([REPLICA])(agnosticStack('Agnostic', stack.node.root as never)), /account and region are known.*set `env/, 'Agnostic/Secrets'],
  ['a secret without env', stack => new ReplicatedSecret(agnosticStack('Agnostic', stack.node.root as never), 'Secret', {
    namespace: SecretNamespace.fromAttributes(stack, 'Imported', NAMESPACE), purpose: 'key', replicas: [to(REPLICA)],
  }), /account and region are known.*set `env/, 'Agnostic/Secret'],
  ['more regions than there are', replicatedTo(...Array.from({ length: 50 }, () => to(REPLICA))), /must hold each region once/, SECRET_PATH],

  // Keys
  ['a single-Region key of this app', stack => namespaceWith([REPLICA], { encryption: SecretEncryption.customerManagedKey(new kms.Key(stack, 'Own')) })(stack), /`encryption` must be a multi-Region key.*got Stack\/Own/, NAMESPACE_PATH],
  ['a key that is known by its alias', namespaceWith([REPLICA], { encryption: SecretEncryption.customerManagedKeyByAlias('alias/own') }), /`encryption` must be a multi-Region key.*got a key that is known by its alias alone/, NAMESPACE_PATH],
  ['a single-Region key by its ARN', stack => namespaceWith([REPLICA], { encryption: SecretEncryption.customerManagedKey(kms.Key.fromKeyArn(stack, 'Own', keyArn(ENV.region, SINGLE))) })(stack), /`encryption` must be a multi-Region key.*begins with mrk-/, NAMESPACE_PATH],
  ['a multi-Region key of another region', stack => namespaceWith([REPLICA], { encryption: SecretEncryption.customerManagedKey(kms.Key.fromKeyArn(stack, 'Own', keyArn(REPLICA, MULTI))) })(stack), /primary key in the namespace's own region eu-west-1, got .*us-east-1/, NAMESPACE_PATH],
  ['a multi-Region key of a stack of another region', stack => namespaceWith([REPLICA], { encryption: SecretEncryption.customerManagedKey(new kms.Key(farStack(stack), 'Own', { multiRegion: true })) })(stack), /own region eu-west-1, got Far\/Own of us-east-1/, NAMESPACE_PATH],
  ['a single-Region key of an imported namespace', importedUnder(() => keyArn(ENV.region, SINGLE)), /`encryption` must be a multi-Region key/, NAMESPACE_PATH],
  ['a key of another region of an imported namespace', importedUnder(() => keyArn(REPLICA, MULTI)), /`encryption` must be the primary key in the namespace's own region/, NAMESPACE_PATH],
  ['a key of an imported namespace that only the deployment knows', importedUnder(stack => new CfnParameter(stack, 'KeyArn').valueAsString),
    /the ARN of `encryption` must be known at synthesis where there are `replicaRegions`/, NAMESPACE_PATH],
  ['a region twice in an imported namespace', imported({ replicaRegions: [REPLICA, REPLICA] }), /each region once/, NAMESPACE_PATH],
  ['a key ARN of the wrong region', ownKey(REPLICA, stack => kms.Key.fromKeyArn(stack, 'Own', keyArn('us-west-2', SINGLE))), /replica in us-east-1 must be a key of that region, got Stack\/Own of us-west-2/, SECRET_PATH],
  ['the key of the primary', ownKey(REPLICA, stack => new kms.Key(stack, 'Own')), /must be a key of that region, got Stack\/Own of eu-west-1/, SECRET_PATH],
  ['a key of another stack without its alias', ownKey(REPLICA, stack => new kms.Key(farStack(stack), 'Own')), /must be known by its alias.*customerManagedKey\(key, 'alias/, SECRET_PATH],
  ['no key in the region', replicatedTo(to('us-west-2')), /the replica in us-west-2 must have a key, and Stack\/Secrets has none there.*awsManagedKey/, SECRET_PATH],
  ['the namespace\'s key in the stack of the secret', stack => {
    namespaceWith([REPLICA], { encryption: SecretEncryption.customerManagedKey(new kms.Key(stack, 'Own', { multiRegion: true })) })(stack);
    return new ReplicatedSecret(stack, 'Secret', { purpose: 'key' });
  }, /must be deployed before the secret.*move the key on which it depends out of Stack into a stack of its own/, SECRET_PATH],

  // Placement and names
  ['no replica regions at all', stack => {
    new SecretNamespace(stack, 'Secrets', NAMESPACE);
    return new ReplicatedSecret(stack, 'Secret', { purpose: 'key' });
  }, /`replicas` must name a region, or `replicaRegions` of Stack\/Secrets must; .*use ManagedSecret with `replicas: \[\]`/, SECRET_PATH],
  ['an empty list of replicas where they are required', replicatedTo(), /`replicas` must name a region/, SECRET_PATH],
  ['a secret of the namespace whose default region has no known account', stack => new ManagedSecret(agnosticStack('Agnostic', stack.node.root as never), 'Secret', {
    namespace: namespaceWith([REPLICA])(stack), purpose: 'key',
  }), /account and region are known.*set `env/, 'Agnostic/Secret'],
  ['a secret of that name in a replica region', stack => {
    const far = farStack(stack);
    new SecretNamespace(far, 'Other', { environment: 'prod', service: 'orders' });
    new ManagedSecret(far, 'Secret', { deployedName: DeployedName.explicit('prod/payments/key') });
    return replicated(stack);
  }, /unique in its account and region, got "prod\/payments\/key", which Far\/Secret has already, in its replica region us-east-1/, SECRET_PATH],
  ['a namespace of that prefix in a replica region', stack => {
    new SecretNamespace(farStack(stack), 'Secrets', NAMESPACE);
    return namespaceWith([REPLICA])(stack);
  }, /must give a prefix of its own, got "prod\/payments\/"/, NAMESPACE_PATH],
  ['the id of a support stack', stack => {
    testStack('Stack-keys-us-east-1', stack.node.root as never);
    return namespaceWith([REPLICA])(stack);
  }, /this id must be left to the stack of the keys in us-east-1/, 'Stack-keys-us-east-1'],
  ['a replica of a region without one', stack => replicated(stack).replica('us-west-2'), /`replica` must be asked for a region of the secret's replicas, got "us-west-2"; there are us-east-1/, SECRET_PATH],
  ['a region that is added later', stack => replicated(stack).addReplicaRegion('us-west-2'), /`replicas` must hold every region.*ReplicaRegion.of\("us-west-2"\)/, SECRET_PATH],
  ['sharing a replica under the AWS managed key', stack => CrossAccountSecretPolicy.forSecret(stack, 'Share', replicatedTo(to(REPLICA, SecretEncryption.awsManagedKey()))(stack), { readers: [SecretReader.account(OTHER_ACCOUNT)] }), /must be encrypted under a customer managed key.*in us-east-1 too/, 'Stack/Share'],
  ['sharing a replica under a key of somebody else', stack => CrossAccountSecretPolicy.forSecret(stack, 'Share', replicatedTo(to(REPLICA, SecretEncryption.customerManagedKeyByAlias('alias/theirs')))(stack), { readers: [SecretReader.account(OTHER_ACCOUNT)] }), /must be of this app.*secretsmanager.us-east-1.amazonaws.com/, 'Stack/Share'],

  // Operating
  ['a promotion in the primary\'s region', stack => new ReplicaPromotion(stack, 'Promotion', { secrets: [replicated(stack)] }), /in a stack of a replica region of Stack\/Secret \(us-east-1\), got one of eu-west-1/, 'Stack/Promotion'],
  ['a promotion of secrets of two primary regions', stack => {
    const other = testStack('Other', stack.node.root as never, { ...ENV, region: 'eu-central-1' });
    const elsewhere = new SecretNamespace(other, 'Secrets', { environment: 'prod', service: 'other', replicaRegions: ['us-east-1'] });
    const second = new ReplicatedSecret(other, 'Secret', { namespace: elsewhere, purpose: 'key' });
    return new ReplicaPromotion(farStack(stack), 'Promotion', { secrets: [replicated(stack), second] });
  }, /`secrets` must have their primaries in one region, got eu-west-1, eu-central-1/, 'Far/Promotion'],
  ['a promotion of nothing', stack => new ReplicaPromotion(farStack(stack), 'Promotion', { secrets: [] }), /`secrets` must name at least one/, 'Far/Promotion'],
  ['a promotion of a generated name', stack => {
    namespaceWith([REPLICA])(stack);
    return new ReplicaPromotion(farStack(stack), 'Promotion', { secrets: [new ReplicatedSecret(stack, 'Secret', { deployedName: DeployedName.generated() })] });
  }, /must have a name that is known at synthesis/, 'Far/Promotion'],
];

test.each(CASES)('%s', (_, act, message, path) => {
  const thrown = () => act(testStack());
  expect(thrown).toThrow(message);
  expect(thrown).toThrow(expect.objectContaining({ name: 'ManagedSecretsError', constructPath: path }));
  expect(leftovers.splice(0)).toEqual([]);
});

test('the plain L2 accepts a region twice, and crashes on a replica key', () => {
  const stack = testStack();
  const secret = new secretsmanager.Secret(stack, 'L2', { replicaRegions: [{ region: REPLICA }, { region: REPLICA }] });
  const replicaKey = new kms.CfnReplicaKey(stack, 'Key', { primaryKeyArn: keyArn('us-west-2', MULTI), keyPolicy: new iam.PolicyDocument() });
  expect(() => secret.addReplicaRegion('us-west-2', replicaKey as never)).toThrow(TypeError);
});
