import { App, aws_logs as logs, Stack } from 'aws-cdk-lib';
import { SecretEncryption, SecretMonitoring, SecretNamespace } from 'cdk-managed-secrets';
import type { Account } from './account';
import type { Checks } from './checks';
import { resolveTemplates } from '../../src/review/assembly/resolve-templates';
import type { Template } from '../../src/review/assembly/resolved-stack';

export const WATCHED = '111122223333';
const ARN = `arn:aws:secretsmanager:eu-west-1:${WATCHED}:secret:`;

/** What an event needs to reach somebody. LocalStack has no composite alarms, and counts no lines of a log. */
const DEPLOYED = ['AWS::KMS::Key', 'AWS::SNS::Topic', 'AWS::SNS::TopicPolicy', 'AWS::Logs::LogGroup', 'AWS::Events::Rule', 'AWS::SQS::Queue'];

const SECRET = `${ARN}prod/payments/database-credentials-a1b2c3`;
const STEP = 'Error when executing lambda during setSecret step';

/** The events of one day, in the shapes of the service, and which of them somebody has to read. */
const DAY: { type: string; detail: Record<string, unknown>; isTold: boolean }[] = [
  service('RotationStarted', SECRET, false),
  { ...service('RotationFailed', SECRET, true), detail: { ...service('RotationFailed', SECRET, true).detail, errorMessage: STEP } },
  service('RotationFailed', `${ARN}prod/orders/database-credentials-a1b2c3`, false),
  call({}, true),
  call({ invokedBy: 'cloudformation.amazonaws.com' }, false),
];

function service(eventName: string, SecretId: string, isTold: boolean) {
  return { type: 'AWS Service Event via CloudTrail', isTold, detail: { eventName, eventSource: 'secretsmanager.amazonaws.com', requestParameters: null, additionalEventData: { SecretId } } };
}

function call(who: Record<string, string>, isTold: boolean) {
  const userIdentity = { arn: `arn:aws:sts::${WATCHED}:assumed-role/Operator/jane`, ...who };
  const detail = { eventName: 'PutResourcePolicy', eventSource: 'secretsmanager.amazonaws.com', userIdentity, sourceIPAddress: '192.0.2.10', requestParameters: { secretId: 'prod/payments/key' } };
  return { type: 'AWS API Call via CloudTrail', isTold, detail };
}

/** A rotation that fails, from the event to the message in somebody's queue. */
export async function tellOfFailedRotation(checks: Checks, account: Account): Promise<void> {
  checks.begin('A rotation fails, and a policy is changed by hand, in a namespace that is watched');
  await account.deploy('monitoring', monitoring());
  const Entries = DAY.map(({ type, detail }) => ({ Source: 'aws.secretsmanager', DetailType: type, Detail: JSON.stringify(detail) }));
  await account.json('events', 'AWSEvents.PutEvents', { Entries });
  const messages = await inboxOf(account);
  const told = DAY.filter(({ isTold }) => isTold).length;
  checks.holds(`${told} of ${DAY.length} events are told`, messages.length === told, `${messages.length} messages have arrived`);
  const failure = messages.find(({ content }) => content.title.endsWith('a rotation has failed'))?.content;
  checks.holds('the message names the secret and the step', failure?.description.includes(SECRET) && failure.description.includes(STEP) || false);
  checks.holds('it says what to do', /rotation function/.test(failure?.nextSteps[0] ?? ''));
  checks.holds('the other one names who changed the policy', messages.some(({ content }) => content.description.includes('assumed-role/Operator/jane')));
}

interface Message {
  readonly content: { readonly title: string; readonly description: string; readonly nextSteps: string[] };
}

/** What has arrived, until nothing more does. */
async function inboxOf(account: Account): Promise<Message[]> {
  const { QueueUrl } = await account.json<{ QueueUrl: string }>('sqs', 'AmazonSQS.GetQueueUrl', { QueueName: 'inbox' });
  const messages: Message[] = [];
  for (let turn = 0; turn < 3; turn += 1) {
    const { Messages = [] } = await account.json<{ Messages?: { Body: string }[] }>('sqs', 'AmazonSQS.ReceiveMessage', { QueueUrl, WaitTimeSeconds: 2, MaxNumberOfMessages: 10 });
    messages.push(...Messages.map(({ Body }) => JSON.parse(JSON.parse(Body).Message) as Message));
  }
  return messages;
}

/** The part of the template that the emulator knows, with a queue that subscribes to the messages. */
function monitoring(): Template {
  const app = new App({ analyticsReporting: false });
  const stack = new Stack(app, 'monitoring', { env: { account: WATCHED, region: 'eu-west-1' } });
  new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'payments', encryption: SecretEncryption.awsManagedKey() });
  new SecretMonitoring(stack, 'Monitoring', { trailLogGroup: logs.LogGroup.fromLogGroupName(stack, 'Trail', 'trail') });
  const all = Object.entries((resolveTemplates(app.synth())[0].source as Template).Resources);
  const known = all.filter(([id, { Type }]) => DEPLOYED.includes(Type) && !id.includes('Watcher'));
  const [topic] = known.find(([id, { Type }]) => Type === 'AWS::SNS::Topic' && id.startsWith('MonitoringMessages'))!;
  const Subscription = { Type: 'AWS::SNS::Subscription', Properties: { Protocol: 'sqs', TopicArn: { Ref: topic }, Endpoint: { 'Fn::GetAtt': ['Inbox', 'Arn'] } } };
  return { Resources: { ...Object.fromEntries(known), Inbox: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'inbox' } }, Subscription } } as Template;
}
