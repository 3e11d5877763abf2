import { strictEqual } from 'node:assert';
import { test } from 'node:test';
import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { SecretsStack } from './secrets-stack';

const template = Template.fromStack(new SecretsStack(new App(), 'Secrets'));

test('each secret has its name, under the key of the namespace', () => {
  template.resourceCountIs('AWS::SecretsManager::Secret', 2);
  for (const name of ['prod/orders/payment-api-key', 'prod/orders/session-key']) {
    template.hasResourceProperties('AWS::SecretsManager::Secret', { Name: name, KmsKeyId: Match.anyValue() });
  }
});

test('secrets are kept when the stack is deleted', () => {
  template.allResources('AWS::SecretsManager::Secret', { DeletionPolicy: 'RetainExceptOnCreate' });
});

test('one role reads them, and no other policy is made', () => {
  const policies = Object.values(template.findResources('AWS::IAM::Policy'));
  const actions = policies.flatMap(policy => policy.Properties.PolicyDocument.Statement).flatMap(({ Action }) => Action);
  strictEqual([...new Set(actions)].sort().join(), 'kms:Decrypt,secretsmanager:DescribeSecret,secretsmanager:GetSecretValue');
});
