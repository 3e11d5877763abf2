import { assertions, aws_iam as iam, type Stack } from 'aws-cdk-lib';
import {
  GuardRail, ManagedSecret, OrganizationGuardRails, type OrganizationGuardRailsProps, SecretNamespace,
} from 'cdk-managed-secrets';
import { resolveTemplates } from '../../src/review/assembly/resolve-templates';
import {
  type AccessModel, accessModel, administrator, type Controls, decide, type PolicyDocument, type Principal, secretOf,
} from '../../tools/access';
import { ENV, OTHER_ACCOUNT, testApp, testStack } from '../support/test-app';

const ORGANIZATION = 'o-a1b2c3d4e5';
const DEPLOYMENT = 'arn:aws:iam::*:role/cdk-*-cfn-exec-role-*';
const KEYS_OF_THE_ORGANIZATION = '555566667777';

function guardRails(props: Partial<OrganizationGuardRailsProps> = {}, stack = testStack()): OrganizationGuardRails {
  return new OrganizationGuardRails(stack, 'GuardRails', { deploymentRoles: [DEPLOYMENT], ...props });
}

let model: AccessModel;
let controls: Controls;
let secret: string;
let key: string;

beforeAll(() => {
  const app = testApp();
  const owner = testStack('owner', app);
  new SecretNamespace(owner, 'Secrets', { environment: 'prod', service: 'payments' });
  new ManagedSecret(owner, 'Secret', { purpose: 'key' });
  const theirs = testStack('theirs', app, { ...ENV, account: OTHER_ACCOUNT });
  new SecretNamespace(theirs, 'Secrets', { environment: 'prod', service: 'ledger' });
  new ManagedSecret(theirs, 'Secret', { purpose: 'key' });
  const { serviceControlPolicy, resourceControlPolicy } = guardRails({
    guardRails: [GuardRail.denyOutsideOrganization(ORGANIZATION)], keyAccounts: [KEYS_OF_THE_ORGANIZATION],
  });
  model = accessModel(resolveTemplates(app.synth()));
  controls = { serviceControl: serviceControlPolicy.toJSON() as PolicyDocument, resourceControl: resourceControlPolicy.toJSON() as PolicyDocument };
  ({ arn: secret } = secretOf(model, 'prod/payments/key'));
  [{ arn: key }] = model.keys.filter(({ account }) => account === ENV.account);
});

const admin = () => administrator(ENV.account, { organizationId: ORGANIZATION });
const deployment = () => administrator(ENV.account, { organizationId: ORGANIZATION, roleName: 'cdk-hnb659fds-cfn-exec-role-111122223333-eu-west-1' });
const namesake = () => administrator(ENV.account, { organizationId: ORGANIZATION, roleName: 'my-cdk-x-cfn-exec-role-x' });
const outsider = () => administrator(ENV.account);
const ofAnotherAccount = () => administrator(OTHER_ACCOUNT, { organizationId: ORGANIZATION });

type Row = [string, () => Principal, string, Record<string, string | string[]>, 'Allowed' | 'ExplicitlyDenied', string?];

const PUT = 'secretsmanager:PutResourcePolicy';
const BLOCKED = { 'secretsmanager:BlockPublicPolicy': 'true' };
const keyOf = (account: string) => ({ 'secretsmanager:KmsKeyArn': `arn:aws:kms:eu-west-1:${account}:key/1234abcd-12ab-34cd-56ef-1234567890ab` });
const tags = (...keys: string[]) => ({ 'aws:TagKeys': keys });

const ON_SECRET: Row[] = [
  ['the deployment stores a policy that blocks public access', deployment, PUT, BLOCKED, 'Allowed'],
  ['the deployment stores a policy and says nothing of public access', deployment, PUT, {}, 'ExplicitlyDenied'],
  ['the deployment stores a policy that may be public', deployment, PUT, { 'secretsmanager:BlockPublicPolicy': 'false' }, 'ExplicitlyDenied'],
  ['an administrator stores a policy', admin, PUT, BLOCKED, 'ExplicitlyDenied'],
  ['a role whose name has that of the deployment in it stores a policy', namesake, PUT, BLOCKED, 'ExplicitlyDenied'],
  ['the deployment deletes a policy', deployment, 'secretsmanager:DeleteResourcePolicy', {}, 'Allowed'],
  ['an administrator deletes a policy', admin, 'secretsmanager:DeleteResourcePolicy', {}, 'ExplicitlyDenied'],
  ['an administrator looks at a policy', admin, 'secretsmanager:GetResourcePolicy', {}, 'Allowed'],
  ['an administrator changes a tag of the namespace', admin, 'secretsmanager:TagResource', tags('team', 'Environment'), 'ExplicitlyDenied'],
  ['an administrator takes a tag of the rotation away', admin, 'secretsmanager:UntagResource', tags('cdk-managed-secrets:database-host'), 'ExplicitlyDenied'],
  ['an administrator changes a tag of his own', admin, 'secretsmanager:TagResource', tags('team'), 'Allowed'],
  ['the deployment changes a tag of the namespace', deployment, 'secretsmanager:TagResource', tags('environment'), 'Allowed'],
  ['an administrator creates a secret under the AWS managed key', admin, 'secretsmanager:CreateSecret', {}, 'Allowed'],
  ['an administrator creates a secret under a key of the account', admin, 'secretsmanager:CreateSecret', keyOf(ENV.account), 'Allowed'],
  ['an administrator creates a secret under a key of another account', admin, 'secretsmanager:CreateSecret', keyOf(OTHER_ACCOUNT), 'ExplicitlyDenied'],
  ['the deployment moves a secret to a key of another account', deployment, 'secretsmanager:UpdateSecret', keyOf(OTHER_ACCOUNT), 'ExplicitlyDenied'],
  ['the deployment moves a secret to a key of the account of keys', deployment, 'secretsmanager:UpdateSecret', keyOf(KEYS_OF_THE_ORGANIZATION), 'Allowed'],
  ['an administrator reads', admin, 'secretsmanager:GetSecretValue', {}, 'Allowed'],
  ['a principal outside of the organization reads', outsider, 'secretsmanager:GetSecretValue', {}, 'ExplicitlyDenied'],
];

test.each(ON_SECRET)('%s', async (_, who, action, context, decision): Promise<void> => {
  const request = { principal: who(), action, resource: secret, context };
  expect(await decide(model, request)).toBe('Allowed');
  expect(await decide(model, request, controls)).toBe(decision);
});

const viaSecretsManager = (secretArn: string) => ({
  'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com', 'kms:EncryptionContext:SecretARN': secretArn, 'kms:CallerAccount': ENV.account,
});

describe('keys', () => {
  const THEIRS = `arn:aws:secretsmanager:eu-west-1:${OTHER_ACCOUNT}:secret:prod/payments/key-AbCdEf`;
  const ROWS: Row[] = [
    ['the deployment changes the policy', deployment, 'kms:PutKeyPolicy', {}, 'Allowed'],
    ['an administrator changes the policy', admin, 'kms:PutKeyPolicy', {}, 'ExplicitlyDenied'],
    ['an administrator deletes', admin, 'kms:ScheduleKeyDeletion', {}, 'ExplicitlyDenied'],
    ['an administrator cancels a deletion', admin, 'kms:CancelKeyDeletion', {}, 'Allowed'],
  ];

  test.each(ROWS)('%s', async (_, who, action, context, decision): Promise<void> => {
    const request = { principal: who(), action, resource: key, context };
    expect(await decide(model, request)).toBe('Allowed');
    expect(await decide(model, request, controls)).toBe(decision);
  });

  test.each([
    ['a secret of the account under its own key', 'kms:GenerateDataKey', admin, (): string => secret, 'Allowed'],
    ['a writer of another account writes into the secret', 'kms:GenerateDataKey', ofAnotherAccount, (): string => secret, 'Allowed'],
    ['a reader of another account reads the secret', 'kms:Decrypt', ofAnotherAccount, (): string => secret, 'Allowed'],
    ['a principal of another account encrypts a secret of its own', 'kms:GenerateDataKey', ofAnotherAccount, (): string => THEIRS, 'ExplicitlyDenied'],
  ] as const)('%s', async (_, action, who, encrypted, decision): Promise<void> => {
    const open: AccessModel = { ...model, keys: model.keys.map(each => ({ ...each, policy: EVERYTHING })) };
    const request = { principal: who(), action, resource: key, context: viaSecretsManager(encrypted()) };
    expect(await decide(open, request)).toBe('Allowed');
    expect(await decide(open, request, controls)).toBe(decision);
  });

  test('a key without an alias of ours is not the business of these policies', async () => {
    const others: AccessModel = { ...model, keys: model.keys.map(each => ({ ...each, aliases: ['alias/logs'] })) };
    expect(await decide(others, { principal: admin(), action: 'kms:PutKeyPolicy', resource: key }, controls)).toBe('Allowed');
  });
});

const EVERYTHING: PolicyDocument = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' }] };

test('the templates have both policies, whose content is an object, attached where they are to be', () => {
  const stack = testStack();
  guardRails({ targetIds: ['r-ab12', 'ou-ab12-11111111', OTHER_ACCOUNT] }, stack);
  const policies = Object.values(resourcesOf(stack));
  expect(policies.map(({ Properties: { Type, TargetIds, Name } }) => [Type, TargetIds, Name])).toEqual([
    ['SERVICE_CONTROL_POLICY', ['r-ab12', 'ou-ab12-11111111', OTHER_ACCOUNT], expect.stringMatching(/^Stack-GuardRails-.*ServiceControl$/)],
    ['RESOURCE_CONTROL_POLICY', ['r-ab12', 'ou-ab12-11111111', OTHER_ACCOUNT], expect.stringMatching(/^Stack-GuardRails-.*ResourceControl$/)],
  ]);
});

test('no statement of a service control policy has a principal, and every one of a resource control policy has "*"', () => {
  const { serviceControlPolicy, resourceControlPolicy } = guardRails({ guardRails: [GuardRail.denyOutsideOrganization(ORGANIZATION)] });
  expect(serviceControlPolicy.toJSON().Statement.filter((each: object) => 'Principal' in each)).toEqual([]);
  expect(resourceControlPolicy.toJSON().Statement.map(({ Sid, Principal }: { Sid: string; Principal: unknown }) => [Sid, Principal])).toEqual([
    ['DenyOutsideOrganization', '*'], ['RequireBlockPublicPolicy', '*'], ['DenyChangesOfResourcePolicies', '*'], ['DenyChangesOfTags', '*'],
  ]);
});

test('the aliases of keys are changed by the deployment alone', () => {
  const statements: { Sid: string; Action: string[]; Resource: string; Condition: object }[] = guardRails().serviceControlPolicy.toJSON().Statement;
  expect(statements.find(({ Sid }) => Sid === 'DenyChangesOfKeyAliases')).toMatchObject({
    Action: ['kms:CreateAlias', 'kms:DeleteAlias', 'kms:UpdateAlias'],
    Resource: 'arn:*:kms:*:*:alias/secrets/*',
    Condition: { ArnNotLike: { 'aws:PrincipalArn': [DEPLOYMENT] } },
  });
});

function resourcesOf(stack: Stack): Record<string, { Properties: Record<string, unknown> }> {
  return assertions.Template.fromStack(stack).findResources('AWS::Organizations::Policy') as never;
}

const MANY = Array.from({ length: 100 }, (_, index) => `arn:aws:iam::111122223333:role/deployment-of-team-${index}`);
const someRole = new iam.ArnPrincipal('arn:aws:iam::111122223333:role/x');
const own = (principal: iam.IPrincipal, sid: string) => GuardRail.fromStatement(new iam.PolicyStatement({
  sid, effect: iam.Effect.DENY, principals: [principal], actions: ['secretsmanager:DeleteSecret'], resources: ['*'],
}));

test.each<[string, Partial<OrganizationGuardRailsProps>, RegExp]>([
  ['no role that deploys', { deploymentRoles: [] }, /`deploymentRoles` must name at least one; name the role with which CloudFormation deploys/],
  ['every role', { deploymentRoles: ['arn:aws:iam::*:role/*'] }, /must name roles by a part of their names, got "arn:aws:iam::\*:role\/\*", which lets in everybody/],
  ['root users', { deploymentRoles: ['arn:aws:iam::*:root'] }, /must name roles by a part of their names/],
  ['the ARN of a session', { deploymentRoles: ['arn:aws:sts::111122223333:assumed-role/deploy/x'] }, /`deploymentRoles` must be an IAM principal ARN/],
  ['a role of another partition', { deploymentRoles: ['arn:aws-cn:iam::*:role/deploy'] }, /`deploymentRoles` must be of the partition aws/],
  ['more roles than fit', { deploymentRoles: MANY }, /the service control policy must have at most 5120 characters, got \d+; write fewer and shorter patterns/],
  ['a target that is none', { targetIds: ['prod'] }, /`targetIds` must be a root such as r-ab12, .* got "prod"/],
  ['no target', { targetIds: [] }, /`targetIds` must name at least one; leave it out to attach the policies to nothing/],
  ['the alias of an account', { keyAccounts: ['keys'] }, /`keyAccounts` must be an account id of 12 digits, got "keys"/],
  ['a wrong organization', { guardRails: [GuardRail.denyOutsideOrganization('acme')] }, /`GuardRail.denyOutsideOrganization` must be an organization id/],
  ['a guard rail for one principal', { guardRails: [own(someRole, 'OneRole')] }, /must have the principal "\*", got .*role\/x.* of GuardRail.fromStatement \(OneRole\)/],
  ['nothing among the guard rails', { guardRails: [null as unknown as GuardRail] }, /`guardRails\[0\]` must be a GuardRail, such as .*, got nothing/],
  ['a statement for a guard rail', { guardRails: [new iam.PolicyStatement() as unknown as GuardRail] }, /`guardRails\[0\]` must be .* got a PolicyStatement/],
  ['a guard rail twice', { guardRails: [GuardRail.denyDeletion(), GuardRail.denyDeletion()] }, /each `sid` once, and "DenyDeletion" is there already/],
  ['a guard rail with a name of ours', { guardRails: [own(new iam.AnyPrincipal(), 'DenyChangesOfTags')] }, /each `sid` once, and "DenyChangesOfTags" is there/],
])('%s is an error', (_, props, error) => {
  const stack = testStack();
  expect(() => guardRails(props, stack)).toThrow(error);
  expect(() => guardRails(props, stack)).toThrow(/\[at Stack\/GuardRails\]$/);
});
