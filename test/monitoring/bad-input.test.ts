import { assertions, aws_cloudwatch as cloudwatch, aws_cloudwatch_actions as actions, aws_kms as kms, aws_logs as logs, aws_sns as sns, Duration, Stack } from 'aws-cdk-lib';
import { rotated } from './monitored';
import { AlarmSetting, ManagedSecret, SecretEncryption, SecretMonitoring, SecretMonitoringProps, SecretNamespace } from '../../src';
import { agnosticStack, ENV, testApp, testStack } from '../support/test-app';

/** What is wrong is said once, with the path and the remedy, before anything is created. */

function stackWithNamespace(): Stack {
  const stack = testStack();
  new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'payments' });
  return stack;
}

const trail = (stack: Stack) => logs.LogGroup.fromLogGroupName(stack, 'Trail', 'trail');
const elsewhere = (stack: Stack) => testStack('Elsewhere', stack.node.root as any, { account: ENV.account, region: 'us-east-1' });
const action = (arn: string): cloudwatch.IAlarmAction => ({ bind: () => ({ alarmActionArn: arn }) });
const topicUnder = (stack: Stack, masterKey: kms.IKey) => new sns.Topic(stack, 'Topic', { masterKey });

const CASES: [string, (stack: Stack) => SecretMonitoringProps, RegExp][] = [
  ['both a namespace and secrets', stack => ({ namespace: SecretNamespace.of(stack), secrets: [] }), /exactly one of `namespace` and `secrets`/],
  ['no secrets', () => ({ secrets: [] }), /`secrets` must name at least one/],
  ['a namespace of another region', stack => ({
    namespace: new SecretNamespace(elsewhere(stack), 'Secrets', { environment: 'prod', service: 'orders' }),
  }), /`namespace` must be of this stack's account and region/],
  ['readers without a trail', () => ({ expectedReaders: ['arn:aws:iam::111122223333:role/x'] }), /`trailLogGroup` must be given with `expectedReaders`/],
  ['an alarm on reads without a trail', () => ({ alarms: { deniedReads: AlarmSetting.pages() } }), /`trailLogGroup` must be given with `alarms\.deniedReads`/],
  ['an alarm on readers without readers', stack => ({ trailLogGroup: trail(stack), alarms: { unexpectedReads: AlarmSetting.pages() } }), /`expectedReaders` must be given/],
  ['a trail of another region', stack => ({ trailLogGroup: logs.LogGroup.fromLogGroupArn(stack, 'Trail', 'arn:aws:logs:us-east-1:111122223333:log-group:trail') }),
    /`trailLogGroup` must be of this stack's account and region/],
  ['no readers', stack => ({ trailLogGroup: trail(stack), expectedReaders: [] }), /`expectedReaders` must name at least one/],
  ['a reader that is no role', stack => ({ trailLogGroup: trail(stack), expectedReaders: ['payments'] }), /`expectedReaders` must be ARNs of roles/],
  ['a wildcard in the middle', stack => ({ trailLogGroup: trail(stack), expectedReaders: ['arn:aws:iam::111122223333:role/a*b'] }), /at most one \* at each end/],
  ['so many readers that no filter holds them', stack => ({
    trailLogGroup: trail(stack), expectedReaders: Array.from({ length: 12 }, (_, index) => `arn:aws:iam::111122223333:role/reader-${index}`),
  }), /the pattern of a metric filter must have at most 1024 characters/],
  ['so many secrets that no pattern holds them', stack => ({
    secrets: Array.from({ length: 12 }, (_, index) => ManagedSecret.fromName(stack, `S${index}`, `prod/payments/a-name-that-is-long-${index}`, SecretEncryption.awsManagedKey())),
  }), /`secrets` must be so few that the pattern of a rule has at most 2048 characters/],
  ['no actions', () => ({ alarmActions: [] }), /`alarmActions` must name at least one/],
  ['an action of another region', () => ({ alarmActions: [action('arn:aws:sns:us-east-1:111122223333:topic')] }), /`alarmActions` must be of the alarm's own region eu-west-1/],
  ['an action under the key of SNS', stack => ({
    alarmActions: [new actions.SnsAction(topicUnder(stack, kms.Alias.fromAliasName(stack, 'Alias', 'alias/aws/sns')))],
  }), /`alarmActions` must not be encrypted under alias\/aws\/sns/],
  ['an action under a key that CloudWatch may not use', stack => ({ alarmActions: [new actions.SnsAction(topicUnder(stack, new kms.Key(stack, 'Mine')))] }),
    /`alarmActions` must be encrypted under a key that cloudwatch\.amazonaws\.com may use/],
  ['messages under the key of SNS', stack => ({ messageTopic: topicUnder(stack, kms.Alias.fromAliasName(stack, 'Alias', 'alias/aws/sns')) }),
    /`messageTopic` must not be encrypted under alias\/aws\/sns/],
  ['messages under a key that EventBridge may not use', stack => ({ messageTopic: topicUnder(stack, new kms.Key(stack, 'Mine')) }),
    /`messageTopic` must be encrypted under a key that events\.amazonaws\.com may use/],
  ['a FIFO topic', stack => ({ messageTopic: new sns.Topic(stack, 'Topic', { fifo: true }) }), /`messageTopic` must be a standard topic/],
  ['a topic of another region', stack => ({ messageTopic: sns.Topic.fromTopicArn(stack, 'Topic', 'arn:aws:sns:us-east-1:111122223333:topic') }),
    /`messageTopic` must be of this stack's account and region/],
  ['a threshold of nothing', () => ({ alarms: { rotationFailed: AlarmSetting.pages(0) } }), /threshold of `alarms\.rotationFailed` must be more than 0/],
  ['a threshold beyond what there can be', () => ({ alarms: { rotationFunctionSlow: AlarmSetting.pages(120) } }), /at most 100, or the alarm could never go off/],
  ['a grace of no time', () => ({ thresholds: { overdueGrace: Duration.seconds(0) } }), /overdueGrace in seconds` must be a whole number from 60/],
  ['a threshold of which nobody is told', () => ({ thresholds: { unusedAfter: Duration.days(10) }, alarms: { secretsUnused: AlarmSetting.off() } }), /nobody would be told/],
  ['a look each minute', () => ({ interval: Duration.minutes(1) }), /`interval in minutes` must be a whole number from 15/],
];

test.each(CASES)('%s', (_, props, message) => {
  const stack = stackWithNamespace();
  const given = props(stack);
  const create = () => new SecretMonitoring(stack, 'Monitoring', given);
  expect(create).toThrow(message);
});

test('what is said of the props is said before anything is created, and with the path', () => {
  const stack = stackWithNamespace();
  expect(() => new SecretMonitoring(stack, 'Monitoring', { interval: Duration.minutes(1) })).toThrow(/\[at Stack\/Monitoring\]$/);
  expect(stack.node.tryFindChild('Monitoring')).toBeUndefined();
});

test('two monitors of one namespace', () => {
  const stack = stackWithNamespace();
  new SecretMonitoring(stack, 'Monitoring');
  expect(() => new SecretMonitoring(stack, 'Again')).toThrow(/"prod\/payments\/" must be watched by one SecretMonitoring, and Stack\/Monitoring watches it already/);
});

test('no namespace at all', () => {
  expect(() => new SecretMonitoring(testStack(), 'Monitoring')).toThrow(/`namespace` must be given, because no enclosing scope has one/);
});

test('a grace that is longer than the time between two rotations', () => {
  const stack = stackWithNamespace();
  new SecretMonitoring(stack, 'Monitoring', { thresholds: { overdueGrace: Duration.days(7) } });
  rotated(stack, 'Database');
  expect(() => assertions.Template.fromStack(stack)).toThrow(/`thresholds\.overdueGrace` must be shorter than the time between two rotations of .*, which is 7 days, got 7 days/);
});

function warningsOf(stack: Stack): string {
  return assertions.Annotations.fromStack(stack).findWarning('*', assertions.Match.anyValue()).map(({ entry }) => String(entry.data)).join('\n');
}

test('a namespace in which nothing rotates, and no trail, are warnings', () => {
  const stack = stackWithNamespace();
  new SecretMonitoring(stack, 'Monitoring');
  expect(warningsOf(stack)).toMatch(/No secret of Stack\/Secrets is rotated in this app/);
  expect(warningsOf(stack)).toMatch(/only where a trail of CloudTrail logs management events/);
});

test('a stack whose account and region are not known, and named secrets, are fine', () => {
  const stack = agnosticStack('Agnostic', testApp());
  new SecretMonitoring(stack, 'Monitoring', {
    secrets: [ManagedSecret.fromName(stack, 'Imported', 'legacy', SecretEncryption.awsManagedKey())],
    trailLogGroup: trail(stack),
    expectedReaders: ['arn:aws:iam::111122223333:role/payments-*'],
  });
  expect(warningsOf(stack)).toBe('');
});
