import { readdirSync, readFileSync } from 'fs';
import * as path from 'path';
import * as cdk from 'aws-cdk-lib';
import { Annotations, App, IPolicyValidationPlugin, NestedStack, Stack, Validations } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { withStack } from './synthesized';
import { validationErrors } from '../../tools/examples/validation';
import type { Finding } from '../../tools/rules';
import { findingsOf } from '../../tools/rules';
import { RULES, rulesFor } from '../../tools/rules/control-tower';

// The CDK announces on stderr that it runs plugins.
beforeEach(() => {
  jest.spyOn(console, 'error').mockImplementation();
});

/** What teams write when nobody reviews it: no customer managed key, no rotation, no limits. */
function careless(stack: Stack) {
  new secretsmanager.Secret(stack, 'Secret');
  new kms.Key(stack, 'Key');
  new lambda.Function(stack, 'Function', {
    runtime: lambda.Runtime.NODEJS_20_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('exports.handler = async () => {};'),
  });
}

function harmless(stack: Stack) {
  new logs.CfnQueryDefinition(stack, 'Query', { name: 'errors', queryString: 'fields @message' });
}

const brokenPlugin: IPolicyValidationPlugin = {
  name: 'Broken Plugin',
  validate: () => { throw new Error('no rules found'); },
};

describe('an app of careless resources', () => {
  let findings: Finding[];
  beforeAll(() => {
    findings = withStack(careless, findingsOf);
  });

  test.each([
    ['AwsSolutions-SMG4', 'App/Secret/Resource'],
    ['AwsSolutions-KMS5', 'App/Key/Resource'],
    ['AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]', 'App/Function/ServiceRole/Resource'],
    ['NIST.800.53.R5-SecretsManagerUsingKMSKey', 'App/Secret/Resource'],
    ['NIST.800.53.R5-LambdaDLQ', 'App/Function/Resource'],
    ['HIPAA.Security-SecretsManagerRotationEnabled', 'App/Secret/Resource'],
    ['HIPAA.Security-LambdaInsideVPC', 'App/Function/Resource'],
    ['PCI.DSS.321-SecretsManagerUsingKMSKey', 'App/Secret/Resource'],
    ['PCI.DSS.321-KMSBackingKeyRotationEnabled', 'App/Key/Resource'],
    ['Serverless-LambdaTracing', 'App/Function/Resource'],
    ['cdk-validator-cfnguard::kms_key_rotation_enabled_check', 'App/Key/Resource'],
    ['cdk-validator-cfnguard::kms_create_grant_aws_service_check', 'App/Key/Resource'],
    ['cdk-validator-cfnguard::lambda_inside_vpc_check', 'App/Function/Resource'],
  ])('breaks %s at %s', (rule, resource) => {
    expect(findings).toContainEqual({ rule, stack: 'App', resource, message: expect.stringMatching(/\w{3}/) });
  });

  test('is told which control it breaks and how to repair it', () => {
    const [finding] = findings.filter(({ rule }) => rule === 'cdk-validator-cfnguard::kms_key_rotation_enabled_check');
    expect(finding.message).toMatch(/^\[CT\.KMS\.PR\.1\]: Require .*EnableKeyRotation/);
  });
});

/** Each rule says in its head on which resource types it reports, two of them with a mistake in writing. */
test('a rule of Control Tower is left out only where no resource has a type on which it reports', () => {
  const rules = readdirSync(RULES, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.guard')).map(name => path.join(RULES, name));
  expect(rules.length).toBeGreaterThan(200);
  expect(rules.filter(rule => !typesReportedBy(rule).every(type => rulesFor(new Set([type])).includes(rule)))).toEqual([]);
  expect(rulesFor(new Set(['AWS::Logs::QueryDefinition'])).length).toBeLessThan(10);
});

function typesReportedBy(rule: string): string[] {
  const [, head] = /Reports on:(.*?)(?:Evaluates|Rule Parameters):/s.exec(readFileSync(rule, 'utf8'))!;
  const types = head.replace('AutoscalingGroup', 'AutoScalingGroup').match(/AWS::[\w:]+/g) ?? [];
  expect(types).not.toEqual([]);
  return types;
}

test('a resource of a nested stack is found in that stack', () => {
  const findings = withStack(stack => {
    new logs.LogGroup(new NestedStack(stack, 'Inner'), 'Logs');
  }, findingsOf);
  expect(new Set(findings.map(({ stack, resource }) => `${stack}: ${resource}`))).toEqual(new Set(['App/Inner: App/Inner/Logs/Resource']));
  expect(findings.map(({ rule }) => rule)).toContain('cdk-validator-cfnguard::cloudwatch_log_group_encrypted_check');
});

test('an app that breaks no rule has no finding', () => {
  expect(withStack(harmless, findingsOf)).toEqual([]);
});

test('the template validation of aws-cdk-lib is heard, in the releases that have one', () => {
  const findings = withStack(() => {}, findingsOf);
  expect(findings.map(({ rule }) => rule)).toEqual('CloudFormationValidatePlugin' in cdk ? ['CloudFormation-Validate::F0001'] : []);
});

test('annotated warnings and errors are findings', () => {
  const findings = withStack(stack => {
    harmless(stack);
    Annotations.of(stack).addWarningV2('example:warning', 'be careful');
    Annotations.of(stack).addError('this cannot work');
  }, findingsOf);
  expect(findings).toEqual([
    { rule: 'example:warning', stack: 'App', resource: 'App', message: expect.stringContaining('be careful') },
    { rule: 'annotation-error', stack: 'App', resource: 'App', message: 'this cannot work' },
  ]);
});

test('an annotated error and a broken plugin make synthesis fail, a warning does not', () => {
  const errors = withStack(stack => {
    harmless(stack);
    Annotations.of(stack).addWarningV2('example:warning', 'be careful');
    Annotations.of(stack).addError('this cannot work');
    Validations.of(App.of(stack) ?? stack).addPlugins(brokenPlugin);
  }, validationErrors);
  expect(errors).toEqual(['App: this cannot work', expect.stringContaining('no rules found')]);
});

test('a validation plugin that breaks down is a finding', () => {
  const findings = withStack(stack => {
    harmless(stack);
    Validations.of(App.of(stack) ?? stack).addPlugins(brokenPlugin);
  }, findingsOf);
  expect(findings).toEqual([expect.objectContaining({ rule: 'Broken Plugin', message: expect.stringContaining('no rules found') })]);
});
