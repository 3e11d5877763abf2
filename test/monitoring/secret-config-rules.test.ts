import { aws_config as config, aws_kms as kms, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { GuardRail, ManagedSecret, SecretConfigRule, SecretConfigRules, SecretConfigRulesProps, SecretNamespace } from 'cdk-managed-secrets';
import { resolveTemplates } from '../../src/review/assembly/resolve-templates';
import { accessModel, decide, readSecret, resourcesOfType, roleOf } from '../../tools/access';
import { agnosticStack, ENV, testApp, testStack } from '../support/test-app';

/** The rules by what AWS Config is asked, and over which resources. */
function rulesOf(props?: SecretConfigRulesProps, stack = testStack()): Record<string, { parameters: unknown; scope: any }> {
  new SecretConfigRules(stack, 'Rules', props);
  const rules = Object.values(Template.fromStack(stack).findResources('AWS::Config::ConfigRule')).map(({ Properties }) => Properties);
  return Object.fromEntries(rules.map(({ Source, InputParameters: parameters, Scope: scope }) => [Source.SourceIdentifier, { parameters, scope }]));
}

const EVERY_SECRET = { ComplianceResourceTypes: ['AWS::SecretsManager::Secret'] };

test('the five managed rules, with thresholds of 90 days', () => {
  expect(rulesOf()).toEqual({
    SECRETSMANAGER_ROTATION_ENABLED_CHECK: { parameters: { maximumAllowedRotationFrequency: 90 }, scope: EVERY_SECRET },
    SECRETSMANAGER_SCHEDULED_ROTATION_SUCCESS_CHECK: { parameters: undefined, scope: EVERY_SECRET },
    SECRETSMANAGER_SECRET_PERIODIC_ROTATION: { parameters: { maxDaysSinceRotation: 90 }, scope: undefined },
    SECRETSMANAGER_SECRET_UNUSED: { parameters: { unusedForDays: 90 }, scope: undefined },
    SECRETSMANAGER_USING_CMK: { parameters: undefined, scope: EVERY_SECRET },
  });
});

test('takes the thresholds, the keys and the scope of the organization', () => {
  const stack = testStack();
  const key = kms.Key.fromKeyArn(stack, 'Key', `arn:aws:kms:${ENV.region}:${ENV.account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`);
  const scope = { TagKey: 'service', TagValue: 'payments' };
  expect(rulesOf({
    maxRotationInterval: Duration.hours(36),
    maxSinceRotation: Duration.days(45),
    unusedAfter: Duration.days(30),
    encryptionKeys: [key],
    ruleScope: config.RuleScope.fromTag('service', 'payments'),
  }, stack)).toEqual({
    SECRETSMANAGER_ROTATION_ENABLED_CHECK: { parameters: { maximumAllowedRotationFrequencyInHours: 36 }, scope },
    SECRETSMANAGER_SCHEDULED_ROTATION_SUCCESS_CHECK: { parameters: undefined, scope },
    SECRETSMANAGER_SECRET_PERIODIC_ROTATION: { parameters: { maxDaysSinceRotation: 45 }, scope: undefined },
    SECRETSMANAGER_SECRET_UNUSED: { parameters: { unusedForDays: 30 }, scope: undefined },
    SECRETSMANAGER_USING_CMK: { parameters: { kmsKeyArns: key.keyArn }, scope },
  });
});

test.each(Object.values(SecretConfigRule))('%s can be left out', rule => {
  const all = Object.keys(rulesOf());
  const left = Object.keys(rulesOf({ without: [rule] }));
  expect(left).toHaveLength(4);
  expect(all.filter(each => !left.includes(each))).toEqual([expect.stringContaining({
    ROTATION_ENABLED: 'ROTATION_ENABLED_CHECK', ROTATION_SUCCESS: 'ROTATION_SUCCESS_CHECK', PERIODIC_ROTATION: 'PERIODIC_ROTATION', UNUSED: 'SECRET_UNUSED', USING_CMK: 'USING_CMK',
  }[rule])]);
});

describe('the drift of a stack', () => {
  function drifting() {
    const app = testApp();
    const secrets = testStack('Secrets', app);
    new SecretNamespace(secrets, 'Secrets', { environment: 'prod', service: 'pay', guardRails: [GuardRail.denyPrincipals(['arn:aws:iam::*:role/staging-*'])] });
    new ManagedSecret(secrets, 'Key', { purpose: 'key' });
    const stack = testStack('Rules', app);
    const rules = new SecretConfigRules(stack, 'Rules', { driftOf: [secrets] });
    return { app, stack, rules };
  }

  test('is a rule over that stack, with a role of its own', () => {
    const { app, rules } = drifting();
    expect(rules.ruleNames).toHaveLength(6);
    const deployed = resourcesOfType(resolveTemplates(app.synth()), 'AWS::Config::ConfigRule').map(({ resource: { Properties } }) => Properties!);
    expect(deployed.find(({ Source }) => Source.SourceIdentifier === 'CLOUDFORMATION_STACK_DRIFT_DETECTION_CHECK')).toMatchObject({
      InputParameters: { cloudformationRoleArn: expect.stringMatching(/^arn:aws:iam::111122223333:role\//) },
      MaximumExecutionFrequency: 'TwentyFour_Hours',
      Scope: { ComplianceResourceTypes: ['AWS::CloudFormation::Stack'], ComplianceResourceId: expect.stringContaining('stack/Secrets') },
    });
  });

  test('is seen with a role that describes secrets, and reads no value', async () => {
    const model = accessModel(resolveTemplates(drifting().app.synth()));
    const principal = roleOf(model, 'Rules/Rules/DriftRole');
    const [{ arn, key }] = model.secrets;
    const may = (action: string, resource: string) => decide(model, { principal, action, resource });
    expect(await Promise.all([may('secretsmanager:DescribeSecret', arn), may('secretsmanager:GetResourcePolicy', arn), may('kms:GetKeyPolicy', key!.arn)]))
      .toEqual(['Allowed', 'Allowed', 'Allowed']);
    expect((await readSecret(model, principal, arn)).decision).toBe('ImplicitlyDenied');
    expect(await Promise.all(['PutResourcePolicy', 'DeleteSecret', 'PutSecretValue'].map(each => may(`secretsmanager:${each}`, arn)))).not.toContain('Allowed');
  });
});

describe('bad input', () => {
  const rules = (props: SecretConfigRulesProps) => (stack: Stack) => new SecretConfigRules(stack, 'Rules', props);
  const far = (stack: Stack) => testStack('Far', stack.node.root as never, { ...ENV, region: 'us-east-1' });

  test.each<[string, (stack: Stack) => unknown, RegExp]>([
    ['an interval of less than 4 hours', rules({ maxRotationInterval: Duration.hours(3) }), /`maxRotationInterval in hours` must be a whole number from 4 to 24000, got 3/],
    ['an interval of part of an hour', rules({ maxRotationInterval: Duration.minutes(270) }), /`maxRotationInterval in hours` must be a whole number from 4 to 24000, got 4.5/],
    ['no days since rotation', rules({ maxSinceRotation: Duration.days(0) }), /`maxSinceRotation in days` must be a whole number from 1 to 1000, got 0/],
    ['too many days without use', rules({ unusedAfter: Duration.days(1001) }), /`unusedAfter in days` must be a whole number from 1 to 1000, got 1001/],
    ['no key', rules({ encryptionKeys: [] }), /`encryptionKeys` must name at least one; leave it out for any customer managed key/],
    ['a key of another region', stack => rules({
      encryptionKeys: [kms.Key.fromKeyArn(stack, 'Key', `arn:aws:kms:us-east-1:${ENV.account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`)],
    })(stack), /`encryptionKeys` must be of this stack's account and region/],
    ['a stack of another region', stack => rules({ driftOf: [far(stack)] })(stack), /`driftOf` must be of this stack's account and region, 111122223333 in eu-west-1, got one of 111122223333 in us-east-1/],
    ['a stack twice', stack => rules({ driftOf: [stack, stack] })(stack), /`driftOf` must hold each stack once, got Stack twice; remove one/],
    ['every rule left out', rules({ without: Object.values(SecretConfigRule) }), /`without` must leave a rule, got all of them; leave the construct out instead/],
    ['two sets of one account and region', stack => {
      new SecretConfigRules(testStack('Other', stack.node.root as never), 'First');
      rules({})(stack);
    }, /111122223333 in eu-west-1 must have one SecretConfigRules, and Other\/First is there already; remove one/],
  ])('%s', (_, create, message) => {
    const stack = testStack();
    expect(() => create(stack)).toThrow(expect.objectContaining({ message: expect.stringMatching(message), constructPath: 'Stack/Rules' }));
    expect(stack.node.tryFindChild('Rules')).toBeUndefined();
  });

  test('two regions may have a set each, and so may stacks whose region nobody knows', () => {
    const app = testApp();
    const stacks = [testStack('Near', app), testStack('Far', app, { ...ENV, region: 'us-east-1' }), agnosticStack('One', app), agnosticStack('Two', app)];
    expect(() => stacks.forEach(stack => new SecretConfigRules(stack, 'Rules'))).not.toThrow();
  });
});
