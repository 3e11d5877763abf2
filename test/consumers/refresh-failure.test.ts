import { assertions, aws_cloudwatch_actions as actions, aws_kms as kms, aws_sns as sns, CfnParameter } from 'aws-cdk-lib';
import { apiKey, payments } from './follow';
import { ManagedSecret, SecretEncryption } from '../../src';
import { LabelUpdatedRules } from '../../src/consumers/private/label-updated-event';
import { RefreshFailure } from '../../src/consumers/private/refresh-failure';

function failing(actionOf?: (scope: ReturnType<typeof payments>) => actions.SnsAction) {
  const stack = payments();
  const failure = new RefreshFailure(stack, 'Failure', 'The service worker', actionOf && [actionOf(stack)]);
  const rules = new LabelUpdatedRules(stack, 'Rules', [apiKey(stack)], 'Follows a rotation');
  rules.addTarget({ arn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:redeploy', deadLetterQueue: failure.deadLetterQueue });
  failure.watch(rules.rules);
  return { stack, template: assertions.Template.fromStack(stack) };
}

test('events that are not delivered wait in an encrypted queue, to which rules of this account alone send, over TLS', () => {
  const { template } = failing();
  template.hasResourceProperties('AWS::SQS::Queue', { SqsManagedSseEnabled: true });
  const [{ Properties: { PolicyDocument: { Statement: statements } } }] = Object.values(template.findResources('AWS::SQS::QueuePolicy'));
  expect(statements).toMatchObject([
    { Effect: 'Deny', Action: 'sqs:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
    {
      Action: 'sqs:SendMessage',
      Principal: { Service: 'events.amazonaws.com' },
      Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } },
    },
  ]);
  template.hasResourceProperties('AWS::Events::Rule', { Targets: [{ DeadLetterConfig: { Arn: assertions.Match.anyValue() } }] });
});

test('alarms tell of both, and reach the actions', () => {
  const { template } = failing(scope => new actions.SnsAction(new sns.Topic(scope, 'Pages')));
  const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);
  expect(alarms.map(({ AlarmDescription: description }) => description)).toEqual([
    expect.stringContaining('The service worker did not follow a rotation.'), expect.stringContaining('The service worker did not hear of a rotation'),
  ]);
  alarms.forEach(each => expect(each).toMatchObject({ AlarmActions: [{ Ref: expect.stringMatching(/^Pages/) }], Threshold: 1, TreatMissingData: 'notBreaching' }));
});

test('the alarm on lost events counts those of every rule', () => {
  const stack = payments();
  const failure = new RefreshFailure(stack, 'Failure', 'The service worker');
  const legacy = ManagedSecret.fromArn(stack, 'Legacy', new CfnParameter(stack, 'Arn').valueAsString, SecretEncryption.awsManagedKey());
  const { rules } = new LabelUpdatedRules(stack, 'Rules', [apiKey(stack), legacy], 'Follows a rotation');
  failure.watch(rules);
  const [, { Properties: { Metrics: metrics } }] = Object.values(assertions.Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm'));
  const watched = metrics.flatMap(({ MetricStat: stat }: any) => stat?.Metric.Dimensions.map(({ Value: value }: any) => value) ?? []);
  expect(watched).toEqual(rules.map(({ ruleName }) => stack.resolve(ruleName)));
  expect(watched).toHaveLength(2);
  expect(metrics.map(({ Expression: expression }: any) => expression)).toContain('SUM([lost0, lost1])');
});

test('a topic that CloudWatch may not use is an error', () => {
  const aws = (scope: ReturnType<typeof payments>) => new sns.Topic(scope, 'Pages', { masterKey: kms.Alias.fromAliasName(scope, 'Aws', 'alias/aws/sns') });
  expect(() => failing(scope => new actions.SnsAction(aws(scope)))).toThrow(/`alarmActions` must not be encrypted under alias\/aws\/sns/);
});

test('without an action a warning says so', () => {
  assertions.Annotations.fromStack(failing().stack).hasWarning('*', assertions.Match.stringLikeRegexp('reach nobody.*failedRefreshTellsNobody'));
});
