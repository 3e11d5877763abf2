import { runSimulation } from '@cloud-copilot/iam-simulate';
import { monitored } from './monitored';
import { deployed, resourcesOf } from './template';
import { renameInContext, renameInPolicy } from '../../tools/access/open-condition-keys';
import { ENV, OTHER_ACCOUNT } from '../support/test-app';

/** Whether what has to arrive may arrive, and nothing else: the policies of topics, key, queue and log, decided by an IAM simulator. */

const { stack } = monitored();
const [account, region] = [ENV.account, ENV.region];

function policyOf(type: string, property: string, of: RegExp): any {
  const [id, found] = Object.entries(resourcesOf(stack, type)).find(([each]) => of.test(each))!;
  expect(id).toBeDefined();
  return deployed(found[property], Object.fromEntries(Object.entries(ARNS).flatMap(([arn, names]) => names.map(name => [idOf(name), arn]))));
}

const idOf = (path: RegExp) => Object.keys(resourcesOf(stack, 'AWS::SNS::Topic')).concat(Object.keys(resourcesOf(stack, 'AWS::SQS::Queue'))).find(each => path.test(each))!;
const ARNS: Record<string, RegExp[]> = {
  [`arn:aws:sns:${region}:${account}:messages`]: [/^MonitoringMessages/],
  [`arn:aws:sns:${region}:${account}:alarms`]: [/^MonitoringAlarms/],
  [`arn:aws:sqs:${region}:${account}:dead-letters`]: [/^MonitoringDeadLetters/],
};

const MESSAGES = { arn: `arn:aws:sns:${region}:${account}:messages`, policy: () => policyOf('AWS::SNS::TopicPolicy', 'PolicyDocument', /^MonitoringMessages/) };
const ALARMS = { arn: `arn:aws:sns:${region}:${account}:alarms`, policy: () => policyOf('AWS::SNS::TopicPolicy', 'PolicyDocument', /^MonitoringAlarms/) };
const QUEUE = { arn: `arn:aws:sqs:${region}:${account}:dead-letters`, policy: () => policyOf('AWS::SQS::QueuePolicy', 'PolicyDocument', /^MonitoringDeadLetters/) };
const KEY = { arn: `arn:aws:kms:${region}:${account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`, policy: () => policyOf('AWS::KMS::Key', 'KeyPolicy', /^MonitoringKey/) };
const LOG = { arn: `arn:aws:logs:${region}:${account}:log-group:events:log-stream:one`, policy: () => policyOf('AWS::Logs::LogGroup', 'ResourcePolicyDocument', /^MonitoringEvents/) };

const EVENTS = 'events.amazonaws.com';
const CLOUDWATCH = 'cloudwatch.amazonaws.com';
const LOGS = `logs.${region}.amazonaws.com`;
const ADMINISTRATOR = `arn:aws:iam::${account}:role/Admin`;

const by = (service: string, what: string, of = account) => ({ 'aws:SourceAccount': of, 'aws:SourceArn': `arn:aws:${service}:${region}:${of}:${what}` });
const RULE = by('events', 'rule/payments-Rule-1');
const ALARM = by('cloudwatch', 'alarm:prod/payments/: a rotation has failed');
const LOG_GROUP = { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:${region}:${account}:log-group:events` };

type Target = typeof MESSAGES;
const YES = 'Allowed';
const NO = 'ImplicitlyDenied';

const TABLE: [string, string, Target, string, Record<string, string>, string][] = [
  ['a rule publishes a message', EVENTS, MESSAGES, 'sns:Publish', RULE, YES],
  ['a rule of another account publishes a message', EVENTS, MESSAGES, 'sns:Publish', by('events', 'rule/mine', OTHER_ACCOUNT), NO],
  ['a rule pages', EVENTS, ALARMS, 'sns:Publish', RULE, NO],
  ['an alarm tells', CLOUDWATCH, MESSAGES, 'sns:Publish', ALARM, YES],
  ['an alarm pages', CLOUDWATCH, ALARMS, 'sns:Publish', ALARM, YES],
  ['an alarm of another account pages', CLOUDWATCH, ALARMS, 'sns:Publish', by('cloudwatch', 'alarm:mine', OTHER_ACCOUNT), NO],
  ['another service pages', 's3.amazonaws.com', ALARMS, 'sns:Publish', by('s3', 'mine'), NO],
  ['EventBridge, which tells KMS neither account nor rule, makes a data key', EVENTS, KEY, 'kms:GenerateDataKey', {}, YES],
  ['EventBridge decrypts a data key', EVENTS, KEY, 'kms:Decrypt', {}, YES],
  ['an alarm makes a data key', CLOUDWATCH, KEY, 'kms:GenerateDataKey', ALARM, YES],
  ['an alarm decrypts a data key', CLOUDWATCH, KEY, 'kms:Decrypt', ALARM, YES],
  ['an alarm of another account makes a data key', CLOUDWATCH, KEY, 'kms:GenerateDataKey', by('cloudwatch', 'alarm:mine', OTHER_ACCOUNT), NO],
  ['a log group is encrypted', LOGS, KEY, 'kms:Encrypt', LOG_GROUP, YES],
  ['a log group of another account is encrypted', LOGS, KEY, 'kms:Encrypt', { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:${region}:${OTHER_ACCOUNT}:log-group:events` }, NO],
  ['EventBridge encrypts', EVENTS, KEY, 'kms:Encrypt', {}, NO],
  ['an administrator decrypts', ADMINISTRATOR, KEY, 'kms:Decrypt', {}, NO],
  ['an administrator changes the policy', ADMINISTRATOR, KEY, 'kms:PutKeyPolicy', {}, YES],
  ['a rule writes the log', EVENTS, LOG, 'logs:PutLogEvents', RULE, YES],
  ['a rule opens a stream', EVENTS, LOG, 'logs:CreateLogStream', RULE, YES],
  ['a rule of another account writes the log', EVENTS, LOG, 'logs:PutLogEvents', by('events', 'rule/mine', OTHER_ACCOUNT), NO],
  ['a rule puts away what it could not deliver', EVENTS, QUEUE, 'sqs:SendMessage', RULE, YES],
  ['a rule of another account puts something there', EVENTS, QUEUE, 'sqs:SendMessage', by('events', 'rule/mine', OTHER_ACCOUNT), NO],
  ['a rule reads what was put away', EVENTS, QUEUE, 'sqs:ReceiveMessage', RULE, NO],
];

test.each(TABLE)('%s (%s)', async (_, principal, { arn, policy }, action, context, expected) => {
  const isService = principal.endsWith('.com');
  const contextVariables = { 'aws:SecureTransport': 'true', 'aws:PrincipalIsAWSService': String(isService), ...context };
  const identityPolicies = isService ? [] : [{ name: 'Admin', policy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } }];
  const result = await runSimulation({
    request: { principal, action, resource: { resource: arn, accountId: account }, contextVariables: renameInContext(contextVariables) },
    identityPolicies,
    resourcePolicy: renameInPolicy(policy()),
    serviceControlPolicies: [],
    resourceControlPolicies: [],
  } as Parameters<typeof runSimulation>[0], {});
  if (result.resultType !== 'single') throw new Error(JSON.stringify(result));
  expect(result.overallResult).toBe(expected);
});
