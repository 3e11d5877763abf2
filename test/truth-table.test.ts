import { App, Stack, Stage, Tags } from 'aws-cdk-lib';
import { ManagedSecret, SecretNamespace } from 'cdk-managed-secrets';
import { role as roleIn, testApp } from './support/test-app';
import { build } from '../examples/golden-path/app';
import { resolveTemplates } from '../src/review/assembly/resolve-templates';
import { ROTATION_TAG_KEYS } from '../src/rotation/contract/tags';
import {
  AccessModel, accessModel, administrator, decide, Decision, directDecrypt, Principal, principalWith, readSecret, roleOf, secretOf, writeSecret,
} from '../tools/access';

/**
 * Who may do what in the golden path, decided by an IAM simulator over the synthesized templates. Each line of the security
 * model (docs/architecture.md) that can be decided has its rows here.
 */

const ACCOUNT = '111122223333';
const OTHER_ACCOUNT = '444455556666';
const REGION = 'eu-west-1';
const ORGANIZATION = { organizationId: 'o-a1b2c3d4e5' };

const DATABASE = 'prod/payments/db-credentials';
const STRIPE = 'prod/payments/stripe/api_key';
const WEBHOOK = 'prod-payments-webhook';
const STAGING_DATABASE = 'staging/payments/db-credentials';

/** The golden path, and in its prod stage one role for each kind of grant. */
function goldenPathWithEveryGrant(): App {
  const app = testApp();
  build(app);
  const stage = app.node.findChild('prod') as Stage;
  const owner = stage.node.findChild('payments-secrets');
  const database = owner.node.findChild('DatabaseCredentials') as ManagedSecret;
  const webhook = owner.node.findChild('WebhookSigningKey') as ManagedSecret;
  const namespace = SecretNamespace.of(owner);
  const stack = new Stack(stage, 'payments-operations', { env: { account: ACCOUNT, region: REGION } });
  const grantee = (id: string) => roleIn(stack, id);
  const managers = grantee('Manager');
  database.grantWrite(grantee('Writer'));
  database.grantRotate(grantee('Rotator'));
  for (const each of [database, webhook]) each.grantManage(managers);
  database.grantBatchRead(grantee('BatchReader'));
  database.grantRead(grantee('CurrentReader'), ['AWSCURRENT']);
  webhook.grantRead(grantee('WebhookReader'));
  namespace.grantRead(grantee('PrefixReader'));
  namespace.grantWrite(grantee('PrefixWriter'));
  for (const service of ['payments', 'fraud']) {
    const reader = grantee(`TagReader-${service}`);
    Tags.of(reader).add('service', service);
    namespace.grantReadByTags(reader, ['service']);
  }
  database.encryptionKey!.grantDecrypt(grantee('KeyUser'));
  return app;
}

let model: AccessModel;

beforeAll(() => {
  model = accessModel(resolveTemplates(goldenPathWithEveryGrant().synth()), ORGANIZATION);
});

const VIA = { 'kms:ViaService': `secretsmanager.${REGION}.amazonaws.com` };
const allow = (...actions: string[]) => [{ Effect: 'Allow' as const, Action: actions, Resource: '*' }];

/** Everybody who asks. */
const WHO = {
  'the worker': () => roleOf(model, 'prod/payments-service/WorkerTask/ExecutionRole'),
  'the worker\'s own task': () => roleOf(model, 'prod/payments-service/WorkerTask/TaskRole'),
  'the charge function': () => roleOf(model, 'prod/payments-service/ChargeCardRole'),
  'the report': () => roleOf(model, 'prod/payments-reporting/NightlyReport'),
  'the staging worker': () => roleOf(model, 'staging/payments-service/WorkerTask/ExecutionRole'),
  'the staging report': () => roleOf(model, 'staging/payments-reporting/NightlyReport'),
  'the writer': () => roleOf(model, 'prod/payments-operations/Writer'),
  'the rotator': () => roleOf(model, 'prod/payments-operations/Rotator'),
  'the manager': () => roleOf(model, 'prod/payments-operations/Manager'),
  'the batch reader': () => roleOf(model, 'prod/payments-operations/BatchReader'),
  'the reader of AWSCURRENT': () => roleOf(model, 'prod/payments-operations/CurrentReader'),
  'the reader of the webhook': () => roleOf(model, 'prod/payments-operations/WebhookReader'),
  'the reader of the prefix': () => roleOf(model, 'prod/payments-operations/PrefixReader'),
  'the reader by tags': () => roleOf(model, 'prod/payments-operations/TagReader-payments'),
  'the reader by other tags': () => roleOf(model, 'prod/payments-operations/TagReader-fraud'),
  'the writer of the prefix': () => roleOf(model, 'prod/payments-operations/PrefixWriter'),
  'the user of the key': () => roleOf(model, 'prod/payments-operations/KeyUser'),
  'the administrator': () => administrator(ACCOUNT, ORGANIZATION),
  'an administrator outside of the organization': () => administrator(ACCOUNT),
  'a staging administrator': () => administrator(ACCOUNT, { ...ORGANIZATION, roleName: 'staging-admin' }),
  'the administrator of another account': () => administrator(OTHER_ACCOUNT, ORGANIZATION),
  'somebody with kms:*': () => principalWith(ACCOUNT, allow('kms:*'), ORGANIZATION),
  'somebody with kms:Decrypt': () => principalWith(ACCOUNT, allow('kms:Decrypt'), ORGANIZATION),
  'somebody with secretsmanager:*': () => principalWith(ACCOUNT, allow('secretsmanager:*'), ORGANIZATION),
  'nobody in particular': () => principalWith(ACCOUNT, allow('s3:ListAllMyBuckets'), ORGANIZATION),
} satisfies Record<string, () => Principal>;

type Act = (who: Principal, secret: string) => Promise<Decision>;

const read: Act = async (who, secret) => (await readSecret(model, who, secret)).decision;
const write: Act = async (who, secret) => (await writeSecret(model, who, secret)).decision;
const decryptDirectly: Act = (who, secret) => directDecrypt(model, who, secret);
const onSecret = (action: string, context?: Record<string, string | string[]>): Act => (principal, secret) =>
  decide(model, { principal, action: `secretsmanager:${action}`, resource: secretOf(model, secret).arn, context });
const onKey = (action: string, context?: Record<string, string>): Act => (principal, secret) =>
  decide(model, { principal, action: `kms:${action}`, resource: secretOf(model, secret).key!.arn, context });
const contextOf = (secretArn: string) => ({ ...VIA, 'kms:EncryptionContext:SecretARN': secretArn });
const ARN = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:`;

const YES: Decision = 'Allowed';
const NO: Decision = 'ImplicitlyDenied';
const NEVER: Decision = 'ExplicitlyDenied';

const TABLE: [keyof typeof WHO, string, Act, string, Decision][] = [
  // 1. A grant is complete: the secret and its key.
  ['the worker', 'reads', read, DATABASE, YES],
  ['the charge function', 'reads', read, STRIPE, YES],
  ['the report', 'reads (across stacks)', read, DATABASE, YES],
  ['the staging worker', 'reads', read, STAGING_DATABASE, YES],
  ['the staging report', 'reads', read, STAGING_DATABASE, YES],
  ['the reader of the webhook', 'reads (adopted name)', read, WEBHOOK, YES],
  ['the reader of the prefix', 'reads', read, DATABASE, YES],
  ['the reader of the prefix', 'reads', read, STRIPE, YES],
  ['the reader by tags', 'reads', read, STRIPE, YES],
  ['the batch reader', 'reads', read, DATABASE, YES],
  ['the rotator', 'reads', read, DATABASE, YES],
  ['the writer', 'writes', write, DATABASE, YES],
  ['the rotator', 'writes', write, DATABASE, YES],
  ['the writer of the prefix', 'writes', write, DATABASE, YES],
  ['the writer of the prefix', 'writes', write, STRIPE, YES],
  ['the administrator', 'reads', read, DATABASE, YES],

  // 2. A grant is that secret, and that permission.
  ['the worker', 'reads', read, STRIPE, NO],
  ['the charge function', 'reads', read, DATABASE, NO],
  ['the report', 'reads', read, STRIPE, NO],
  ['the worker\'s own task', 'reads', read, DATABASE, NO],
  ['the reader of the webhook', 'reads', read, DATABASE, NO],
  ['the reader of the prefix', 'reads (a name outside of the prefix)', read, WEBHOOK, NO],
  ['nobody in particular', 'reads', read, DATABASE, NO],
  ['the writer', 'reads', read, DATABASE, NO],
  ['the writer of the prefix', 'reads', read, DATABASE, NO],
  ['the manager', 'reads', read, DATABASE, NO],
  ['the worker', 'writes', write, DATABASE, NO],
  ['the reader of the prefix', 'writes', write, DATABASE, NO],
  ['the batch reader', 'writes', write, DATABASE, NO],
  ['the manager', 'writes', write, DATABASE, NO],
  ['the writer', 'writes', write, STRIPE, NO],
  ['the writer', 'updates the secret', onSecret('UpdateSecret'), DATABASE, NO],
  ['the writer', 'changes the policy', onSecret('PutResourcePolicy'), DATABASE, NO],
  ['the writer', 'deletes', onSecret('DeleteSecret'), DATABASE, NEVER],
  ['the rotator', 'updates the secret', onSecret('UpdateSecret'), DATABASE, NO],
  ['the rotator', 'reads', read, STRIPE, NO],

  // 3. The condition on staging labels stands on GetSecretValue alone.
  ['the reader of AWSCURRENT', 'gets AWSCURRENT', onSecret('GetSecretValue', { 'secretsmanager:VersionStage': 'AWSCURRENT' }), DATABASE, YES],
  ['the reader of AWSCURRENT', 'gets AWSPREVIOUS', onSecret('GetSecretValue', { 'secretsmanager:VersionStage': 'AWSPREVIOUS' }), DATABASE, NO],
  ['the reader of AWSCURRENT', 'describes', onSecret('DescribeSecret'), DATABASE, YES],

  // 4. Managing is neither reading nor taking over.
  ['the manager', 'describes', onSecret('DescribeSecret'), DATABASE, YES],
  ['the manager', 'restores', onSecret('RestoreSecret'), DATABASE, YES],
  ['the manager', 'deletes with a recovery window', onSecret('DeleteSecret', { 'secretsmanager:ForceDeleteWithoutRecovery': 'false' }), WEBHOOK, YES],
  ['the manager', 'deletes without one', onSecret('DeleteSecret', { 'secretsmanager:ForceDeleteWithoutRecovery': 'true' }), WEBHOOK, NO],
  ['the manager', 'deletes what is rotated', onSecret('DeleteSecret', { 'secretsmanager:ForceDeleteWithoutRecovery': 'false' }), DATABASE, NEVER],
  ['the manager', 'rotates now', onSecret('RotateSecret'), DATABASE, YES],
  ['the manager', 'exchanges the rotation function', onSecret('RotateSecret', { 'secretsmanager:RotationLambdaARN': `arn:aws:lambda:${REGION}:${ACCOUNT}:function:evil` }), DATABASE, NO],
  ['the manager', 'changes the schedule', onSecret('RotateSecret', { 'secretsmanager:ModifyRotationRules': 'true' }), DATABASE, NO],
  ['the manager', 'tags', onSecret('TagResource', { 'aws:TagKeys': ['note'], 'aws:RequestTag/note': 'x' }), DATABASE, YES],
  ['the manager', 'takes a tag away', onSecret('UntagResource', { 'aws:TagKeys': ['note'] }), DATABASE, YES],
  ['the manager', 'changes the environment', onSecret('TagResource', { 'aws:TagKeys': ['note', 'environment'], 'aws:RequestTag/environment': 'x' }), DATABASE, NO],
  ['the manager', 'adds another environment', onSecret('TagResource', { 'aws:TagKeys': ['Environment'], 'aws:RequestTag/Environment': 'x' }), DATABASE, NO],
  ['the manager', 'takes the service away', onSecret('UntagResource', { 'aws:TagKeys': ['service'] }), DATABASE, NO],
  ['the manager', 'names another owner', onSecret('TagResource', { 'aws:TagKeys': ['owner'], 'aws:RequestTag/owner': 'x' }), DATABASE, NO],
  ...ROTATION_TAG_KEYS.flatMap((key): [keyof typeof WHO, string, Act, string, Decision][] => [
    ['the manager', `changes ${key}`, onSecret('TagResource', { 'aws:TagKeys': [key], [`aws:RequestTag/${key}`]: 'x' }), DATABASE, NO],
    ['the manager', `takes ${key} away`, onSecret('UntagResource', { 'aws:TagKeys': [key] }), DATABASE, NO],
  ]),
  ['the manager', 'changes the policy', onSecret('PutResourcePolicy'), DATABASE, NO],
  ['the manager', 'deletes', onSecret('DeleteSecret', { 'secretsmanager:ForceDeleteWithoutRecovery': 'false' }), STRIPE, NO],

  // 5. The key serves Secrets Manager, for this namespace, and nobody directly.
  ['the worker', 'decrypts directly', decryptDirectly, DATABASE, NO],
  ['the charge function', 'decrypts directly', decryptDirectly, STRIPE, NO],
  ['the administrator', 'decrypts directly', decryptDirectly, DATABASE, NO],
  ['somebody with kms:*', 'decrypts directly', decryptDirectly, DATABASE, NO],
  ['somebody with kms:Decrypt', 'decrypts directly', decryptDirectly, DATABASE, NO],
  ['the user of the key', 'decrypts directly', decryptDirectly, DATABASE, NO],
  ['the administrator', 'encrypts directly', onKey('Encrypt'), DATABASE, NO],
  ['the administrator', 'generates a data key directly', onKey('GenerateDataKey'), DATABASE, NO],
  ['the administrator', 'decrypts through another service', onKey('Decrypt', { 'kms:ViaService': `ssm.${REGION}.amazonaws.com`, 'kms:EncryptionContext:SecretARN': `${ARN}${DATABASE}-a1b2c3` }), DATABASE, NO],
  ['the administrator', 'decrypts through Secrets Manager of another region', onKey('Decrypt', { 'kms:ViaService': 'secretsmanager.us-east-1.amazonaws.com', 'kms:EncryptionContext:SecretARN': `${ARN}${DATABASE}-a1b2c3` }), DATABASE, NO],
  ['the administrator', 'decrypts for a secret of the namespace', onKey('Decrypt', contextOf(`${ARN}${DATABASE}-a1b2c3`)), DATABASE, YES],
  ['the administrator', 'decrypts for an adopted secret', onKey('Decrypt', contextOf(`${ARN}${WEBHOOK}-a1b2c3`)), DATABASE, YES],
  ['the administrator', 'decrypts for another namespace', onKey('Decrypt', contextOf(`${ARN}prod/fraud/model-a1b2c3`)), DATABASE, NO],
  ['the administrator', 'decrypts for another environment', onKey('Decrypt', contextOf(`${ARN}${STAGING_DATABASE}-a1b2c3`)), DATABASE, NO],
  ['the administrator', 'decrypts for a name that begins alike', onKey('Decrypt', contextOf(`${ARN}prod/payments-eu/key-a1b2c3`)), DATABASE, NO],
  ['the worker', 'decrypts for another secret of the namespace', onKey('Decrypt', contextOf(`${ARN}${STRIPE}-a1b2c3`)), DATABASE, NO],
  ['the administrator', 'validates a new secret of the namespace', onKey('GenerateDataKey', { ...contextOf(`${ARN}prod/payments/new-a1b2c3`), 'kms:EncryptionContext:SecretVersionId': 'RequestToValidateKeyAccess' }), DATABASE, YES],
  ['the administrator', 'moves a secret to the key', onKey('Encrypt', contextOf(`${ARN}${WEBHOOK}-a1b2c3`)), DATABASE, YES],
  ['the administrator', 'creates a grant on the key', onKey('CreateGrant'), DATABASE, NEVER],
  ['somebody with kms:*', 'creates a grant on the key', onKey('CreateGrant'), DATABASE, NEVER],
  ['the administrator', 'reads the key policy', onKey('GetKeyPolicy'), DATABASE, YES],
  ['the administrator', 'changes the key policy', onKey('PutKeyPolicy'), DATABASE, YES],
  ['the administrator', 'schedules the deletion of the key', onKey('ScheduleKeyDeletion'), DATABASE, YES],
  ['the administrator', 'enables the rotation of the key', onKey('EnableKeyRotation'), DATABASE, YES],
  ['the worker', 'changes the key policy', onKey('PutKeyPolicy'), DATABASE, NO],
  ['somebody with secretsmanager:*', 'reads without the key', read, DATABASE, NO],
  ['somebody with kms:Decrypt', 'reads without the secret', read, DATABASE, NO],

  // 6. Environments and accounts are apart, by the grants and by the guard rails.
  ['the reader by tags', 'reads staging', read, STAGING_DATABASE, NO],
  ['the reader by other tags', 'reads', read, STRIPE, NO],
  ['the worker', 'reads staging', read, STAGING_DATABASE, NO],
  ['the staging worker', 'reads prod', read, DATABASE, NEVER],
  ['the staging report', 'reads prod', read, DATABASE, NEVER],
  ['a staging administrator', 'reads prod', read, DATABASE, NEVER],
  ['a staging administrator', 'writes prod', write, DATABASE, NEVER],
  ['a staging administrator', 'reads staging', read, STAGING_DATABASE, YES],
  ['an administrator outside of the organization', 'reads prod', read, DATABASE, NEVER],
  ['an administrator outside of the organization', 'reads staging, which has no such guard rail', read, STAGING_DATABASE, YES],
  ['the administrator of another account', 'reads', read, DATABASE, NO],
  ['the administrator of another account', 'reads staging', read, STAGING_DATABASE, NO],
  ['the administrator of another account', 'decrypts directly', decryptDirectly, DATABASE, NO],
  ['the administrator of another account', 'changes the key policy', onKey('PutKeyPolicy'), DATABASE, NO],
  ['the administrator of another account', 'decrypts through Secrets Manager', onKey('Decrypt', contextOf(`${ARN}${DATABASE}-a1b2c3`)), DATABASE, NO],
];

test('the table has at least 60 decisions', () => {
  expect(TABLE.length).toBeGreaterThanOrEqual(60);
});

test.each(TABLE.map(row => [`${row[0]} ${row[1]}: ${row[3]}: ${row[4]}`, row] as const))('%s', async (_, [who, , act, secret, decision]) => {
  expect(await act(WHO[who](), secret)).toBe(decision);
});

