import { App, aws_events as events, aws_events_targets as targets, aws_secretsmanager as secretsmanager, aws_sns as sns, Stack } from 'aws-cdk-lib';
import { ManagedSecret, SecretMonitoring, SecretNamespace } from 'cdk-managed-secrets';
import { reviewOf } from '../../src/review/document/review-of';
import { ENV, testApp } from '../support/test-app';

function watched(build: (stack: Stack) => void): Record<string, string[]> {
  const app: App = testApp();
  build(new Stack(app, 'Shop', { env: ENV }));
  const { secrets } = reviewOf([app.synth().directory]);
  return Object.fromEntries(secrets.map(({ name, watchedBy }) => [name, watchedBy]));
}

const FAILURES = { source: ['aws.secretsmanager'], detailType: ['AWS Service Event via CloudTrail'], detail: { eventName: ['RotationFailed'] } };

function withRule(pattern: events.EventPattern, options: Partial<events.RuleProps> = {}): Record<string, string[]> {
  return watched(stack => {
    new secretsmanager.Secret(stack, 'Secret', { secretName: 'prod/shop/api-key' });
    new events.Rule(stack, 'Rule', { eventPattern: pattern, targets: [new targets.SnsTopic(new sns.Topic(stack, 'Topic'))], ...options });
  });
}

const of = (...conditions: unknown[]) => ({ ...FAILURES, detail: { eventName: ['RotationFailed'], additionalEventData: { SecretId: conditions } } });
const PREFIX = `arn:aws:secretsmanager:${ENV.region}:${ENV.account}:secret:prod/shop/`;

test.each([
  ['of every secret', FAILURES],
  ['of the prefix', of({ prefix: PREFIX })],
  ['of one of several prefixes', of({ prefix: 'arn:aws:x' }, { prefix: PREFIX })],
  ['by a wildcard', of({ wildcard: '*:secret:prod/*' })],
  ['by its source alone', { source: ['aws.secretsmanager'] }],
])('a rule %s watches the secret', (_, pattern) => {
  expect(withRule(pattern as events.EventPattern)).toEqual({ 'prod/shop/api-key': ['Shop/Rule'] });
});

test.each([
  ['for another detail type, as most public rules have it', { ...FAILURES, detailType: ['AWS API Call via CloudTrail'] }],
  ['for another event', { ...FAILURES, detail: { eventName: ['RotationSucceeded'] } }],
  ['of another prefix', of({ prefix: `${PREFIX}db` })],
  ['of fields that the event has not', { ...FAILURES, detail: { eventName: ['RotationFailed'], requestParameters: { secretId: [{ prefix: 'prod/' }] } } }],
  ['with a condition that is not understood', of({ cidr: '10.0.0.0/8' })],
])('a rule %s watches nothing', (_, pattern) => {
  expect(withRule(pattern as events.EventPattern)).toEqual({ 'prod/shop/api-key': [] });
});

test('a rule that is off, or that tells nobody, watches nothing', () => {
  expect(withRule(FAILURES, { enabled: false })).toEqual({ 'prod/shop/api-key': [] });
  expect(withRule(FAILURES, { targets: [] })).toEqual({ 'prod/shop/api-key': [] });
});

test('SecretMonitoring watches the secrets of its namespace', () => {
  const warnings = jest.spyOn(console, 'error').mockImplementation(); // that nothing rotates here
  const names = watched(stack => {
    const namespace = new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'shop' });
    const other = new SecretNamespace(stack, 'Others', { environment: 'prod', service: 'shops' });
    new ManagedSecret(stack, 'ApiKey', { namespace, purpose: 'api-key' });
    new ManagedSecret(stack, 'Other', { namespace: other, purpose: 'api-key' });
    new SecretMonitoring(stack, 'Monitoring', { namespace });
  });
  expect(names['prod/shop/api-key']).toEqual([expect.stringMatching(/^Shop\/Monitoring\//)]);
  expect(names['prod/shops/api-key']).toEqual([]);
  warnings.mockRestore();
});
