import {
  ABROAD, ADOPTED, ARCHIVE, AUDIT, BAIT, BOUNDED, BY_OWN_FUNCTION, FOREIGN, GUARDED, MANAGED_SUPERUSER, NOT_ROTATED, OF_L2, ORDERS, ORDERS_SUPERUSER,
  ORGANIZATION, OTHER_NAMESPACE, OTHER_REGION, PAYMENTS, PAYMENTS_SUPERUSER, platformAndServices, REPORT, UNDER_OWN_KEY,
} from './platform-and-services';
import {
  Act, acting, call, createInterface, endpointOfArchive, generatePassword, invoke, log, namingFunctionOf, namingIt,
  namingThatOfReport, NEVER, NO, ofStage, onReplica, read, readThroughArchives, readThroughEndpoint, rotate, rotateNaming, rotateThroughEndpoint,
  Row, throughEndpoint, useKey, useKeyDirectly, WHO, withContext, write, YES,
} from './questions';
import { resolveTemplates } from '../../src/review/assembly/resolve-templates';
import type { ResolvedStack } from '../../src/review/assembly/resolved-stack';
import { AccessModel, accessModel, Decision, listOf, rotateSecret, Statement, writeSecret } from '../../tools/access';
import { expectTableInDocs } from '../support/table-in-docs';

/** Who may do what where secrets are rotated, decided by an IAM simulator over the synthesized templates. */

let stacks: ResolvedStack[];
let deployed: AccessModel;
const modelOf = (resolved: ResolvedStack[]) => accessModel(resolved, ORGANIZATION);

beforeAll(() => {
  stacks = resolveTemplates(platformAndServices().synth());
  deployed = modelOf(stacks);
});

/** What the guide shows. */
const TABLE: Row[] = [
  // A shared rotator rotates the secrets that name its function, and reads their superusers.
  ['the shared rotator', 'rotates', rotate, ORDERS, YES],
  ['the shared rotator', 'rotates through its endpoint', rotateThroughEndpoint, ORDERS, YES],
  ['the shared rotator', 'rotates', rotate, AUDIT, YES],
  ['the shared rotator', 'rotates (another namespace of its secrets)', rotate, PAYMENTS, YES],
  ['the shared rotator', 'rotates (a name of its own)', rotate, ADOPTED, YES],
  ['the shared rotator', 'rotates what names no function', rotate, NOT_ROTATED, NO],
  ['the shared rotator', 'reads what names no function', read, NOT_ROTATED, NO],
  ['the shared rotator', 'rotates what names another function', rotate, REPORT, NO],
  ['the shared rotator', 'rotates, if the schedule named another function', rotateNaming(namingThatOfReport), ORDERS, NO],
  ['the shared rotator', 'rotates (a namespace of none of its secrets)', rotate, OTHER_NAMESPACE, NEVER],
  ['the shared rotator', 'rotates there, even if the schedule named its function', rotateNaming(namingIt), OTHER_NAMESPACE, NEVER],
  ['the shared rotator', 'rotates in another region, even if the schedule named its function', rotateNaming(namingIt), ABROAD, NEVER],
  ['the shared rotator', 'rotates in another account, even if the schedule named its function', rotateNaming(namingIt), FOREIGN, NEVER],
  ['the shared rotator', 'rotates a secret of another app, whose policy and schedule name it', rotate, BAIT, NEVER],
  ['the shared rotator', 'reads the superuser\'s secret', read, ORDERS_SUPERUSER, YES],
  ['the shared rotator', 'reads the superuser\'s secret (a customer managed key)', read, PAYMENTS_SUPERUSER, YES],
  ['the shared rotator', 'writes the superuser\'s secret', write, PAYMENTS_SUPERUSER, NEVER],
  ['the shared rotator', 'deletes', call('DeleteSecret'), ORDERS, NEVER],
  ['the administrator', 'deletes', call('DeleteSecret'), ORDERS, NEVER],
  ['the administrator', 'deletes the superuser\'s secret', call('DeleteSecret'), ORDERS_SUPERUSER, NEVER],
  ['the administrator', 'deletes what is not rotated', call('DeleteSecret'), NOT_ROTATED, YES],
  ['the shared rotator', 'updates the secret', call('UpdateSecret'), ORDERS, NO],
  ['the shared rotator', 'changes the policy', call('PutResourcePolicy'), ORDERS, NO],
  ['the shared rotator', 'starts a rotation', call('RotateSecret'), ORDERS, NO],
  ['the shared rotator', 'decrypts directly', useKeyDirectly('Decrypt'), ORDERS, NO],

  // A rotator of a secret's own, and a function of the user's own.
  ['the rotator of the report', 'rotates', rotate, REPORT, YES],
  ['the rotator of the report', 'rotates', rotate, ORDERS, NEVER],
  ['the rotator of the report', 'reads the superuser\'s secret', read, ORDERS_SUPERUSER, NO],
  ['the user\'s own function', 'rotates', rotate, BY_OWN_FUNCTION, YES],
  ['the user\'s own function', 'rotates what names another function', rotate, PAYMENTS, NO],
  ['the rotator with a boundary', 'rotates beyond its boundary', rotate, BOUNDED, NO],

  // Who invokes the function.
  ['Secrets Manager, for this account,', 'invokes the function', invoke, ORDERS, YES],
  ['Secrets Manager, for another account,', 'invokes the function', invoke, ORDERS, NO],
  ['Secrets Manager, for another account,', 'invokes the user\'s own function', invoke, BY_OWN_FUNCTION, NO],
  ['EventBridge, for this account,', 'invokes the function', invoke, ORDERS, NO],
  ['the reader', 'invokes the function', invoke, ORDERS, NO],
  ['the administrator', 'invokes the function', invoke, ORDERS, YES],

  // Who was granted something on the secret.
  ['the reader', 'reads', read, ORDERS, YES],
  ['the reader', 'does what the function does', rotate, ORDERS, NO],
  ['the reader', 'starts a rotation', call('RotateSecret'), ORDERS, NO],
  ['the manager', 'starts a rotation', call('RotateSecret'), ORDERS, YES],
  ['the manager', 'names another function', call('RotateSecret', withContext({ 'secretsmanager:RotationLambdaARN': 'another' })), ORDERS, NO],
  ['the administrator', 'decrypts directly', useKeyDirectly('Decrypt'), ORDERS, NO],

  // Replicated, shared and guarded.
  ['the rotator of the ledger', 'rotates, past the guard rails', rotate, GUARDED, YES],
  ['the rotator of the ledger', 'reads the replica', onReplica(read), GUARDED, NO],
  ['the rotator of the ledger, outside of the organization,', 'rotates', rotate, GUARDED, NEVER],
  ['the rotator of the ledger, named as one of staging,', 'rotates', rotate, GUARDED, NEVER],
  ['the reader in another account', 'reads', read, GUARDED, YES],
  ['the reader in another account', 'does what the function does', rotate, GUARDED, NO],

  // The plain L2, for comparison.
  ['the function of the L2', 'rotates', rotate, OF_L2, YES],
  ['the function of the L2', 'rotates, if the schedule named another function', rotateNaming(namingIt), OF_L2, YES],
  ['Secrets Manager, for another account,', 'invokes the function', invoke, OF_L2, YES],
  ['the administrator', 'decrypts directly', useKeyDirectly('Decrypt'), OF_L2, YES],
];

const ON_EACH_CALL: Row[] = [
  ['the shared rotator', 'describes', call('DescribeSecret'), ORDERS, YES],
  ['the shared rotator', 'describes a secret of another app, whose policy allows it', call('DescribeSecret'), BAIT, NEVER],
  ['the shared rotator', 'stores a version of a secret of another app, whose policy allows it', call('PutSecretValue'), BAIT, NEVER],
  ['the shared rotator', 'moves a label of a secret of another app, whose policy allows it', call('UpdateSecretVersionStage'), BAIT, NEVER],
  ['the rotator of the report', 'describes another secret of its namespace', call('DescribeSecret'), ORDERS, NEVER],
  ['the shared rotator', 'gets the current version', call('GetSecretValue', ofStage('AWSCURRENT')), ORDERS, YES],
  ['the shared rotator', 'gets the pending version', call('GetSecretValue', ofStage('AWSPENDING')), ORDERS, YES],
  ['the shared rotator', 'stores a version', call('PutSecretValue'), ORDERS, YES],
  ['the shared rotator', 'moves a staging label', call('UpdateSecretVersionStage'), ORDERS, YES],
  ['the shared rotator', 'has a version decrypted', useKey('Decrypt'), ORDERS, YES],
  ['the shared rotator', 'has a version encrypted', useKey('GenerateDataKey'), ORDERS, YES],
  ['the shared rotator', 'describes the superuser\'s secret', call('DescribeSecret'), ORDERS_SUPERUSER, NEVER],
  ['the shared rotator', 'has the superuser\'s secret decrypted', useKey('Decrypt'), PAYMENTS_SUPERUSER, YES],
  ['the shared rotator', 'rotates (a key of its own)', rotate, UNDER_OWN_KEY, YES],
  ['the shared rotator', 'reads the superuser\'s secret (one of the namespace)', read, MANAGED_SUPERUSER, YES],
  ['the shared rotator', 'writes the superuser\'s secret (one of the namespace)', write, MANAGED_SUPERUSER, NO],
  ['the shared rotator', 'rotates what another function rotates', rotate, BOUNDED, NO],
  ['the shared rotator', 'rotates what the user\'s own function rotates', rotate, BY_OWN_FUNCTION, NO],
  ['the shared rotator', 'rotates what another function rotates, under another name', rotateNaming(namingThatOfReport), ADOPTED, NO],
  ['the shared rotator', 'describes what names no function', call('DescribeSecret'), NOT_ROTATED, NO],
  ['the shared rotator', 'stores a version of what names no function', call('PutSecretValue'), NOT_ROTATED, NO],
  ['the shared rotator', 'reads another namespace', read, OTHER_NAMESPACE, NO],
  ['the shared rotator', 'reads the ledger', read, GUARDED, NO],
  ['the shared rotator', 'stores a superuser\'s password', call('PutSecretValue'), ORDERS_SUPERUSER, NEVER],
  ['the shared rotator', 'moves a staging label of the superuser\'s secret', call('UpdateSecretVersionStage'), ORDERS_SUPERUSER, NEVER],
  ['the shared rotator', 'starts the rotation of the superuser', call('RotateSecret'), ORDERS_SUPERUSER, NO],
  ['the shared rotator', 'cancels the rotation', call('CancelRotateSecret'), ORDERS, NO],
  ['the shared rotator', 'restores', call('RestoreSecret'), ORDERS, NO],
  ['the shared rotator', 'tags', call('TagResource'), ORDERS, NO],
  ['the shared rotator', 'untags', call('UntagResource'), ORDERS, NO],
  ['the shared rotator', 'deletes the policy', call('DeleteResourcePolicy'), ORDERS, NO],
  ['the shared rotator', 'replicates', call('ReplicateSecretToRegions'), ORDERS, NO],
  ['the shared rotator', 'has a password generated', generatePassword(), 'any', NO],
  ['the function of the L2', 'has a password generated', generatePassword(), 'any', YES],
  ['the rotator of the report', 'rotates, if the schedule named its function', rotateNaming(namingThatOfReport), NOT_ROTATED, NEVER],
  ['the rotator of the archive', 'rotates', rotate, ARCHIVE, YES],
  ['the rotator of the archive', 'reads the superuser\'s secret', read, ORDERS_SUPERUSER, YES],
  ['the rotator of the archive', 'writes the superuser\'s secret', write, ORDERS_SUPERUSER, NEVER],
  ['the rotator of the archive', 'reads another superuser\'s secret', read, PAYMENTS_SUPERUSER, NO],
  ['the rotator of the report', 'deletes', call('DeleteSecret'), REPORT, NEVER],
  ['the user\'s own function', 'rotates what names another function', rotate, BOUNDED, NO],
  ['the user\'s own function', 'rotates another namespace', rotateNaming(namingFunctionOf('payments/OwnFunction')), ORDERS, NO],
  ['the user\'s own function', 'reads a superuser\'s secret', read, PAYMENTS_SUPERUSER, NO],
  ['the user\'s own function', 'updates the secret', call('UpdateSecret'), BY_OWN_FUNCTION, NO],
  ['the reader', 'stores a version', write, ORDERS, NO],
  ['the reader', 'reads the superuser\'s secret', read, ORDERS_SUPERUSER, NO],
  ['the reader', 'cancels the rotation', call('CancelRotateSecret'), ORDERS, NO],
  ['the reader of the namespace', 'reads', read, ORDERS, YES],
  ['the reader of the namespace', 'reads the superuser\'s secret', read, ORDERS_SUPERUSER, NO],
  ['the reader of the namespace', 'does what the function does', rotate, ORDERS, NO],
  ['the manager', 'reads', read, ORDERS, NO],
  ['the manager', 'changes the schedule', call('RotateSecret', withContext({ 'secretsmanager:ModifyRotationRules': 'true' })), ORDERS, NO],
  ['the grantee of grantRotate', 'does what the function does', rotate, ORDERS, YES],
  ['the grantee of grantRotate', 'does so to another secret', rotate, AUDIT, NO],
  ['the rotator of the ledger', 'does to the replica what it does to the primary', onReplica(rotate), GUARDED, NEVER],
  ['the reader in another account', 'starts a rotation', call('RotateSecret'), GUARDED, NO],
  ['the reader in another account', 'stores a version', write, GUARDED, NO],
];

const ON_KEYS_AND_FUNCTIONS: Row[] = [
  ['the shared rotator', 'makes a data key directly', useKeyDirectly('GenerateDataKey'), ORDERS, NO],
  ['the shared rotator', 'encrypts directly', useKeyDirectly('Encrypt'), ORDERS, NO],
  ['the shared rotator', 'encrypts through Secrets Manager', useKey('Encrypt'), ORDERS, NO],
  ['the shared rotator', 'decrypts through another service', useKey('Decrypt', { via: 'ssm' }), ORDERS, NO],
  ['the shared rotator', 'decrypts through Secrets Manager of another region', useKey('Decrypt', { region: OTHER_REGION }), ORDERS, NO],
  ['the shared rotator', 'decrypts for another namespace', useKey('Decrypt', { of: OTHER_NAMESPACE }), ORDERS, NO],
  ['the shared rotator', 'decrypts for another namespace of its secrets', useKey('Decrypt', { of: PAYMENTS }), ORDERS, NO],
  ['the shared rotator', 'decrypts directly (a key of its own)', useKeyDirectly('Decrypt'), UNDER_OWN_KEY, NO],
  ['the shared rotator', 'decrypts through another service (a key of its own)', useKey('Decrypt', { via: 'ssm' }), UNDER_OWN_KEY, NO],
  ['the shared rotator', 'decrypts for another secret (a key of its own)', useKey('Decrypt', { of: ORDERS }), UNDER_OWN_KEY, NO],
  ['the shared rotator', 'grants the use of the key', useKey('CreateGrant'), ORDERS, NEVER],
  ['the shared rotator', 'decrypts directly (the superuser\'s key)', useKeyDirectly('Decrypt'), PAYMENTS_SUPERUSER, NO],
  ['the shared rotator', 'decrypts with that key through another service', useKey('Decrypt', { via: 'ssm' }), PAYMENTS_SUPERUSER, NO],
  ['the shared rotator', 'decrypts with that key for another secret', useKey('Decrypt', { of: PAYMENTS }), PAYMENTS_SUPERUSER, NO],
  ['the shared rotator', 'makes a data key with that key', useKey('GenerateDataKey'), PAYMENTS_SUPERUSER, NO],
  ['the rotator of the report', 'decrypts for another secret of the namespace', useKey('Decrypt', { of: ORDERS }), REPORT, NO],
  ['the rotator of the report', 'makes a data key for another secret of the namespace', useKey('GenerateDataKey', { of: ORDERS }), REPORT, NO],
  ['the user\'s own function', 'decrypts directly', useKeyDirectly('Decrypt'), BY_OWN_FUNCTION, NO],
  ['the reader in another account', 'decrypts directly', useKeyDirectly('Decrypt'), GUARDED, NO],
  ['the shared rotator', 'logs', log, 'platform/Rotator/Log', YES],
  ['the shared rotator', 'logs as another function', log, 'orders/Report/Rotator/Log', NO],
  ['the rotator of the report', 'logs', log, 'orders/Report/Rotator/Log', YES],
  ['the rotator of the report', 'logs as the shared one', log, 'platform/Rotator/Log', NO],
  ['the rotator with a boundary', 'logs within its boundary', log, 'payments/BoundedRotator/Log', YES],
  ['the shared rotator', 'has its network interface made', createInterface, 'any', YES],
  ['the rotator of the ledger', 'has a network interface made, without a VPC', createInterface, 'any', NO],
  ['Secrets Manager, for this account,', 'invokes the function', invoke, REPORT, YES],
  ['Secrets Manager, for this account,', 'invokes the function', invoke, BY_OWN_FUNCTION, YES],
  ['Secrets Manager, for this account,', 'invokes the function', invoke, GUARDED, YES],
  ['Secrets Manager, for another account,', 'invokes the function', invoke, REPORT, NO],
  ['Secrets Manager, for another account,', 'invokes the function', invoke, GUARDED, NO],
  ['EventBridge, for this account,', 'invokes the user\'s own function', invoke, BY_OWN_FUNCTION, NO],
  ['the shared rotator', 'invokes its function', invoke, ORDERS, NO],
  ['the manager', 'invokes the function', invoke, ORDERS, NO],
  ['nobody in particular', 'invokes the function', invoke, ORDERS, NO],
  ['the administrator of another account', 'invokes the function', invoke, ORDERS, NO],
  ['the reader in another account', 'invokes the function', invoke, GUARDED, NO],
];

/**
 * What the endpoint lets through, whatever else is allowed. That of the shared rotator stands in a stack before those of the superusers, whose
 * secrets it cannot name: there it is the role's own policy that decides which secrets are read.
 */
const THROUGH_THE_ENDPOINT: Row[] = [
  ['the shared rotator', 'rotates', rotateThroughEndpoint, PAYMENTS, YES],
  ['the shared rotator', 'rotates', rotateThroughEndpoint, ADOPTED, YES],
  ['the shared rotator', 'rotates', rotateThroughEndpoint, UNDER_OWN_KEY, YES],
  ['the shared rotator', 'reads the superuser\'s secret', readThroughEndpoint, ORDERS_SUPERUSER, YES],
  ['the shared rotator', 'reads the superuser\'s secret', readThroughEndpoint, PAYMENTS_SUPERUSER, YES],
  ['the shared rotator', 'reads another namespace', readThroughEndpoint, OTHER_NAMESPACE, NO],
  ['the shared rotator, allowed everything,', 'rotates', rotateThroughEndpoint, ORDERS, YES],
  ['the shared rotator, allowed everything,', 'rotates another secret of the namespace', rotateThroughEndpoint, NOT_ROTATED, YES],
  ['the shared rotator, allowed everything,', 'rotates another namespace', rotateThroughEndpoint, OTHER_NAMESPACE, NO],
  ['the shared rotator, allowed everything,', 'writes another namespace', acting(writeSecret, throughEndpoint), OTHER_NAMESPACE, NO],
  ['the shared rotator, allowed everything,', 'writes the superuser\'s secret', acting(writeSecret, throughEndpoint), ORDERS_SUPERUSER, NO],
  ['the shared rotator, allowed everything,', 'deletes', call('DeleteSecret', throughEndpoint), ORDERS, NEVER],
  ['the shared rotator, allowed everything,', 'updates the secret', call('UpdateSecret', throughEndpoint), ORDERS, NO],
  ['the shared rotator, allowed everything,', 'changes the policy', call('PutResourcePolicy', throughEndpoint), ORDERS, NO],
  ['the shared rotator, allowed everything,', 'starts a rotation', call('RotateSecret', throughEndpoint), ORDERS, NO],
  ['the shared rotator, allowed everything,', 'has a password generated', generatePassword(throughEndpoint), 'any', NO],
  ['the shared rotator, allowed everything,', 'reads another namespace', readThroughEndpoint, OTHER_NAMESPACE, YES],
  ['the administrator', 'reads', readThroughEndpoint, ORDERS, NO],
  ['the administrator', 'rotates', rotateThroughEndpoint, ORDERS, NO],
  ['the administrator', 'reads the superuser\'s secret', readThroughEndpoint, ORDERS_SUPERUSER, NO],
  ['the administrator of another account', 'reads', readThroughEndpoint, FOREIGN, NO],
  ['the reader', 'reads', readThroughEndpoint, ORDERS, NO],
  ['the reader of the namespace', 'reads', readThroughEndpoint, ORDERS, NO],
  ['the rotator of the report', 'rotates, through the endpoint of another', rotateThroughEndpoint, REPORT, NO],
  ['the shared rotator', 'rotates, through the one of the archive', acting(rotateSecret, endpointOfArchive), ORDERS, NO],
  ['the rotator of the archive', 'rotates, through its own', acting(rotateSecret, endpointOfArchive), ARCHIVE, YES],
  ['the rotator of the archive', 'reads the superuser\'s secret, through its own', readThroughArchives, ORDERS_SUPERUSER, YES],
  ['the rotator of the archive, allowed everything,', 'reads another superuser\'s secret', readThroughArchives, PAYMENTS_SUPERUSER, NO],
  ['the rotator of the archive, allowed everything,', 'reads another namespace', readThroughArchives, OTHER_NAMESPACE, NO],
  ['the rotator of the archive, allowed everything,', 'writes its superuser\'s secret', acting(writeSecret, endpointOfArchive), ORDERS_SUPERUSER, NO],
];

describe.each<[string, Row[]]>([
  ['in all', TABLE],
  ['on each call', ON_EACH_CALL],
  ['on keys and functions', ON_KEYS_AND_FUNCTIONS],
  ['through the endpoint', THROUGH_THE_ENDPOINT],
])('decided %s', (_, rows) => {
  const titled = rows.map(row => [`${row[0]} ${row[1]}: ${row[3]}: ${row[4]}`, row] as const);

  test.each(titled)('%s', async (__, [who, , act, on, decision]) => {
    expect(await act(deployed, WHO[who](deployed), on)).toBe(decision);
  });
});

test('the guide shows these decisions', () => {
  const allowed = (decision: Decision) => decision === YES ? 'yes' : decision === NEVER ? 'no, denied' : 'no';
  const rows = TABLE.map(([who, what, , on, decision]) => [who.replace(/,$/, ''), what, `\`${on}\``, allowed(decision)]);
  expectTableInDocs('docs/guides/rotated-databases.md', 'decisions', [['Who', 'What', 'Which secret', 'Allowed'], ...rows]);
});

type Change = (stacks: ResolvedStack[]) => ResolvedStack[];

/** The templates with one resource changed, or without it. */
function changed(stack: string, logicalId: RegExp, change: (resource: any) => any): Change {
  return resolved => {
    const found = Object.keys(resolved.find(({ path }) => path === stack)!.template.Resources).filter(id => logicalId.test(id));
    expect(found).toHaveLength(1);
    return resolved.map(each => each.path !== stack ? each : {
      ...each,
      template: {
        ...each.template,
        Resources: Object.fromEntries(Object.entries(each.template.Resources)
          .map(([id, resource]) => [id, id === found[0] ? change(resource) : resource]).filter(([, resource]) => resource !== undefined)),
      },
    });
  };
}

const without = (stack: string, logicalId: RegExp): Change => changed(stack, logicalId, () => undefined);

/** Without the statements that name the action, and the text if one is given. */
function withoutStatement(stack: string, logicalId: RegExp, action: string, text = ''): Change {
  return changed(stack, logicalId, ({ Properties, ...resource }) => {
    const [document] = ['PolicyDocument', 'KeyPolicy'].filter(each => each in Properties);
    const kept = (statement: Statement) => !listOf(statement.Action).includes(action) || !JSON.stringify(statement).includes(text);
    const { Statement: statements, ...policy } = Properties[document];
    return { ...resource, Properties: { ...Properties, [document]: { ...policy, Statement: statements.filter(kept) } } };
  });
}

const [POLICY, ENDPOINT] = [/^RotatorAccess.*Policy/, /^RotatorEndpoint[0-9A-F]{8}$/];
const SUPERUSER = 'DatabaseSecret'; // in the ARN of its secret

/** Allowed as deployed, and denied when that one thing is taken away. */
const NEEDED: [who: keyof typeof WHO, what: string, act: Act, on: string, missing: string, take: Change][] = [
  ['the shared rotator', 'rotates', rotate, ORDERS, 'the policy in the stack of the secret',
    without('orders', POLICY)],
  ['the shared rotator', 'rotates', rotate, ORDERS, 'the statement on secrets',
    withoutStatement('orders', POLICY, 'secretsmanager:PutSecretValue')],
  ['the shared rotator', 'rotates', rotate, ORDERS, 'the statement on the key',
    withoutStatement('orders', POLICY, 'kms:GenerateDataKey', 'prod/orders/*')],
  ['the shared rotator', 'rotates', rotate, ADOPTED, 'the statement on the key for that name',
    withoutStatement('orders', POLICY, 'kms:GenerateDataKey', ADOPTED)],
  ['the shared rotator', 'reads the superuser\'s secret', read, ORDERS_SUPERUSER, 'the statement on it',
    withoutStatement('orders', POLICY, 'secretsmanager:GetSecretValue', SUPERUSER)],
  ['the shared rotator', 'reads the superuser\'s secret', read, PAYMENTS_SUPERUSER, 'the statement on its key',
    withoutStatement('payments', POLICY, 'kms:Decrypt', SUPERUSER)],
  ['the shared rotator', 'rotates', rotate, ORDERS, 'the statement of the key policy',
    withoutStatement('orders', /^SecretsKey[0-9A-F]{8}$/, 'kms:GenerateDataKey')],
  ['the shared rotator', 'rotates', rotate, ORDERS, 'the schedule that names its function',
    without('orders', /^Orders(Attachment)?RotationSchedule/)],
  ['the shared rotator', 'rotates through its endpoint', rotateThroughEndpoint, ORDERS, 'the statement of the endpoint on secrets',
    withoutStatement('platform', ENDPOINT, 'secretsmanager:PutSecretValue')],
  ['the shared rotator', 'reads through its endpoint', readThroughEndpoint, ORDERS_SUPERUSER, 'the statement of the endpoint on superusers',
    withoutStatement('platform', ENDPOINT, 'secretsmanager:GetSecretValue', 'secret:*')],
  ['the shared rotator', 'logs', log, 'platform/Rotator/Log', 'the policy of its role',
    without('platform', /^RotatorRoleDefaultPolicy/)],
  ['the user\'s own function', 'rotates', rotate, BY_OWN_FUNCTION, 'the policy in the stack of the secret',
    without('payments', /^OwnRotatorAccessPolicy/)],
  ['Secrets Manager, for this account,', 'invokes the function', invoke, ORDERS, 'the permission',
    without('platform', /^RotatorFunctionInvokeBySecretsManager/)],
  ['Secrets Manager, for this account,', 'invokes the function', invoke, BY_OWN_FUNCTION, 'the permission',
    without('payments', /^OwnFunctionInvokeBySecretsManager/)],
];

test.each(NEEDED.map(row => [`${row[0]} ${row[1]}: ${row[3]}: not without ${row[4]}`, row] as const))('%s', async (_, [who, , act, on, , take]) => {
  const lacking = modelOf(take(stacks));

  expect(await act(deployed, WHO[who](deployed), on)).toBe(YES);
  expect(await act(lacking, WHO[who](lacking), on)).toBe(NO);
});

test('without its boundary, that rotator rotates', async () => {
  const unbounded = ({ Properties: { PermissionsBoundary: _, ...Properties }, ...role }: any) => ({ ...role, Properties });
  const free = modelOf(changed('payments', /^BoundedRotatorRole[0-9A-F]{8}$/, unbounded)(stacks));

  expect(await rotate(free, WHO['the rotator with a boundary'](free), BOUNDED)).toBe(YES);
});
