import { aws_cloudwatch as cloudwatch, aws_kms as kms, aws_sns as sns, Reference, Stack, Token, Tokenization } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { fail } from '../../private/errors';

/** The key of SNS that AWS manages: its policy lets neither CloudWatch nor EventBridge use it, and nobody can change that. */
const AWS_MANAGED_KEY = /(^|:)alias\/aws\/sns$/;

/** The same action, which fails where CloudWatch could not do it. */
export function alarmActionOf(action: cloudwatch.IAlarmAction): cloudwatch.IAlarmAction {
  return {
    bind: (scope, alarm) => {
      const config = action.bind(scope, alarm);
      requireOwnRegion(scope.node.path, Stack.of(scope).region, config.alarmActionArn);
      const topic = topicOf(config.alarmActionArn);
      if (topic) requireReceives(scope.node.path, 'alarmActions', topic, 'cloudwatch.amazonaws.com');
      return config;
    },
  };
}

/** Fails on a topic of this app that EventBridge or CloudWatch may not use. */
export function requireMessageTopic(path: string, topic: sns.ITopic): void {
  const resource = topic.node.defaultChild;
  if (resource instanceof sns.CfnTopic) {
    requireReceives(path, 'messageTopic', resource, 'events.amazonaws.com');
    requireReceives(path, 'messageTopic', resource, 'cloudwatch.amazonaws.com');
  }
  if (topic.fifo) fail(path, `\`messageTopic\` must be a standard topic, got ${topic.node.path}, a FIFO topic, to which CloudWatch does not publish; give another`);
}

/** CloudWatch does actions in the region of the alarm alone. */
function requireOwnRegion(path: string, region: string, arn: string): void {
  if (Token.isUnresolved(arn) || Token.isUnresolved(region)) return;
  const [,, service, theirs] = arn.split(':');
  // Incident Manager has response plans without a region.
  if (theirs === '' || theirs === region) return;
  fail(path, `\`alarmActions\` must be of the alarm's own region ${region}, got one of ${service} in ${theirs}: ${arn}; create the action there`);
}

/** A topic of this app. */
function topicOf(arn: string): sns.CfnTopic | undefined {
  const token = Token.isUnresolved(arn) ? Tokenization.reverse(arn, { failConcat: false }) : undefined;
  return Reference.isReference(token) && token.target instanceof sns.CfnTopic ? token.target : undefined;
}

/** Fails where the key of a topic shuts a service out. The policy of an imported key is not known. */
function requireReceives(path: string, prop: string, topic: sns.CfnTopic, service: string): void {
  const { kmsMasterKeyId: id } = topic;
  if (id === undefined) return;
  const name = topic.node.scope?.node.path ?? topic.node.path;
  if (AWS_MANAGED_KEY.test(id)) {
    fail(path, `\`${prop}\` must not be encrypted under alias/aws/sns, as ${name} is, because ${service} may not use that key; use a customer managed key`);
  }
  const key = keyOf(id, topic);
  if (key && !JSON.stringify(key.stack.resolve(key.keyPolicy)).includes(`"${service}"`)) {
    fail(path, `\`${prop}\` must be encrypted under a key that ${service} may use, and the policy of ${key.node.path} does not let it; `
      + `allow ${service} kms:Decrypt and kms:GenerateDataKey* there first`);
  }
}

function keyOf(id: string, { node }: IConstruct): kms.CfnKey | undefined {
  const token = Token.isUnresolved(id) ? Tokenization.reverse(id, { failConcat: false }) : undefined;
  return Reference.isReference(token) && token.target instanceof kms.CfnKey && token.target.node.root === node.root ? token.target : undefined;
}
