import { aws_eks_v2 as eks, aws_iam as iam, aws_kms as kms, CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import {
  DeployedName, ExternalSecretOptions, ExternalSecretRefreshPolicy, ExternalSecretsConsumerProps, ExternalSecretsReloader, IManagedSecret,
  KubernetesIdentity, ManagedSecret, RotationSchedule, RotationStrategy, SecretEncryption, SecretField, SecretsStoreAddon, SecretsStoreConsumerProps,
} from 'cdk-managed-secrets';
import { controllerRole, dbSecret, externalSecrets, importedCluster, irsa, mounted, podIdentity, reachableCluster, Secrets } from './clusters';
import { agnosticStack, ENV, OTHER_ACCOUNT, testApp, testStack } from '../../support/test-app';
import { database } from '../follow';

const AWS_KEY = SecretEncryption.awsManagedKey();
const external = (props: Partial<ExternalSecretsConsumerProps>) => (secrets: Secrets) => externalSecrets(secrets, props);
const oneSecret = (options: Partial<ExternalSecretOptions>) => (secrets: Secrets) =>
  externalSecrets(secrets, { externalSecrets: [dbSecret(secrets, options)] });
const field = (name: string) => (secrets: Secrets) =>
  externalSecrets(secrets, { externalSecrets: [{ name: 'db', data: { A: SecretField.of(secrets.db, name) } }] });
const files = (props: Partial<SecretsStoreConsumerProps>) => (secrets: Secrets) => mounted(secrets, props);
const file = (name: string, jsonField?: string) => (secrets: Secrets) =>
  mounted(secrets, { files: { [name]: SecretField.of(secrets.db, jsonField) } });
const reloader = (props: object = {}) => (secrets: Secrets) => new ExternalSecretsReloader(secrets.stack, 'Reloader', {
  consumers: [externalSecrets(secrets)], namespace: 'external-secrets', identity: irsa(secrets.stack, 'reloader'), ...props,
});

function theirs({ stack }: Secrets, region: string, account = ENV.account): IManagedSecret {
  return ManagedSecret.fromArn(stack, 'Theirs', `arn:aws:secretsmanager:${region}:${account}:secret:prod/theirs/key-a1b2c3`, AWS_KEY);
}

function withReader(read: (secrets: Secrets, secret: IManagedSecret) => unknown, props: object): (secrets: Secrets) => unknown {
  return secrets => read(secrets, database(secrets.stack, props, 'Rotated'));
}
const everyHour = (secrets: Secrets, secret: IManagedSecret, refreshInterval?: Duration) =>
  externalSecrets(secrets, { externalSecrets: [{ name: 'db', extract: [secret], refreshInterval }] });

/** What is wrong, what is done, and what the error says. */
const CASES: [string, (secrets: Secrets) => unknown, RegExp][] = [
  ['a namespace in capitals', external({ namespace: 'Payments' }), /`namespace` must be the name of a Kubernetes namespace: .*got "Payments"/],
  ['a namespace with a dot', external({ namespace: 'pay.ments' }), /`namespace` must be the name of a Kubernetes namespace/],
  ['a namespace of 64 characters', external({ namespace: 'a'.repeat(64) }), /at most 63/],
  ['a namespace that ends in a hyphen', files({ namespace: 'payments-' }), /`namespace` must be/],
  ['a name with an underscore', oneSecret({ name: 'db_password' }), /`name` must be the name of a Kubernetes object: .*got "db_password"/],
  ['a name of 254 characters', oneSecret({ name: 'a'.repeat(254) }), /at most 253/],
  ['an empty name', oneSecret({ name: '' }), /`name` must be/],
  ['a target with a slash', oneSecret({ targetName: 'a/b' }), /`targetName` must be/],
  ['a store with a space', external({ storeName: 'my store' }), /`storeName` must be/],
  ['a service account in capitals', secrets => externalSecrets(secrets, { identity: irsa(secrets.stack, 'Secrets') }), /`serviceAccountName` must be/],
  ['a class with an underscore', files({ className: 'api_secrets' }), /`className` must be/],
  ['no Kubernetes secret', external({ externalSecrets: [] }), /`externalSecrets` must name at least one/],
  ['no fields', oneSecret({ data: {} }), /`data` must have at least one entry/],
  ['a key with a space', secrets => externalSecrets(secrets, { externalSecrets: [{ name: 'db', data: { 'A B': secrets.password } }] }), /`data` must be keys of a Kubernetes Secret: .*got "A B"/],
  ['a key that leads out of the folder', secrets => externalSecrets(secrets, { externalSecrets: [{ name: 'db', data: { '..': secrets.password } }] }), /`data` must be keys/],
  ['two external secrets of one name', secrets => externalSecrets(secrets, { externalSecrets: [dbSecret(secrets), dbSecret(secrets, { targetName: 'b' })] }), /`name` must hold each name once, got "db" twice/],
  ['two that make one Kubernetes secret', secrets => externalSecrets(secrets, { externalSecrets: [dbSecret(secrets), dbSecret(secrets, { name: 'b', targetName: 'db' })] }), /`targetName` must hold each name once/],
  ['a field that is a pattern', field('pass*'), /`jsonField` must be letters.*got "pass\*"/],
  ['a field that is a function', field('@reverse'), /`jsonField` must be letters/],
  ['a field that is a pipe', field('a|b'), /`jsonField` must be letters/],
  ['an empty field', field(''), /`jsonField` must be letters/],
  ['an interval of a second', oneSecret({ refreshInterval: Duration.seconds(1) }), /`refreshInterval` must be at least 1 minute.*got 1 second/],
  ['no identity', external({ identity: undefined }), /`identity` must be a KubernetesIdentity/],
  ['the operator without a role', external({ identity: KubernetesIdentity.controllerRole(undefined as never) }), /must name the role of the controller, got none/],
  ['the operator with a role of another account',
    secrets => externalSecrets(secrets, { identity: KubernetesIdentity.controllerRole(iam.Role.fromRoleArn(secrets.stack, 'R', `arn:aws:iam::${OTHER_ACCOUNT}:role/eso`)) }),
    /must be a role of this stack's account 111122223333, got one of 444455556666/],
  ['Pod Identity for the operator', external({ identity: podIdentity() }), /must be the role of the operator.*controllerRole/],
  ['the role of the operator for pods', secrets => mounted(secrets, { identity: controllerRole(secrets.stack), className: 'api' }), /must be the service account of the pods/],
  ['an imported cluster without an identity provider',
    secrets => externalSecrets(secrets, { identity: KubernetesIdentity.irsa({ serviceAccountName: 'a', cluster: importedCluster(secrets.stack) }) }),
    /must have the identity provider of the cluster.*fromOpenIdConnectProviderArn/],
  ['IRSA without a cluster', external({ identity: KubernetesIdentity.irsa({ serviceAccountName: 'a' }) }), /must have the identity provider of the cluster/],
  ['a secret of another region', secrets => externalSecrets(secrets, { externalSecrets: [{ name: 'a', extract: [theirs(secrets, 'us-east-1')] }] }),
    /`externalSecrets` must be in eu-west-1, where it is read, and Stack\/Theirs is in us-east-1/],
  ['a file of a secret of another region', secrets => mounted(secrets, { files: { a: SecretField.of(theirs(secrets, 'us-east-1')) } }), /`files` must be in eu-west-1/],
  ['a secret without a replica in the region that is failed over to', files({ failoverRegion: 'eu-central-1' }),
    /`files` must be in eu-central-1, .*Stack\/Stripe is in eu-west-1.*ReplicaRegion\.of\("eu-central-1"\)/],
  ['its own region to fail over to', files({ failoverRegion: ENV.region }), /`failoverRegion` must be another region/],
  ['a region that is no region', files({ failoverRegion: 'frankfurt' }), /`failoverRegion` must be a region/],
  ['no files', files({ files: {} }), /`files` must have at least one entry/],
  ['a file in a folder', file('db/password'), /`files` must be names of files: .*got "db\/password"/],
  ['a file that leads out of the folder', file('..'), /`files` must be names of files/],
  ['a field with a quote', file('a', 'a"b'), /`jsonField` must be a text without quotes.*JMESPath cannot take, got "a\\"b"/],
  ['a field with a line break', file('a', 'a\nb'), /JMESPath cannot take/],
  ['a field without a character', file('a', ''), /JMESPath cannot take/],
  ['a synced secret of a file that there is not', files({ syncedSecrets: [{ name: 'db', data: { A: 'password' } }] }), /must name files of `files`, got "password"; there are db-password, stripe/],
  ['a synced secret without a key', files({ syncedSecrets: [{ name: 'db', data: {} }] }), /`syncedSecrets` must have at least one entry/],
  ['a synced secret that the add-on does not allow',
    secrets => mounted(secrets, {
      addon: new SecretsStoreAddon(secrets.stack, 'Addon', { cluster: importedCluster(secrets.stack) }), rotationPollInterval: undefined, syncedSecrets: [{ name: 'db', data: { A: 'stripe' } }],
    }), /must be allowed by the add-on, and Stack\/Addon does not; set `syncSecrets: true`/],
  ['an add-on, and another interval', secrets => mounted(secrets, { addon: new SecretsStoreAddon(secrets.stack, 'Addon', { cluster: importedCluster(secrets.stack) }) }),
    /at most one of `addon` and `rotationPollInterval`/],
  ['an add-on that reads every second', ({ stack }) => new SecretsStoreAddon(stack, 'Addon', { cluster: importedCluster(stack), rotationPollInterval: Duration.seconds(1) }),
    /`rotationPollInterval` must be at least 1 minute/],
  ['the add-on on Fargate', ({ stack }) => new SecretsStoreAddon(stack, 'Addon', { cluster: fargate(stack) }), /must have nodes of Amazon EC2.*use ExternalSecretsConsumer/],
  ['an interval longer than the time between two rotations',
    withReader((secrets, secret) => everyHour(secrets, secret, Duration.hours(4)), { schedule: RotationSchedule.every(Duration.hours(4)) }),
    /`refreshInterval` must be shorter than the time between two rotations of Stack\/Rotated, which is 4 hours, got 4 hours/],
  ['files that are read again too late',
    withReader((secrets, secret) => mounted(secrets, { files: { a: SecretField.of(secret, 'password') }, rotationPollInterval: Duration.hours(5) }), {}),
    /`rotationPollInterval` must be shorter than the time between two rotations/],
  ['a Reloader without consumers', reloader({ consumers: [] }), /`consumers` must name at least one/],
  ['a Reloader with Pod Identity', reloader({ identity: podIdentity() }), /must be KubernetesIdentity\.irsa/],
  ['a Reloader in a namespace that is none', reloader({ namespace: 'External' }), /`namespace` must be/],
  ['a Config that is no name', reloader({ configName: 'My Config' }), /`configName` must be/],
];

function fargate(stack: Stack): eks.ICluster {
  return Object.create(eks.FargateCluster.prototype, { node: { value: stack.node } });
}

test.each(CASES)('%s', (_, attempt, words) => {
  expect(() => attempt(new Secrets())).toThrow(words);
});

test.each(CASES)('%s names the construct, and leaves no role behind', (_, attempt) => {
  const secrets = new Secrets();
  const [, construct] = /\[at Stack\/(\w+)\]$/.exec(messageOf(() => attempt(secrets))) ?? [];
  expect(['Payments', 'Api', 'Addon', 'Reloader']).toContain(construct);
  expect(secrets.stack.node.findAll().filter(each => each instanceof iam.CfnRole && each.node.path.startsWith(`Stack/${construct}/`))).toEqual([]);
});

function messageOf(attempt: () => unknown): string {
  try {
    attempt();
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('what YAML cannot hold', () => {
  test('a stack without an environment', () => {
    const stack = agnosticStack();
    const secret = ManagedSecret.fromName(stack, 'Key', 'prod/payments/key', AWS_KEY);
    const identity = KubernetesIdentity.controllerRole(iam.Role.fromRoleArn(stack, 'Controller', `arn:aws:iam::${ENV.account}:role/eso`));
    expect(() => externalSecrets({ stack } as Secrets, { identity, externalSecrets: [{ name: 'a', extract: [secret] }] })).toThrow(/without `cluster`.*set `env: \{ account, region \}`/);
  });

  test('a name that CloudFormation makes', () => {
    const secrets = new Secrets();
    const generated = new ManagedSecret(secrets.stack, 'Generated', { namespace: secrets.db.namespace, deployedName: DeployedName.generated(), encryption: AWS_KEY, replicas: [] });
    const of = { externalSecrets: [{ name: 'a', extract: [generated] }] };
    expect(() => externalSecrets(secrets, of)).toThrow(/without `cluster`, the objects become YAML, and `key` is known at deployment only/);
    expect(() => externalSecrets(secrets, { ...of, cluster: reachableCluster(secrets.stack) }, 'Applied')).not.toThrow();
  });

  test('a name that is a parameter', () => {
    const secrets = new Secrets();
    const namespace = new CfnParameter(secrets.stack, 'Parameter').valueAsString;
    expect(() => externalSecrets(secrets, { namespace })).toThrow(/`namespace` is known at deployment only/);
  });
});

test('one object of two constructs', () => {
  const secrets = new Secrets();
  externalSecrets(secrets);
  expect(() => externalSecrets(secrets, {}, 'Again')).toThrow(/Stack\/Payments makes the ServiceAccount secrets of payments already; give one of them another name \[at Stack\/Again\]/);
  const elsewhere = new Secrets(testStack('Elsewhere', secrets.stack.node.root as ReturnType<typeof testApp>, { ...ENV, account: OTHER_ACCOUNT }));
  expect(() => externalSecrets(elsewhere)).not.toThrow();
});

test('a secret of another account is known by its complete ARN', () => {
  const secrets = new Secrets();
  const arn = `arn:aws:secretsmanager:${ENV.region}:${OTHER_ACCOUNT}:secret:prod/theirs/key-a1b2c3`;
  const keyArn = `arn:aws:kms:${ENV.region}:${OTHER_ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
  const encryption = SecretEncryption.customerManagedKey(kms.Key.fromKeyArn(secrets.stack, 'TheirKey', keyArn));
  const shared = ManagedSecret.fromAttributes(secrets.stack, 'Shared', { secretCompleteArn: arn, encryption, sharedByOwner: true });
  const object = externalSecrets(secrets, { externalSecrets: [{ name: 'a', extract: [shared] }] }).kubernetesObjects.at(-1);
  expect(object.spec.dataFrom).toEqual([{ extract: { key: arn } }]);
  const partial = ManagedSecret.fromAttributes(secrets.stack, 'Partial', { secretPartialArn: arn.slice(0, -7), encryption, sharedByOwner: true });
  expect(() => externalSecrets(secrets, { namespace: 'b', externalSecrets: [{ name: 'a', extract: [partial] }] }, 'B')).toThrow(/must be known by its complete ARN, and Stack\/Partial of 444455556666 is not/);
});

test('a Reloader of a secret whose events stay in another account', () => {
  const secrets = new Secrets();
  const { stack } = secrets;
  const encryption = SecretEncryption.customerManagedKey(kms.Key.fromKeyArn(stack, 'TheirKey', `arn:aws:kms:${ENV.region}:${OTHER_ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`));
  const secretCompleteArn = `arn:aws:secretsmanager:${ENV.region}:${OTHER_ACCOUNT}:secret:prod/theirs/key-a1b2c3`;
  const shared = ManagedSecret.fromAttributes(stack, 'Shared', { secretCompleteArn, encryption, sharedByOwner: true });
  const consumers = [externalSecrets(secrets, { namespace: 'theirs', externalSecrets: [{ name: 'a', extract: [shared] }] }, 'Theirs')];
  expect(messageOf(() => reloader({ consumers })(secrets))).toMatch(/got Stack\/Shared of 444455556666 in .*, where its events stay.* \[at Stack\/Reloader\]$/);
  expect(stack.node.tryFindChild('Reloader')).toBeUndefined();
});

describe('how long an older value is used', () => {
  const warningsOf = (attempt: (secrets: Secrets) => unknown) => {
    const secrets = new Secrets();
    attempt(secrets);
    return Annotations.fromStack(secrets.stack).findWarning('*', Match.stringLikeRegexp('olderValue')).map(({ entry }) => String(entry.data));
  };

  test('a password that dies at once is warned of, with what helps', () => {
    const [warning] = warningsOf(withReader(everyHour, { strategy: RotationStrategy.singleUser() }));
    expect(warning).toContain('the ExternalSecret db of payments is read every 1 hour');
    expect(warning).toContain('ExternalSecretsReloader');
  });

  test('an interval within the overlap is not', () => {
    expect(warningsOf(withReader(everyHour, {}))).toEqual([]);
  });

  test('a value that is read once is', () => {
    const once = (secrets: Secrets, secret: IManagedSecret) =>
      externalSecrets(secrets, { externalSecrets: [{ name: 'db', extract: [secret], refreshPolicy: ExternalSecretRefreshPolicy.CREATED_ONCE }] });
    expect(warningsOf(withReader(once, {}))[0]).toContain('the ExternalSecret db of payments is not read again by itself');
  });

  test('files are, where nobody says how often the driver reads', () => {
    const mount = (secrets: Secrets, secret: IManagedSecret) =>
      mounted(secrets, { files: { a: SecretField.of(secret) }, rotationPollInterval: undefined });
    expect(warningsOf(withReader(mount, {}))[0]).toContain('keep them until they are started anew');
  });
});
