import { ACCOUNT, AWS_KEY, KEY, OTHER, OTHER_REPLICA, PRIMARY, REPLICA, threeRegions } from './three-regions';
import { resolveTemplates } from '../../src/review/assembly/resolve-templates';
import {
  AccessModel, accessModel, administrator, decide, Decision, directDecrypt, Principal, principalWith, readSecret, replicaIn, roleOf, Secret,
  secretOf, writeSecret,
} from '../../tools/access';

/** Who may do what with a primary and with its replicas, decided by an IAM simulator over the synthesized templates. */

let model: AccessModel;
beforeAll(() => {
  model = accessModel(resolveTemplates(threeRegions().app.synth()));
});

const WHO = {
  'the reader': () => roleOf(model, 'app-near/Reader'),
  'the batch reader': () => roleOf(model, 'app-near/BatchReader'),
  'the writer': () => roleOf(model, 'app-near/Writer'),
  'the manager': () => roleOf(model, 'app-near/Manager'),
  'the reader of the far replica': () => roleOf(model, 'app-near/FarReader'),
  'the local reader': () => roleOf(model, 'app-far/LocalReader'),
  'the local reader elsewhere': () => roleOf(model, 'app-elsewhere/LocalReader'),
  'the reader that fails over': () => roleOf(model, 'app-far/FailingOver'),
  'the reader of the prefix': () => roleOf(model, 'app-near/PrefixReader'),
  'the far reader of the prefix': () => roleOf(model, 'app-far/PrefixReader'),
  'the reader under the AWS managed key': () => roleOf(model, 'app-near/AwsKeyReader'),
  'the reader where there is no key': () => roleOf(model, 'app-strange/Reader'),
  'the reader of the replica where there is no key': () => roleOf(model, 'app-strange/FarReader'),
  'the reader of the prefix where there is no key': () => roleOf(model, 'app-strange/PrefixReader'),
  'the stranger': () => roleOf(model, 'app-strange/Stranger'),
  'the operator': () => roleOf(model, 'app-far/Operator'),
  'the runbook that promotes': () => roleOf(model, 'app-far/Promotion/Role'),
  'the watcher': () => roleOf(model, 'home/Monitoring/Watcher/Role'),
  'the administrator': () => administrator(ACCOUNT),
  'a staging administrator': () => administrator(ACCOUNT, { roleName: 'staging-admin' }),
  'the administrator of another account': () => administrator('444455556666'),
  'somebody with kms:*': () => principalWith(ACCOUNT, [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }]),
  'somebody with secretsmanager:*': () => principalWith(ACCOUNT, [{ Effect: 'Allow', Action: 'secretsmanager:*', Resource: '*' }]),
} satisfies Record<string, () => Principal>;

type Act = (who: Principal, secret: Secret) => Promise<Decision>;

const read: Act = async (who, { arn }) => (await readSecret(model, who, arn)).decision;
const write: Act = async (who, { arn }) => (await writeSecret(model, who, arn)).decision;
const decryptDirectly: Act = (who, { arn }) => directDecrypt(model, who, arn);
const onSecret = (action: string, context?: Record<string, string>): Act => (principal, { arn }) =>
  decide(model, { principal, action: `secretsmanager:${action}`, resource: arn, context });
/** KMS as a service of that region asks it, for the secret or for the one of that ARN. */
const onKey = (action: string, via: string, arnOf: (secret: Secret) => string = ({ arn }) => arn): Act => (principal, secret) => decide(model, {
  principal,
  action: `kms:${action}`,
  resource: secret.key!.arn,
  context: { 'kms:ViaService': `${via}.amazonaws.com`, 'kms:EncryptionContext:SecretARN': arnOf(secret) },
});
const replicateKeyTo = (region: string): Act => (principal, { key }) =>
  decide(model, { principal, action: 'kms:ReplicateKey', resource: key!.arn, context: { 'kms:ReplicaRegion': region } });

const YES: Decision = 'Allowed';
const NO: Decision = 'ImplicitlyDenied';
const NEVER: Decision = 'ExplicitlyDenied';

const TABLE: [keyof typeof WHO, string, Act, string, string, Decision][] = [
  // A grant on the secret covers its primary and its replicas.
  ['the reader', 'reads', read, KEY, PRIMARY, YES],
  ['the reader', 'reads', read, KEY, REPLICA, YES],
  ['the reader', 'reads', read, KEY, OTHER_REPLICA, YES],
  ['the batch reader', 'reads', read, KEY, REPLICA, YES],
  ['the reader', 'describes', onSecret('DescribeSecret'), KEY, REPLICA, YES],
  ['the reader that fails over', 'reads', read, KEY, REPLICA, YES],
  ['the reader that fails over', 'reads', read, KEY, PRIMARY, YES],
  ['the reader that fails over', 'reads', read, KEY, OTHER_REPLICA, YES],
  ['the reader under the AWS managed key', 'reads', read, AWS_KEY, PRIMARY, YES],
  ['the reader under the AWS managed key', 'reads', read, AWS_KEY, REPLICA, YES],
  ['the reader of the prefix', 'reads', read, KEY, PRIMARY, YES],
  ['the reader of the prefix', 'reads', read, KEY, REPLICA, YES],
  ['the reader of the prefix', 'reads', read, OTHER, REPLICA, YES],
  ['the far reader of the prefix', 'reads', read, KEY, REPLICA, YES],
  ['the far reader of the prefix', 'reads', read, KEY, PRIMARY, YES],

  // A grant on a replica is for that region.
  ['the local reader', 'reads', read, KEY, REPLICA, YES],
  ['the local reader', 'reads', read, KEY, PRIMARY, NO],
  ['the local reader', 'reads', read, KEY, OTHER_REPLICA, NO],
  ['the local reader elsewhere', 'reads', read, KEY, OTHER_REPLICA, YES],
  ['the local reader elsewhere', 'reads', read, KEY, REPLICA, NO],
  ['the local reader elsewhere', 'reads', read, KEY, PRIMARY, NO],
  ['the reader of the far replica', 'reads', read, KEY, REPLICA, YES],
  ['the reader of the far replica', 'reads', read, KEY, PRIMARY, NO],
  ['the local reader', 'reads', read, OTHER, REPLICA, NO],
  ['the reader', 'reads', read, OTHER, REPLICA, NO],
  ['the reader where there is no key', 'reads', read, KEY, PRIMARY, YES],
  ['the reader where there is no key', 'reads', read, KEY, REPLICA, YES],
  ['the reader where there is no key', 'reads', read, OTHER, PRIMARY, NO],
  ['the reader of the replica where there is no key', 'reads', read, KEY, REPLICA, YES],
  ['the reader of the replica where there is no key', 'reads', read, KEY, PRIMARY, NO],
  ['the reader of the prefix where there is no key', 'reads', read, OTHER, PRIMARY, YES],
  ['the reader of the prefix where there is no key', 'reads', read, OTHER, REPLICA, YES],
  ['the stranger', 'reads', read, KEY, REPLICA, NO],
  ['the stranger', 'reads', read, KEY, PRIMARY, NO],

  // A replica takes no changes, so that none is granted.
  ['the writer', 'writes', write, KEY, PRIMARY, YES],
  ['the writer', 'writes', write, KEY, REPLICA, NO],
  ['the local reader', 'writes', write, KEY, REPLICA, NO],
  ['the manager', 'restores', onSecret('RestoreSecret'), KEY, PRIMARY, YES],
  ['the manager', 'restores', onSecret('RestoreSecret'), KEY, REPLICA, NO],

  // A replica key is used through Secrets Manager of its region or of the primary's, for the secrets of the namespace.
  ['the administrator', 'reads', read, KEY, REPLICA, YES],
  ['the administrator', 'decrypts directly', decryptDirectly, KEY, PRIMARY, NO],
  ['the administrator', 'decrypts directly', decryptDirectly, KEY, REPLICA, NO],
  ['the administrator', 'decrypts directly', decryptDirectly, KEY, OTHER_REPLICA, NO],
  ['somebody with kms:*', 'decrypts directly', decryptDirectly, KEY, REPLICA, NO],
  ['the local reader', 'decrypts directly', decryptDirectly, KEY, REPLICA, NO],
  ['the reader', 'decrypts directly', decryptDirectly, KEY, REPLICA, NO],
  ['the administrator', 'replicates (new data key)', onKey('GenerateDataKey', `secretsmanager.${PRIMARY}`), KEY, REPLICA, YES],
  ['the administrator', 'replicates (encrypts)', onKey('Encrypt', `secretsmanager.${PRIMARY}`), KEY, REPLICA, YES],
  ['the administrator', 'replicates (encrypts, asked in the replica region)', onKey('Encrypt', `secretsmanager.${REPLICA}`), KEY, REPLICA, YES],
  ['the administrator', 'replicates (names the primary)', onKey('Encrypt', `secretsmanager.${PRIMARY}`, ({ name }) => secretOf(model, name).arn), KEY, REPLICA, YES],
  ['the administrator', 'uses the replica key from a third region', onKey('Decrypt', `secretsmanager.${OTHER_REPLICA}`), KEY, REPLICA, NO],
  ['the administrator', 'uses the primary key from a replica region', onKey('Decrypt', `secretsmanager.${REPLICA}`), KEY, PRIMARY, NO],
  ['the administrator', 'uses the replica key through another service', onKey('Decrypt', `s3.${REPLICA}`), KEY, REPLICA, NO],
  ['the administrator', 'uses it for a secret of another namespace', onKey('Decrypt', `secretsmanager.${REPLICA}`, ({ arn }) => arn.replace('payments', 'orders')), KEY, REPLICA, NO],
  ['the administrator', 'makes a grant on the replica key', onKey('CreateGrant', `secretsmanager.${REPLICA}`), KEY, REPLICA, NEVER],
  ['the local reader', 'decrypts another secret', onKey('Decrypt', `secretsmanager.${REPLICA}`, ({ arn }) => arn.replace('api_key', 'other')), KEY, REPLICA, NO],
  ['the administrator of another account', 'reads', read, KEY, REPLICA, NO],
  ['somebody with secretsmanager:*', 'reads', read, KEY, REPLICA, NO],

  // The resource policy is copied to the replicas.
  ['a staging administrator', 'reads', read, KEY, PRIMARY, NEVER],
  ['a staging administrator', 'reads', read, KEY, REPLICA, NEVER],

  // CloudFormation makes replica keys where the namespace has a region, and nowhere else.
  ['the administrator', 'replicates the key to a replica region', replicateKeyTo(REPLICA), KEY, PRIMARY, YES],
  ['the administrator', 'replicates the key to a strange region', replicateKeyTo('ap-south-1'), KEY, PRIMARY, NO],

  // Promotion and watching see no value.
  ['the runbook that promotes', 'describes', onSecret('DescribeSecret'), KEY, REPLICA, YES],
  ['the runbook that promotes', 'promotes', onSecret('StopReplicationToReplica'), KEY, REPLICA, YES],
  ['the runbook that promotes', 'promotes', onSecret('StopReplicationToReplica'), OTHER, REPLICA, YES],
  ['the runbook that promotes', 'promotes', onSecret('StopReplicationToReplica'), KEY, OTHER_REPLICA, NO],
  ['the runbook that promotes', 'promotes', onSecret('StopReplicationToReplica'), AWS_KEY, REPLICA, NO],
  ['the runbook that promotes', 'reads', read, KEY, REPLICA, NO],
  ['the runbook that promotes', 'removes replicas', onSecret('RemoveRegionsFromReplication'), KEY, PRIMARY, NO],
  ['the runbook that promotes', 'deletes', onSecret('DeleteSecret'), KEY, REPLICA, NO],
  ['the operator', 'promotes without the runbook', onSecret('StopReplicationToReplica'), KEY, REPLICA, NO],
  ['the watcher', 'describes', onSecret('DescribeSecret'), KEY, PRIMARY, YES],
  ['the watcher', 'describes', onSecret('DescribeSecret'), OTHER, PRIMARY, YES],
  ['the watcher', 'reads', read, KEY, PRIMARY, NO],
  ['the watcher', 'reads', read, AWS_KEY, PRIMARY, NO],
  ['the watcher', 'reads', read, KEY, REPLICA, NO],
  ['the watcher', 'writes', write, KEY, PRIMARY, NO],
  ['the watcher', 'promotes', onSecret('StopReplicationToReplica'), KEY, REPLICA, NO],
  ['the watcher', 'turns the rotation off', onSecret('CancelRotateSecret'), KEY, PRIMARY, NO],
  ['the watcher', 'decrypts directly', decryptDirectly, KEY, PRIMARY, NO],
];

const ROWS = TABLE.map(([who, what, act, name, region, expected]) =>
  ({ title: `${who} ${what}: ${name} in ${region}: ${expected}`, who, act, name, region, expected }));

test.each(ROWS)('$title', async ({ who, act, name, region, expected }) => {
  const secret = region === PRIMARY ? secretOf(model, name) : replicaIn(model, region, name);
  expect(await act(WHO[who](), secret)).toBe(expected);
});

test('a region that is not in the list has no replica', () => {
  expect(() => replicaIn(model, OTHER_REPLICA, OTHER)).toThrow(/no replica of prod\/payments\/other in eu-central-1; there are: us-east-1/);
});
