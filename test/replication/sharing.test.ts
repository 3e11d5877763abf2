import { App, aws_iam as iam, Stack } from 'aws-cdk-lib';
import { CrossAccountSecretPolicy, ManagedSecret, ReplicaRegion, ReplicatedSecret, SecretNamespace, SecretReader } from 'cdk-managed-secrets';
import { ACCOUNT, OTHER_REPLICA, PRIMARY, REPLICA } from './three-regions';
import { resolveTemplates } from '../../src/review/assembly/resolve-templates';
import { AccessModel, accessModel, directDecrypt, readSecret, replicaIn, roleOf, Secret, secretOf, writeSecret } from '../../tools/access';
import { OTHER_ACCOUNT, onlyResource, role, testApp, testStack } from '../support/test-app';

const NAMESPACE = { environment: 'prod', service: 'payments' };
const [SHARED, PARTLY, WRITABLE, PRIVATE] = ['shared', 'partly', 'writable', 'private'].map(purpose => `prod/payments/${purpose}`);

/** The owner's app, and the reader's in another account, which knows the owner's names alone. */
function ownerAndReader(app: App, share = true) {
  const owner = testStack('owner', app);
  new SecretNamespace(owner, 'Secrets', { ...NAMESPACE, replicaRegions: [OTHER_REPLICA, REPLICA] });
  const secret = (id: string, props: object = {}) => new ReplicatedSecret(owner, id, { purpose: id.toLowerCase(), ...props });
  const [all, partly, writable] = [secret('Shared'), secret('Partly', { replicas: [ReplicaRegion.of(REPLICA)] }), secret('Writable')];
  secret('Private');
  if (share) {
    const readers = [SecretReader.role(`arn:aws:iam::${OTHER_ACCOUNT}:role/reporting`)];
    CrossAccountSecretPolicy.forSecret(owner, 'ShareAll', all, { readers });
    CrossAccountSecretPolicy.forSecret(owner, 'SharePartly', partly, { readers });
    CrossAccountSecretPolicy.forSecret(owner, 'ShareWritable', writable, { readWriters: readers });
  }

  const reader = new Stack(app, 'reader', { env: { account: OTHER_ACCOUNT, region: PRIMARY } });
  const namespace = SecretNamespace.fromAttributes(reader, 'Payments', {
    ...NAMESPACE, account: ACCOUNT, replicaRegions: [OTHER_REPLICA, REPLICA], sharedByOwner: true,
  });
  const reporting = role(reader, 'Reporting');
  (reporting.node.defaultChild as any).roleName = 'reporting';
  const stranger = role(reader, 'Stranger');
  for (const purpose of ['shared', 'partly', 'writable']) {
    const imported = ManagedSecret.fromNamespace(reader, purpose, { namespace, purpose });
    [reporting, stranger].forEach(each => imported.grantRead(each));
    imported.grantWrite(reporting);
  }
  return { owner, reader };
}

let model: AccessModel;
beforeAll(() => {
  const app = testApp();
  ownerAndReader(app);
  model = accessModel(resolveTemplates(app.synth()));
});

const inRegion = (region: string, name: string): Secret => region === PRIMARY ? secretOf(model, name) : replicaIn(model, region, name);
const read = async (who: string, region: string, name: string) => (await readSecret(model, roleOf(model, `reader/${who}`), inRegion(region, name).arn)).decision;

test.each([
  ['Reporting', PRIMARY, SHARED, 'Allowed'],
  ['Reporting', REPLICA, SHARED, 'Allowed'],
  ['Reporting', OTHER_REPLICA, SHARED, 'Allowed'],
  ['Reporting', REPLICA, PARTLY, 'Allowed'],
  ['Reporting', REPLICA, WRITABLE, 'Allowed'],
  ['Reporting', REPLICA, PRIVATE, 'ImplicitlyDenied'],
  ['Stranger', PRIMARY, SHARED, 'ImplicitlyDenied'],
  ['Stranger', REPLICA, SHARED, 'ImplicitlyDenied'],
])('%s, reading in %s the replica of %s: %s', async (who, region, name, expected) => {
  expect(await read(who, region, name)).toBe(expected);
});

test('a replica is neither written nor decrypted directly from another account', async () => {
  const reporting = roleOf(model, 'reader/Reporting');
  const replica = replicaIn(model, REPLICA, WRITABLE);
  expect((await writeSecret(model, reporting, secretOf(model, WRITABLE).arn)).decision).toBe('Allowed');
  expect((await writeSecret(model, reporting, replica.arn)).decision).toBe('ImplicitlyDenied');
  expect(await directDecrypt(model, reporting, replica.arn)).toBe('ImplicitlyDenied');
});

test('without the owner\'s half nothing is read, in any region', async () => {
  const app = testApp();
  ownerAndReader(app, false);
  model = accessModel(resolveTemplates(app.synth()));
  for (const region of [PRIMARY, REPLICA, OTHER_REPLICA]) expect(await read('Reporting', region, SHARED)).toBe('ImplicitlyDenied');
});

test('the policy of a replica key lets readers in for the secrets that are replicated there, and to decrypt', () => {
  const app = testApp();
  ownerAndReader(app);
  const shared = (region: string) => onlyResource(app.node.findChild(`owner-keys-${region}`) as Stack, 'AWS::KMS::ReplicaKey').Properties.KeyPolicy.Statement
    .filter((each: any) => JSON.stringify(each.Principal).includes(OTHER_ACCOUNT));
  const statement = (region: string, name: string) => ({
    Effect: 'Allow',
    Action: 'kms:Decrypt',
    Principal: { AWS: `arn:aws:iam::${OTHER_ACCOUNT}:root` },
    Resource: '*',
    Condition: {
      StringEquals: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` },
      StringLike: { 'kms:EncryptionContext:SecretARN': [`arn:aws:secretsmanager:${region}:${ACCOUNT}:secret:${name}-??????`] },
      ArnEquals: { 'aws:PrincipalArn': [`arn:aws:iam::${OTHER_ACCOUNT}:role/reporting`] },
    },
  });
  expect(shared(REPLICA)).toEqual([SHARED, PARTLY, WRITABLE].map(name => statement(REPLICA, name)));
  expect(shared(OTHER_REPLICA)).toEqual([SHARED, WRITABLE].map(name => statement(OTHER_REPLICA, name)));
});

test('a shared namespace lets readers in for every secret of it, in each of its regions', () => {
  const app = testApp();
  const owner = testStack('owner', app);
  const namespace = new SecretNamespace(owner, 'Secrets', { ...NAMESPACE, replicaRegions: [REPLICA] });
  CrossAccountSecretPolicy.forNamespace(owner, 'Share', namespace, { readers: [SecretReader.account(OTHER_ACCOUNT)] });
  const { Statement } = onlyResource(app.node.findChild(`owner-keys-${REPLICA}`) as Stack, 'AWS::KMS::ReplicaKey').Properties.KeyPolicy;
  expect(Statement.at(-1).Condition.StringLike).toEqual({
    'kms:EncryptionContext:SecretARN': [`arn:aws:secretsmanager:${REPLICA}:${ACCOUNT}:secret:prod/payments/*`],
  });
});

test('a role of another account in this app is granted reads in every region at once', async () => {
  const app = testApp();
  const owner = testStack('owner', app);
  new SecretNamespace(owner, 'Secrets', { ...NAMESPACE, replicaRegions: [REPLICA] });
  const stack = new Stack(app, 'reader', { env: { account: OTHER_ACCOUNT, region: PRIMARY } });
  const reader = new iam.Role(stack, 'Reporting', { roleName: 'reporting', assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  const secret = new ReplicatedSecret(owner, 'Shared', { purpose: 'shared' });
  secret.grantRead(reader);
  model = accessModel(resolveTemplates(app.synth()));
  expect(await read('Reporting', PRIMARY, SHARED)).toBe('Allowed');
  expect(await read('Reporting', REPLICA, SHARED)).toBe('Allowed');
});
