import { EVENTS } from './fixtures/events';
import { monitored } from './monitored';
import { deployed, resourcesOf } from './template';
import { AlarmSetting, ManagedSecret, SecretEncryption, SecretMonitoring } from '../../src';
import { matches, missingEventRuler } from '../../tools/event-ruler/event-ruler';
import { whenThere } from '../support/servers/at-hand';
import { testStack } from '../support/test-app';

/** The patterns of the rules against events, decided by AWS's own rule engine. */

type Event = keyof typeof EVENTS;

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const PIPELINE = 'arn:aws:iam::111122223333:role/pipeline-*';

const EXPECTED: Record<string, Event[]> = {
  RotationFailed: ['a rotation that failed', 'the test of a schedule that failed'],
  RotationAbandoned: ['a rotation that was given up'],
  ValueChanged: ['a new value'],
  ChangedByHand: [
    'another resource policy, by name', 'another resource policy, by ARN', 'another resource policy, by partial ARN',
    'another resource policy, by somebody who calls himself CloudFormation', 'another resource policy, by an IAM user', 'no resource policy any more',
    'another key of a secret', 'a rotation turned off', 'another rotation function', 'another schedule', 'a deletion', 'a replica less',
  ],
  KeyChangedByHand: ['another key policy', 'a key that is going to be deleted', 'a key that is disabled'],
};

/** What public rules do, and why they stay silent. */
const AS_OTHERS_DO = [
  { 'source': ['aws.secretsmanager'], 'detail-type': ['AWS API Call via CloudTrail'], 'detail': { eventName: ['RotationFailed'] } },
  { 'source': ['aws.secretsmanager'], 'detail-type': ['AWS Service Event via CloudTrail'], 'detail': { eventName: ['RotationFailed'], requestParameters: { secretId: [{ prefix: 'prod/payments/' }] } } },
  { source: ['aws.secretsmanager'], resources: [{ prefix: 'arn:aws:secretsmanager:' }], detail: { eventName: ['RotationFailed'] } },
];

function patternsOf(stack: ReturnType<typeof testStack>): Record<string, any> {
  const rules = Object.entries(resourcesOf(stack, 'AWS::Events::Rule')).filter(([, { EventPattern: pattern }]) => pattern !== undefined);
  return Object.fromEntries(rules.map(([id, { EventPattern: pattern }]) => [/Monitoring(\w+)Rule[0-9A-F]{8}$/.exec(id)![1], deployed(pattern, { SecretsKey9BF95D68: KEY })]));
}

/** The events that each pattern matches, for several sets of patterns at once: to start Java takes longer than to match them. */
function matched(sets: Record<string, unknown>[]): Record<string, Event[]>[] {
  const rows = matches(sets.flatMap(patterns => Object.values(patterns)), Object.values(EVENTS));
  const names = Object.keys(EVENTS) as Event[];
  return sets.map(patterns => Object.fromEntries(Object.keys(patterns).map(name => {
    const row = rows.shift()!;
    return [name, names.filter((_, column) => row[column])];
  })));
}

/** What would be wrong with the patterns, and how. */
const DAMAGES: [string, (patterns: any) => void][] = [
  ['another detail type', each => { each.RotationFailed['detail-type'] = ['AWS API Call via CloudTrail']; }],
  ['the secret in the request', each => { each.RotationFailed.detail = { ...each.RotationFailed.detail, additionalEventData: undefined, requestParameters: { secretId: [{ prefix: 'arn:' }] } }; }],
  ['a prefix without its slash', each => { each.RotationFailed.detail.additionalEventData.SecretId = [{ prefix: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/payments' }]; }],
  ['names alone', each => { each.ChangedByHand.detail.requestParameters.secretId = [{ prefix: 'prod/payments/' }]; }],
  ['nobody who is not invoked', each => { each.ChangedByHand.detail.userIdentity.invokedBy = [{ 'anything-but': ['cloudformation.amazonaws.com'] }]; }],
  ['any rotation now', each => { each.ChangedByHand.detail.$or[0].eventName.push('RotateSecret'); }],
];

function damaged(patterns: any, damage: (patterns: any) => void): any {
  const broken = structuredClone(patterns);
  damage(broken);
  return broken;
}

/** Secrets by name, which are imported. */
function ofNamedSecrets(): ReturnType<typeof testStack> {
  const stack = testStack();
  const names = ['prod/payments/database-credentials', 'legacy'];
  const secrets = names.map((name, index) => ManagedSecret.fromName(stack, `Imported${index}`, name, SecretEncryption.awsManagedKey()));
  new SecretMonitoring(stack, 'Monitoring', { secrets });
  return stack;
}

whenThere(describe, missingEventRuler())('by Event Ruler', () => {
  let [ours, withoutPipeline, others, named]: Record<string, Event[]>[] = [];
  let broken: Record<string, Event[]>[];
  beforeAll(() => {
    const patterns = patternsOf(monitored({ deploymentRoles: [PIPELINE], alarms: { valueChanged: AlarmSetting.notifies() } }).stack);
    [ours, withoutPipeline, others, named, ...broken] = matched([
      patterns, patternsOf(monitored().stack), { ...AS_OTHERS_DO }, patternsOf(ofNamedSecrets()),
      ...DAMAGES.map(([, damage]) => damaged(patterns, damage)),
    ]);
  });

  test('each rule matches its events, of its namespace, and no other', () => {
    expect(ours).toEqual(EXPECTED);
  });

  test('without a pipeline that is known, its change is one by hand', () => {
    const { ChangedByHand: changes } = withoutPipeline;
    expect(changes).toEqual(expect.arrayContaining(['another resource policy, by a pipeline', 'another resource policy, by name']));
    expect(changes).not.toContain('another resource policy, by CloudFormation');
  });

  test('a rule as others write it is silent where a rotation fails', () => {
    expect(Object.keys(others)).toHaveLength(AS_OTHERS_DO.length);
    Object.values(others).forEach(events => expect(events).not.toContain('a rotation that failed'));
    expect(others[0]).toEqual(['a failed rotation as others expect it']);
  });

  test.each(DAMAGES.map(([words], index) => [words, index] as const))('a pattern that is broken, by %s, is found', (_, index) => {
    expect(Object.keys(broken[index])).toEqual(Object.keys(ours));
    expect(broken[index]).not.toEqual(EXPECTED);
  });

  test('named secrets, imported ones too, are matched as callers write them', () => {
    expect(named.RotationFailed).toEqual(EXPECTED.RotationFailed);
    expect(named.ChangedByHand).toEqual(expect.arrayContaining(EXPECTED.ChangedByHand));
    expect(named.KeyChangedByHand).toBeUndefined();
  });
});
