import { App, aws_logs as logs, aws_secretsmanager as secretsmanager, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { DeployedName, ISecretNamespace, ManagedSecret, SecretAudit, SecretEncryption, SecretNamespace } from 'cdk-managed-secrets';
import { ACCOUNT, arnOf, denied, eventsOf, record, REGION, service, serviceEvent, session, stranger, user } from './fixtures/cloudtrail';
import { runQuery } from '../../tools/logs-insights';
import { agnosticStack, testApp, testStack } from '../support/test-app';

/** The saved queries, run against recorded calls. What they find is what an auditor reads. */

const TRAIL = (stack: Stack) => logs.LogGroup.fromLogGroupName(stack, 'Trail', 'organization-trail');

/** The queries that a template saves, by the ends of their names. */
function queriesOf(stack: Stack): Record<string, string> {
  const found = Object.values(Template.fromStack(stack).findResources('AWS::Logs::QueryDefinition'));
  return Object.fromEntries(found.map(({ Properties }) => [Properties.Name.split('/').at(-1), Properties.QueryString]));
}

function ofNamespace(level: string, environment = 'prod'): Record<string, string> {
  const stack = testStack();
  const namespace = new SecretNamespace(stack, 'Secrets', { environment, service: level, encryption: SecretEncryption.awsManagedKey() });
  new SecretAudit(stack, 'Audit', { namespace, trailLogGroup: TRAIL(stack) });
  return queriesOf(stack);
}

function ofSecrets(...names: string[]): Record<string, string> {
  const stack = testStack();
  const namespace = new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'pay' });
  const secrets = names.map((name, index) => new ManagedSecret(stack, `Secret${index}`, { namespace, deployedName: DeployedName.explicit(name) }));
  new SecretAudit(stack, 'Audit', { secrets, trailLogGroup: TRAIL(stack) });
  return queriesOf(stack);
}

type Record_ = ReturnType<typeof record>;
const secretsIn = (query: string, records: Record_[]) => runQuery(query, eventsOf(records)).map(({ secret }) => secret).sort();

const IDS = ['prod/pay/key', arnOf('prod/pay/key-a1b2c3'), arnOf('prod/pay/key')];

describe('who read what', () => {
  const { 'who-read-what': query, 'reads-by-hour': byHour } = ofNamespace('pay');

  test.each([['a name', IDS[0]], ['an ARN', IDS[1]], ['an ARN without its suffix', IDS[2]]])('finds a secret that the caller named by %s', (_, id) => {
    expect(secretsIn(query, [record('GetSecretValue', id)])).toEqual([id]);
  });

  test.each([
    ['a namespace whose name begins with that of this one', 'prod/payments/key'],
    ['a prefix in the middle', 'old/prod/pay/key'],
    ['an ARN with the prefix in the middle', arnOf('old/prod/pay/key-a1b2c3')],
    ['another environment', 'test/pay/key'],
    ['another case', 'Prod/pay/key'],
    ['an ARN of another service', 'arn:aws:ssm:eu-west-1:111122223333:parameter/prod/pay/key'],
  ])('leaves out %s', (_, id) => expect(secretsIn(query, [record('GetSecretValue', id)])).toEqual([]));

  test.each<[string, Record<string, unknown>]>([
    ['another region', { awsRegion: 'us-east-1' }],
    ['another account of the organization', { recipientAccountId: '444455556666' }],
    ['another service', { eventSource: 'ssm.amazonaws.com' }],
  ])('leaves out a call of the same name in %s', (_, change) => expect(secretsIn(query, [record('GetSecretValue', IDS[0], change)])).toEqual([]));

  test('counts by who, which is the role of a session, the user, the service, or what is known of a caller of another account', () => {
    const rows = runQuery(query, eventsOf([
      record('GetSecretValue', IDS[0], { userIdentity: session('checkout', 'first'), eventTime: '2026-10-04T06:30:00Z' }),
      record('GetSecretValue', IDS[0], { userIdentity: session('checkout', 'second'), eventTime: '2026-10-04T09:30:00Z' }),
      record('GetSecretValue', IDS[0], { userIdentity: user('mary') }),
      record('GetSecretValue', IDS[1], { userIdentity: stranger }),
      record('GetSecretValue', IDS[1], { userIdentity: service('ecs.amazonaws.com') }),
      denied('GetSecretValue', IDS[0], { userIdentity: user('mary') }),
      record('DescribeSecret', IDS[0]),
    ]));
    expect(rows[0]).toEqual({
      who: `arn:aws:iam::${ACCOUNT}:role/checkout`, secret: IDS[0], errorCode: undefined, reads: 2, first: '2026-10-04T06:30:00Z', last: '2026-10-04T09:30:00Z',
    });
    expect(rows.slice(1).map(({ who, errorCode, reads }) => [who, errorCode, reads])).toEqual(expect.arrayContaining([
      [`arn:aws:iam::${ACCOUNT}:user/mary`, undefined, 1], [`arn:aws:iam::${ACCOUNT}:user/mary`, 'AccessDenied', 1],
      ['AROAOTHEREXAMPLE:reporting', undefined, 1], ['ecs.amazonaws.com', undefined, 1],
    ]));
    expect(rows).toHaveLength(5);
  });

  test('a batch counts once for each secret, because it writes a record for each', () => {
    const batch = [record('BatchGetSecretValue', undefined, { requestParameters: { secretIdList: ['prod/pay/a', 'prod/pay/b'] } }),
      record('GetSecretValue', arnOf('prod/pay/a-a1b2c3')), record('GetSecretValue', arnOf('prod/pay/b-a1b2c3'))];
    expect(runQuery(query, eventsOf(batch)).map(({ reads }) => reads)).toEqual([1, 1]);
  });

  test('reads by hour', () => {
    const times = ['2026-10-04T06:10:00Z', '2026-10-04T06:50:00Z', '2026-10-04T08:00:00Z'];
    expect(runQuery(byHour, eventsOf(times.map(eventTime => record('GetSecretValue', IDS[0], { eventTime }))))).toEqual([
      { hour: Date.UTC(2026, 9, 4, 8), who: `arn:aws:iam::${ACCOUNT}:role/checkout`, reads: 1 },
      { hour: Date.UTC(2026, 9, 4, 6), who: `arn:aws:iam::${ACCOUNT}:role/checkout`, reads: 2 },
    ]);
  });
});

describe('who was denied', () => {
  const { 'who-was-denied': query } = ofNamespace('pay');

  test('counts refusals of every call, with the last reason', () => {
    const rows = runQuery(query, eventsOf([
      denied('GetSecretValue', IDS[0]), denied('GetSecretValue', IDS[0], { eventTime: '2026-10-05T06:30:00Z', errorMessage: 'with an explicit deny' }),
      denied('PutSecretValue', IDS[1], { errorCode: 'AccessDeniedException', errorMessage: 'Access to KMS is not allowed' }),
      record('GetSecretValue', IDS[0]), record('GetSecretValue', IDS[0], { errorCode: 'ResourceNotFoundException' }), denied('GetSecretValue', 'prod/payments/key'),
    ]));
    expect(rows.map(({ eventName, secret, denials, reason }) => [eventName, secret, denials, reason])).toEqual([
      ['GetSecretValue', IDS[0], 2, 'with an explicit deny'], ['PutSecretValue', IDS[1], 1, 'Access to KMS is not allowed'],
    ]);
  });

  test('finds a refusal by the key, whose record names the secret in the encryption context', () => {
    const byKey = record('Decrypt', undefined, {
      eventSource: 'kms.amazonaws.com', errorCode: 'AccessDenied', requestParameters: { encryptionContext: { SecretARN: IDS[1], SecretVersionId: 'v' } },
    });
    expect(secretsIn(query, [byKey])).toEqual([IDS[1]]);
  });

  const batch = (requestParameters: object, change = {}) => [record('BatchGetSecretValue', undefined, { errorCode: 'AccessDenied', requestParameters, ...change })];

  test.each<[string, object, number]>([
    ['a list', { secretIdList: ['prod/other/key', 'prod/pay/key'] }, 1],
    ['a list of ARNs', { secretIdList: [arnOf('prod/pay/key-a1b2c3')] }, 1],
    ['a filter', { filters: [{ key: 'name', values: ['prod/pay/'] }] }, 1],
    ['a list of others', { secretIdList: ['prod/payments/key'] }, 0],
  ])('finds a refused batch by %s', (_, parameters, found) => expect(runQuery(query, eventsOf(batch(parameters)))).toHaveLength(found));

  test('is not deceived by what a caller writes elsewhere', () => {
    expect(runQuery(query, eventsOf(batch({ secretIdList: ['prod/other/key'] }, { userAgent: '"secretIdList":["prod/pay/key"]' })))).toEqual([]);
  });
});

describe('who changed', () => {
  const { 'who-changed': query } = ofNamespace('pay');

  test('lists calls that change, newest first, and what the service did by itself', () => {
    const rows = runQuery(query, eventsOf([
      record('CreateSecret', undefined, { requestParameters: { name: 'prod/pay/new' }, eventTime: '2026-10-04T01:00:00Z' }),
      record('PutResourcePolicy', IDS[1], { userIdentity: user('mary'), eventTime: '2026-10-04T02:00:00Z' }),
      { ...serviceEvent('RotationFailed', IDS[1]), eventTime: '2026-10-04T03:00:00Z' },
      denied('DeleteSecret', IDS[0], { eventTime: '2026-10-04T04:00:00Z' }),
      record('GetSecretValue', IDS[0]), record('DescribeSecret', IDS[0]), record('ListSecretVersionIds', IDS[0]), record('GetResourcePolicy', IDS[0]),
      record('ValidateResourcePolicy', IDS[0]), record('BatchGetSecretValue', IDS[0]), record('PutSecretValue', 'prod/payments/key'),
    ]));
    expect(rows.map(({ eventName, who, secret, errorCode }) => [eventName, who, secret, errorCode])).toEqual([
      ['DeleteSecret', `arn:aws:iam::${ACCOUNT}:role/checkout`, IDS[0], 'AccessDenied'],
      ['RotationFailed', 'secretsmanager.amazonaws.com', IDS[1], undefined],
      ['PutResourcePolicy', `arn:aws:iam::${ACCOUNT}:user/mary`, IDS[1], undefined],
      ['CreateSecret', `arn:aws:iam::${ACCOUNT}:role/checkout`, 'prod/pay/new', undefined],
    ]);
  });
});

describe('a name with characters that have a meaning in a pattern', () => {
  test.each([
    ['a.b', 'prod/a.b/key', 'prod/axb/key'],
    ['a+', 'prod/a+/key', 'prod/aa/key'],
    ['pay-v2', 'prod/pay-v2/key', 'prod/pay2/key'],
    ['pay@eu', 'prod/pay@eu/key', 'prod/pay/key'],
  ])('stands for itself: %s', (service_, ours, theirs) => {
    const { 'who-read-what': query } = ofNamespace(service_);
    expect(secretsIn(query, [ours, theirs].map(each => record('GetSecretValue', each)))).toEqual([ours]);
  });
});

describe('named secrets', () => {
  const { 'who-read-what': query, 'who-was-denied': deniedQuery } = ofSecrets('prod/pay/key', 'legacy.key+1');

  test.each(['prod/pay/key', arnOf('prod/pay/key'), arnOf('prod/pay/key-a1b2c3'), 'legacy.key+1', arnOf('legacy.key+1-a1b2c3')])('are found: %s', id => {
    expect(secretsIn(query, [record('GetSecretValue', id)])).toEqual([id]);
  });

  test.each(['prod/pay/key2', 'prod/pay/key-a1b2c3', arnOf('prod/pay/key-other-a1b2c3'), 'xprod/pay/key', 'legacyxkey+1', 'legacy.keyy1', 'prod/pay/key/below'])(
    'are not taken for others: %s', id => expect(secretsIn(query, [record('GetSecretValue', id)])).toEqual([]),
  );

  test('a refused batch is found by the whole name', () => {
    const batch = (...secretIdList: string[]) => runQuery(deniedQuery, eventsOf([record('BatchGetSecretValue', undefined, { errorCode: 'AccessDenied', requestParameters: { secretIdList } })]));
    expect([batch('a', 'prod/pay/key'), batch('prod/pay/key2')].map(each => each.length)).toEqual([1, 0]);
  });
});

test('replicas are read in their own regions', () => {
  const stack = testStack();
  const namespace = new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'pay', replicaRegions: ['eu-central-1'] });
  new SecretAudit(stack, 'Audit', { namespace, trailLogGroup: TRAIL(stack) });
  const { 'who-read-what': query } = queriesOf(stack);
  const reads = [REGION, 'eu-central-1', 'us-east-1'].map(awsRegion => record('GetSecretValue', arnOf('prod/pay/key-a1b2c3', awsRegion), { awsRegion }));
  expect(secretsIn(query, reads)).toEqual([arnOf('prod/pay/key-a1b2c3', 'eu-central-1'), arnOf('prod/pay/key-a1b2c3')].sort());
});

test('the resources and their size are the same for one secret and for 400', () => {
  const bytes = [1, 400].map(count => {
    const stack = testStack();
    const namespace = new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'pay' });
    Array.from({ length: count }, (_, index) => new ManagedSecret(stack, `Secret${index}`, { namespace, purpose: `key_${index}` }));
    new SecretAudit(stack, 'Audit', { namespace, trailLogGroup: TRAIL(stack) });
    return JSON.stringify(Template.fromStack(stack).findResources('AWS::Logs::QueryDefinition')).length;
  });
  expect(bytes[0]).toBe(bytes[1]);
});

test('the queries have the names by which the console finds them, and read the log group of the trail', () => {
  const stack = testStack();
  const namespace = SecretNamespace.fromAttributes(stack, 'Imported', { environment: 'prod', service: 'pay' });
  const { queryNames } = new SecretAudit(stack, 'Audit', { namespace, trailLogGroup: TRAIL(stack) });
  expect(queryNames).toEqual(['who-read-what', 'reads-by-hour', 'who-was-denied', 'who-changed'].map(each => `secrets/prod/pay/${each}`));
  const definitions = Object.values(Template.fromStack(stack).findResources('AWS::Logs::QueryDefinition')).map(({ Properties }) => Properties);
  expect(definitions.map(({ Name, LogGroupNames }) => [Name, LogGroupNames])).toEqual(queryNames.map(each => [each, ['organization-trail']]));
});

test('in a stack of any region, the region is that of the deployment', () => {
  const stack = agnosticStack();
  new SecretAudit(stack, 'Audit', { namespace: new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'pay' }), trailLogGroup: TRAIL(stack) });
  expect(JSON.stringify(queriesOf(stack)['who-read-what'])).toContain('awsRegion in [\\"",{"Ref":"AWS::Region"},"\\"] and recipientAccountId = \\"",{"Ref":"AWS::AccountId"}');
});

describe('bad input', () => {
  const namespaceOf = (stack: Stack): ISecretNamespace => new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'pay' });

  test.each<[string, (stack: Stack) => unknown, RegExp]>([
    ['no log group', stack => new SecretAudit(stack, 'Audit', { namespace: namespaceOf(stack) } as never), /`trailLogGroup` must be given.*give the log group of a trail/],
    ['a log group of another region', stack => new SecretAudit(stack, 'Audit', {
      namespace: namespaceOf(stack), trailLogGroup: logs.LogGroup.fromLogGroupArn(stack, 'Far', `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:trail`),
    }), /`trailLogGroup` must be of this stack's account and region, 111122223333 in eu-west-1, got one of 111122223333 in us-east-1; create this construct in a stack there/],
    ['neither namespace nor secrets', stack => new SecretAudit(stack, 'Audit', { trailLogGroup: TRAIL(stack) }), /exactly one of `namespace` and `secrets` must be given/],
    ['both', stack => new SecretAudit(stack, 'Audit', { namespace: namespaceOf(stack), secrets: [], trailLogGroup: TRAIL(stack) }), /exactly one of `namespace` and `secrets`/],
    ['no secret', stack => new SecretAudit(stack, 'Audit', { secrets: [], trailLogGroup: TRAIL(stack) }), /`secrets` must name at least one; name the secrets, or give a `namespace`/],
    ['a secret whose name CloudFormation makes', stack => new SecretAudit(stack, 'Audit', {
      secrets: [new secretsmanager.Secret(stack, 'Unnamed')], trailLogGroup: TRAIL(stack),
    }), /`secrets` must have names that are known at synthesis, and that of Stack\/Unnamed is not/],
    ['secrets of two regions', stack => new SecretAudit(stack, 'Audit', {
      secrets: ['eu-west-1', 'us-east-1'].map(region => secretsmanager.Secret.fromSecretCompleteArn(stack, region, `arn:aws:secretsmanager:${region}:${ACCOUNT}:secret:a-a1b2c3`)),
      trailLogGroup: TRAIL(stack),
    }), /`secrets` must be of one account and region, and Stack\/us-east-1 is of another; create one construct for each/],
    ['a folder that ends in a slash', stack => new SecretAudit(stack, 'Audit', { namespace: namespaceOf(stack), trailLogGroup: TRAIL(stack), folder: 'a/' }), /`folder` must have 2 to 240 characters/],
  ])('%s', (_, create, message) => {
    const stack = testStack('Stack', testApp() as App);
    expect(() => create(stack)).toThrow(expect.objectContaining({ message: expect.stringMatching(message), constructPath: 'Stack/Audit' }));
    expect(stack.node.tryFindChild('Audit')).toBeUndefined();
  });
});
