import { aws_iam as iam } from 'aws-cdk-lib';
import { GuardRail, ManagedSecret, SecretNamespace } from 'cdk-managed-secrets';
import { onlyResource, testStack } from '../support/test-app';

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
