import { Stack, Validations } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import { IConstruct } from 'constructs';
import { withStack } from './synthesized';
import type { Finding } from '../../tools/rules';
import { acknowledgements, findingsOf } from '../../tools/rules';

const NAG_RULE = 'AwsSolutions-KMS5';
const GUARD_RULE = 'cdk-validator-cfnguard::kms_key_rotation_enabled_check';
const REASON = 'The material of this key is imported, and AWS KMS cannot rotate imported material.';

/** The findings on a key that is not rotated, after its acknowledgements. */
function findingsOnKey(acknowledge: (key: IConstruct, stack: Stack) => void): Finding[] {
  return withStack(stack => acknowledge(new kms.Key(stack, 'Key'), stack), findingsOf);
}

function rulesOf(findings: Finding[]): string[] {
  return findings.map(({ rule }) => rule);
}

test('with a reason, the finding is gone and the others stay', () => {
  const before = findingsOnKey(() => {});
  const after = findingsOnKey(key => Validations.of(key).acknowledge({ id: NAG_RULE, reason: REASON }));
  expect(rulesOf(before)).toContain(NAG_RULE);
  expect(rulesOf(after)).toEqual(rulesOf(before).filter(rule => rule !== NAG_RULE));
});

test('a Control Tower rule is acknowledged by its full id, on the construct or above it', () => {
  expect(rulesOf(findingsOnKey(() => {}))).toContain(GUARD_RULE);
  for (const scopeOf of [(key: IConstruct) => key, (_: IConstruct, stack: Stack) => stack, (_: IConstruct, stack: Stack) => stack.node.root]) {
    const findings = findingsOnKey((key, stack) => Validations.of(scopeOf(key, stack)).acknowledge({ id: GUARD_RULE, reason: REASON }));
    expect(rulesOf(findings)).not.toContain(GUARD_RULE);
    expect(rulesOf(findings)).not.toContain('acknowledgement-without-finding');
  }
});

test.each(['', 'not needed', 'see ticket 4711', 'a'.repeat(80)])('the reason %j acknowledges nothing', reason => {
  const findings = findingsOnKey(key => Validations.of(key).acknowledge({ id: NAG_RULE, reason }));
  expect(rulesOf(findings)).toContain(NAG_RULE);
  expect(findings).toContainEqual({
    rule: 'acknowledgement-without-reason',
    stack: 'App',
    resource: 'App/Key',
    message: expect.stringContaining(NAG_RULE),
  });
});

test.each([
  ['a rule that nothing breaks', NAG_RULE.replace('KMS5', 'SMG4')],
  ['a rule of another construct', 'AwsSolutions-L1'],
  ['a finding rule without its finding', 'AwsSolutions-IAM5'],
  ['a Control Tower rule that nothing breaks', GUARD_RULE.replace('key_rotation_enabled', 'asymmetric_rsa_keyspec')],
])('an acknowledgement of %s is a finding', (_, id) => {
  const findings = findingsOnKey(key => Validations.of(key).acknowledge({ id, reason: REASON }));
  expect(findings).toContainEqual({
    rule: 'acknowledgement-without-finding',
    stack: 'App',
    resource: 'App/Key',
    message: expect.stringContaining(id),
  });
});

test('an acknowledgement on a sibling covers nothing', () => {
  const findings = withStack(stack => {
    new kms.Key(stack, 'Key');
    Validations.of(new kms.Key(stack, 'KeyTwo', { enableKeyRotation: true })).acknowledge({ id: NAG_RULE, reason: REASON });
  }, findingsOf);
  expect(rulesOf(findings)).toEqual(expect.arrayContaining([NAG_RULE, 'acknowledgement-without-finding']));
});

test('every acknowledgement is listed once, with its reason and path', () => {
  const listed = withStack(stack => {
    const key = new kms.Key(stack, 'Key');
    Validations.of(key).acknowledge({ id: NAG_RULE, reason: REASON }, { id: GUARD_RULE, reason: REASON });
    Validations.of(key).acknowledge({ id: NAG_RULE, reason: REASON });
    Validations.of(stack).acknowledge({ id: 'AwsSolutions-IAM5[Resource::*]', reason: REASON });
  }, ({ app }) => acknowledgements(app));
  expect(listed).toEqual([
    { id: 'AwsSolutions-IAM5[Resource::*]', reason: REASON, path: 'App' },
    { id: NAG_RULE, reason: REASON, path: 'App/Key' },
    { id: GUARD_RULE, reason: REASON, path: 'App/Key' },
  ]);
});
