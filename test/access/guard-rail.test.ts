import { assertions, aws_iam as iam, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { CrossAccountSecretPolicy, GuardRail, ManagedSecret, SecretNamespace, SecretReader } from 'cdk-managed-secrets';
import { resolveTemplates } from '../../src/review/assembly/resolve-templates';
import type { ReviewDocument } from '../../src/review/document/review-document';
import { reviewOf } from '../../src/review/document/review-of';
import { type AccessModel, accessModel, administrator, decide, type Decision } from '../../tools/access';
import { ENV, onlyResource, OTHER_ACCOUNT, role, testApp, testStack } from '../support/test-app';

function policyOf(...guardRails: GuardRail[]) {
  const stack = testStack();
  new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'payments', guardRails });
  new ManagedSecret(stack, 'Secret', { purpose: 'key' });
  return onlyResource(stack, 'AWS::SecretsManager::ResourcePolicy');
}

const EVERYBODY = { Effect: 'Deny', Principal: { AWS: '*' }, Resource: '*' };

test('denyOutsideOrganization', () => {
  expect(policyOf(GuardRail.denyOutsideOrganization('o-a1b2c3d4e5')).Properties.ResourcePolicy.Statement).toEqual([{
    ...EVERYBODY,
    Sid: 'DenyOutsideOrganization',
    Action: 'secretsmanager:*',
    Condition: { StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' }, BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' } },
  }]);
});

test('denyOutsideVpcEndpoints', () => {
  const guardRail = GuardRail.denyOutsideVpcEndpoints(['vpce-0123456789abcdef0'], { exceptPrincipals: ['arn:aws:iam::111122223333:role/deployment'] });
  expect(policyOf(guardRail).Properties.ResourcePolicy.Statement).toEqual([{
    ...EVERYBODY,
    Sid: 'DenyOutsideVpcEndpoints',
    Action: ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'],
    Condition: {
      StringNotEquals: { 'aws:SourceVpce': ['vpce-0123456789abcdef0'] },
      BoolIfExists: { 'aws:PrincipalIsAWSService': 'false', 'aws:ViaAWSService': 'false' },
      ArnNotLike: { 'aws:PrincipalArn': ['arn:aws:iam::111122223333:role/deployment'] },
    },
  }]);
});

test('denyPrincipals', () => {
  expect(policyOf(GuardRail.denyPrincipals(['arn:aws:iam::*:role/staging-*'])).Properties.ResourcePolicy.Statement).toEqual([{
    ...EVERYBODY,
    Sid: 'DenyPrincipals',
    Action: 'secretsmanager:*',
    Condition: { ArnLike: { 'aws:PrincipalArn': ['arn:aws:iam::*:role/staging-*'] } },
  }]);
});

test('all of them stand in one policy, which blocks public access and is kept with its secret', () => {
  const policy = policyOf(
    GuardRail.denyOutsideOrganization('o-a1b2c3d4e5'),
    GuardRail.denyPrincipals(['arn:aws:iam::*:role/staging-*']),
    GuardRail.denyOutsideVpcEndpoints(['vpce-0123456789abcdef0']),
  );
  expect(policy.Properties.ResourcePolicy.Statement).toHaveLength(3);
  expect(policy.Properties.BlockPublicPolicy).toBe(true);
  expect(policy.DeletionPolicy).toBe('RetainExceptOnCreate');
  expect(policy.UpdateReplacePolicy).toBe('Retain');
});

test('a statement of one\'s own joins them', () => {
  const stack = testStack();
  new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'payments', guardRails: [GuardRail.denyPrincipals(['arn:aws:iam::*:role/staging-*'])] });
  const secret = new ManagedSecret(stack, 'Secret', { purpose: 'key' });
  const result = secret.addToResourcePolicy(new iam.PolicyStatement({
    effect: iam.Effect.DENY, principals: [new iam.AnyPrincipal()], actions: ['secretsmanager:DeleteSecret'], resources: ['*'],
  }));
  expect(result.statementAdded).toBe(true);
  expect(onlyResource(stack, 'AWS::SecretsManager::ResourcePolicy').Properties.ResourcePolicy.Statement).toHaveLength(2);
});

const BREAK_GLASS = `arn:aws:iam::${ENV.account}:role/break-glass`;

test('denyDeletion', () => {
  const statement = { ...EVERYBODY, Sid: 'DenyDeletion', Action: 'secretsmanager:DeleteSecret' };
  expect(policyOf(GuardRail.denyDeletion()).Properties.ResourcePolicy.Statement).toEqual([statement]);
  expect(policyOf(GuardRail.denyDeletion({ exceptPrincipals: [BREAK_GLASS] })).Properties.ResourcePolicy.Statement).toEqual([
    { ...statement, Condition: { ArnNotLike: { 'aws:PrincipalArn': [BREAK_GLASS] } } },
  ]);
});

function own(sid: string, actions: string[], conditions?: iam.PolicyStatementProps['conditions']): iam.PolicyStatement {
  return new iam.PolicyStatement({ sid, effect: iam.Effect.DENY, principals: [new iam.AnyPrincipal()], actions, resources: ['*'], conditions });
}

test('fromStatement, as often as there are sids', () => {
  const outsideVpc = { StringNotEquals: { 'aws:SourceVpc': 'vpc-0123456789abcdef0' } };
  const first = own('DenyOutsideVpc', ['secretsmanager:GetSecretValue'], outsideVpc);
  const policy = policyOf(GuardRail.fromStatement(first), GuardRail.fromStatement(own('DenyBatches', ['secretsmanager:BatchGetSecretValue'])));
  expect(policy.Properties.ResourcePolicy.Statement).toEqual([
    { ...EVERYBODY, Sid: 'DenyOutsideVpc', Action: 'secretsmanager:GetSecretValue', Condition: outsideVpc },
    { ...EVERYBODY, Sid: 'DenyBatches', Action: 'secretsmanager:BatchGetSecretValue' },
  ]);
});

test('a statement that is changed later changes nothing, so that what was checked is what is deployed', () => {
  const statement = own('DenyRestore', ['secretsmanager:RestoreSecret']);
  const guardRail = GuardRail.fromStatement(statement);
  statement.addActions('s3:GetObject');
  expect(policyOf(guardRail).Properties.ResourcePolicy.Statement).toEqual([{ ...EVERYBODY, Sid: 'DenyRestore', Action: 'secretsmanager:RestoreSecret' }]);
});

function secretUnder(guardRail: GuardRail, removalPolicy?: RemovalPolicy): ManagedSecret {
  const stack = testStack();
  new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'payments', guardRails: [guardRail] });
  return new ManagedSecret(stack, 'Secret', { purpose: 'key', removalPolicy });
}

function warningsOf(stack: Stack): string[] {
  return assertions.Annotations.fromStack(stack).findWarning('*', assertions.Match.anyValue()).map(({ entry }) => String(entry.data));
}

const LEFT_OUT = { ArnNotLike: { 'aws:PrincipalArn': BREAK_GLASS } };

describe('a deployment', () => {
  test.each([
    ['everything', 'secretsmanager:*'],
    ['the change of a secret', 'SecretsManager:update*'],
    ['the change of a policy', 'secretsmanager:PutResourcePolicy'],
  ])('fails where a statement of one\'s own denies everybody %s', (_, action) => {
    expect(() => secretUnder(GuardRail.fromStatement(own('Mine', [action])))).toThrow(
      /GuardRail.fromStatement \(Mine\) of the namespace would deny arn:.*, the role with which CloudFormation deploys the secret,.*to everybody; .*\[at Stack\/Secret\]/);
  });

  test.each<[string, iam.PolicyStatement]>([
    ['everything under a condition', own('Mine', ['secretsmanager:*'], LEFT_OUT)],
    ['what some secrets need', own('Mine', ['secretsmanager:PutSecretValue'])],
    ['everything, to an account', new iam.PolicyStatement({
      sid: 'Mine', effect: iam.Effect.DENY, principals: [new iam.AccountRootPrincipal()], actions: ['secretsmanager:*'], resources: ['*'],
    })],
  ])('warns where it denies %s', (_, statement) => {
    expect(warningsOf(secretUnder(GuardRail.fromStatement(statement)).stack)).toEqual([
      expect.stringMatching(/^GuardRail.fromStatement \(Mine\) of the namespace may deny arn:.*because it denies secretsmanager:.*guardRailMayDenyDeployment\]$/),
    ]);
  });

  test('is not warned of what it does not call', () => {
    expect(warningsOf(secretUnder(GuardRail.fromStatement(own('Mine', ['secretsmanager:RestoreSecret']))).stack)).toEqual([]);
  });

  test.each<[string, GuardRail]>([
    ['denyDeletion', GuardRail.denyDeletion({ exceptPrincipals: [BREAK_GLASS] })],
    ['fromStatement \\(Mine\\)', GuardRail.fromStatement(own('Mine', ['secretsmanager:DeleteSecret']))],
  ])('deletes under DESTROY despite %s, because the policy goes first', (name, guardRail) => {
    expect(warningsOf(secretUnder(guardRail).stack)).toEqual([]);
    const { stack } = secretUnder(guardRail, RemovalPolicy.DESTROY);
    expect(warningsOf(stack)).toEqual([
      expect.stringMatching(new RegExp(`GuardRail.${name} of the namespace does not keep CloudFormation from deleting.*guardRailDoesNotDenyDestroy`)),
    ]);
    const policy = onlyResource(stack, 'AWS::SecretsManager::ResourcePolicy');
    expect(policy.DeletionPolicy).toBe('Delete');
    expect(policy.Properties.SecretId).toEqual({ Ref: stack.getLogicalId(stack.node.findChild('Secret').node.defaultChild as never) });
  });
});

describe('a reader of another account', () => {
  const share = (guardRail: GuardRail, reader: SecretReader): string[] => {
    const secret = secretUnder(guardRail);
    CrossAccountSecretPolicy.forSecret(secret.stack, 'Share', secret, { readers: [reader] });
    return warningsOf(secret.stack).filter(each => each.includes('guardRailMayDenyReader'));
  };
  const account = SecretReader.account(OTHER_ACCOUNT);

  test('is refused where a statement of one\'s own denies everybody the read', () => {
    const guardRail = GuardRail.fromStatement(own('Mine', ['secretsmanager:GetSecret*']));
    expect(() => share(guardRail, account)).toThrow(/GuardRail.fromStatement \(Mine\) of Stack\/Secret would deny the reader "444455556666" every read/);
  });

  test.each([account, SecretReader.servicePrincipal('appflow.amazonaws.com')])('warns where it may', reader => {
    expect(share(GuardRail.fromStatement(own('Mine', ['secretsmanager:GetSecretValue'], LEFT_OUT)), reader)).toHaveLength(1);
  });

  test.each([GuardRail.denyDeletion(), GuardRail.fromStatement(own('Mine', ['secretsmanager:PutSecretValue'], LEFT_OUT))])('not where it denies something else', guardRail => {
    expect(share(guardRail, account)).toEqual([]);
  });
});

describe('decided', () => {
  let model: AccessModel;
  let review: ReviewDocument;

  beforeAll(() => {
    const app = testApp();
    const stack = testStack('Stack', app);
    const outsideVpc = own('DenyOutsideVpc', ['secretsmanager:GetSecretValue'], { StringNotEquals: { 'aws:SourceVpc': 'vpc-0123456789abcdef0' } });
    const guardRails = [GuardRail.denyDeletion({ exceptPrincipals: [BREAK_GLASS] }), GuardRail.fromStatement(outsideVpc)];
    new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'payments', guardRails });
    new ManagedSecret(stack, 'Secret', { purpose: 'key' }).grantRead(role(stack));
    const { directory } = app.synth();
    model = accessModel(resolveTemplates(directory));
    review = reviewOf([directory]);
  });

  test.each<[string, string, string, Record<string, string>, Decision]>([
    ['an exception', 'break-glass', 'DeleteSecret', {}, 'Allowed'],
    ['a name that begins alike', 'break-glass-not', 'DeleteSecret', {}, 'ExplicitlyDenied'],
    ['an administrator', 'admin', 'DeleteSecret', { 'secretsmanager:ForceDeleteWithoutRecovery': 'true' }, 'ExplicitlyDenied'],
    ['an administrator', 'admin', 'RestoreSecret', {}, 'Allowed'],
    ['an administrator in the VPC', 'admin', 'GetSecretValue', { 'aws:SourceVpc': 'vpc-0123456789abcdef0' }, 'Allowed'],
    ['an administrator outside of it', 'admin', 'GetSecretValue', {}, 'ExplicitlyDenied'],
    ['an administrator outside of it', 'admin', 'PutSecretValue', {}, 'Allowed'],
  ])('%s (%s) %s', async (...[, roleName, action, context, decision]) => {
    const [secret] = model.secrets;
    const principal = administrator(ENV.account, { roleName });
    expect(await decide(model, { principal, action: `secretsmanager:${action}`, resource: secret.arn, context })).toBe(decision);
  });

  test('the review says of whom a statement of one\'s own lets in that it is so under its condition', () => {
    expect(review.access.map(({ principal, operations }) => ({ principal, read: operations.read }))).toEqual([{
      principal: 'Stack/Reader', read: expect.objectContaining({ decision: 'allowed-if', because: [expect.stringContaining('vpc-0123456789abcdef0')] }),
    }]);
  });
});
