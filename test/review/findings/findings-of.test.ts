import { aws_secretsmanager as secretsmanager, Validations } from 'aws-cdk-lib';
import { evidenceOf } from './evidence';
import { findingsOf } from '../../../src/review/findings/findings-of';
import { RULE_PREFIX } from '../../../src/review/findings/rule';
import { RULES } from '../../../src/review/findings/rules';
import { testApp, testStack } from '../../support/test-app';

function app() {
  const stack = testStack('Shop', testApp());
  const secret = new secretsmanager.CfnSecret(stack, 'Secret', { name: 'key' });
  return { app: stack.node.root as ReturnType<typeof testApp>, stack, secret };
}

const ids = (findings: { rule: string }[]) => findings.map(({ rule }) => rule.slice(RULE_PREFIX.length));

test('every rule has an id of its own, says what it finds in one line and what to do, and rests on a page of AWS', () => {
  expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length);
  expect(RULES.filter(({ id, finds, fix, page }) =>
    !/^[a-z]+(-[a-z]+)+$/.test(id) || !page.startsWith('https://docs.aws.amazon.com/') || [finds, fix].some(text => text === '' || /[.\n]$/.test(text)))).toEqual([]);
});

test('a finding says what, where, how bad, what to do and why', () => {
  const { findings } = findingsOf(evidenceOf(app().app));

  expect(findings).toContainEqual({
    rule: 'cdk-managed-secrets::deletion-without-recovery',
    severity: 'warning',
    message: 'CloudFormation deletes the secret when the stack or the resource is deleted and when it is replaced',
    fix: expect.stringContaining('RETAIN'),
    page: expect.stringContaining('https://docs.aws.amazon.com/'),
    place: { path: 'Shop/Secret', stack: 'Shop', logicalId: 'Secret' },
  });
});

test('the worst findings come first, in all reports', () => {
  const { findings } = findingsOf(evidenceOf(app().app), { severities: { 'name-in-hierarchy': 'error', 'customer-managed-key': 'note' } });

  expect(findings.map(({ severity }) => severity)).toEqual(['error', 'warning', 'note']);
});

describe('a severity', () => {
  test('is that of the organization', () => {
    const { findings } = findingsOf(evidenceOf(app().app), { severities: { 'deletion-without-recovery': 'error', 'cdk-managed-secrets::name-in-hierarchy': 'off' } });

    expect(findings.find(({ rule }) => rule.endsWith('deletion-without-recovery'))?.severity).toBe('error');
    expect(ids(findings)).not.toContain('name-in-hierarchy');
  });

  test('is refused for a rule that does not exist', () => {
    expect(() => findingsOf(evidenceOf(app().app), { severities: { delete: 'off' } })).toThrow('there is no rule "delete"; there are: plaintext-value, ');
  });
});

describe('an acknowledgement', () => {
  const reason = 'Deployed under this name; renaming it would replace it.';

  test.each(['Secret', ''])('takes out what is at or below its construct: "%s"', id => {
    const { app: shop, stack } = app();
    Validations.of(id === '' ? stack : stack.node.findChild(id)).acknowledge({ id: 'cdk-managed-secrets::name-in-hierarchy', reason });
    const { findings, acknowledged } = findingsOf(evidenceOf(shop));

    expect(acknowledged.map(({ finding, reason: given }) => [...ids([finding]), given])).toEqual([['name-in-hierarchy', reason]]);
    expect(ids(findings)).toEqual(['customer-managed-key', 'deletion-without-recovery']);
  });

  test('holds for no other construct, and is a finding itself when there is nothing to acknowledge', () => {
    const { app: shop, stack } = app();
    const other = new secretsmanager.CfnSecret(stack, 'Secret2', { name: 'prod/shop/key' });
    Validations.of(other).acknowledge({ id: 'cdk-managed-secrets::name-in-hierarchy', reason });
    const { findings, acknowledged } = findingsOf(evidenceOf(shop));

    expect(acknowledged).toEqual([]);
    expect(findings.filter(({ rule }) => rule.endsWith('name-in-hierarchy')).map(({ place }) => place.path)).toEqual(['Shop/Secret']);
    expect(findings.find(({ rule }) => rule.endsWith('acknowledgement-without-finding'))?.place.path).toBe('Shop/Secret2');
  });

  test('of the rules of others is left alone', () => {
    const { app: shop, secret } = app();
    Validations.of(secret).acknowledge({ id: 'AwsSolutions-SMG4', reason });

    expect(ids(findingsOf(evidenceOf(shop)).findings)).not.toContain('acknowledgement-without-finding');
  });
});
