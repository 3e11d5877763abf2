import { aws_iam as iam, aws_kms as kms, aws_logs as logs, aws_sns as sns, aws_sqs as sqs, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import { keyAdministration, noGrantsToPrincipals } from '../../encryption/private/key-policy';
import { acknowledge } from '../../private/acknowledgement';
import { KMS_PUBLISH, KMS_STORE_LOGS, LOG_PUT, QUEUE_SEND, TOPIC_PUBLISH } from '../../private/actions';
import { KEPT_WHEN_IN_USE } from '../../private/removal-policy';

interface Conditions {
  readonly [operator: string]: { readonly [key: string]: string };
}

const CLOUDWATCH = new iam.ServicePrincipal('cloudwatch.amazonaws.com');
const EVENTBRIDGE = new iam.ServicePrincipal('events.amazonaws.com');

/** A key for topics and logs, which nobody uses but the services that write there. */
export function monitoringKey(scope: Construct, watched: string): kms.Key {
  return new kms.Key(scope, 'Key', {
    description: `Messages and logs about secrets of ${watched}`,
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    policy: new iam.PolicyDocument({ statements: [keyAdministration(), noGrantsToPrincipals()] }),
  });
}

/**
 * The statements by which messages really arrive: a service that may not use the key fails, and the message is lost. CloudWatch asks for the key on behalf
 * of an alarm of this account. EventBridge tells KMS neither account nor rule, so that a condition would shut it out; whose rules may publish stands in the
 * policy of the topic.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
 */
export function letServicesUse(key: kms.IKey, scope: IConstruct): void {
  const { region, account, partition } = Stack.of(scope);
  key.addToResourcePolicy(new iam.PolicyStatement({ actions: KMS_PUBLISH, principals: [CLOUDWATCH], resources: ['*'], conditions: ofAlarms(scope) }), true);
  key.addToResourcePolicy(new iam.PolicyStatement({ actions: KMS_PUBLISH, principals: [EVENTBRIDGE], resources: ['*'] }), true);
  key.addToResourcePolicy(new iam.PolicyStatement({
    actions: KMS_STORE_LOGS,
    principals: [new iam.ServicePrincipal(`logs.${region}.amazonaws.com`)],
    resources: ['*'],
    conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:*` } },
  }), true);
}

export function encryptedTopic(scope: Construct, id: string, masterKey: kms.IKey, displayName: string): sns.Topic {
  return new sns.Topic(scope, id, { masterKey, displayName, enforceSSL: true });
}

export function letAlarmsPublish(topic: sns.ITopic, scope: IConstruct): void {
  letPublish(topic, CLOUDWATCH, ofAlarms(scope));
}

export function letRulesPublish(topic: sns.ITopic, scope: IConstruct): void {
  letPublish(topic, EVENTBRIDGE, ofRules(scope));
}

/** Where events go that could not be delivered. It is encrypted by SQS, of which EventBridge needs no permission on a key. */
export function deadLetters(scope: Construct): sqs.Queue {
  const queue = new sqs.Queue(scope, 'DeadLetters', { encryption: sqs.QueueEncryption.SQS_MANAGED, enforceSSL: true, retentionPeriod: Duration.days(14) });
  const conditions = ofRules(scope);
  queue.addToResourcePolicy(new iam.PolicyStatement({ actions: QUEUE_SEND, principals: [EVENTBRIDGE], resources: [queue.queueArn], conditions }));
  acknowledge(queue, 'SQSRedrivePolicy', 'This is a dead-letter queue, which has none itself; an alarm tells when a message is in it.');
  return queue;
}

export function encryptedLog(scope: Construct, id: string, encryptionKey: kms.IKey): logs.LogGroup {
  return new logs.LogGroup(scope, id, { encryptionKey, retention: logs.RetentionDays.ONE_YEAR, removalPolicy: KEPT_WHEN_IN_USE });
}

/** In the log group itself: an account has ten policies of CloudWatch Logs in a region, which namespaces would use up. */
export function letRulesWrite(logGroup: logs.LogGroup): void {
  const principals = [EVENTBRIDGE, new iam.ServicePrincipal('delivery.logs.amazonaws.com')];
  const resource = logGroup.node.defaultChild as logs.CfnLogGroup;
  const [createStream, put] = LOG_PUT;
  resource.resourcePolicyDocument = new iam.PolicyDocument({
    statements: [
      new iam.PolicyStatement({ actions: [createStream], principals, resources: ['*'] }),
      new iam.PolicyStatement({ actions: [put], principals, resources: ['*'], conditions: { ArnLike: ofRules(logGroup).ArnLike } }),
    ],
  });
}

function letPublish(topic: sns.ITopic, service: iam.ServicePrincipal, conditions: Conditions): void {
  topic.addToResourcePolicy(new iam.PolicyStatement({ actions: TOPIC_PUBLISH, principals: [service], resources: [topic.topicArn], conditions }));
}

function ofAlarms(scope: IConstruct): Conditions {
  return ofAccount(scope, 'cloudwatch', 'alarm:*');
}

function ofRules(scope: IConstruct): Conditions {
  return ofAccount(scope, 'events', 'rule/*');
}

function ofAccount(scope: IConstruct, service: string, resources: string): Conditions {
  const { account, region, partition } = Stack.of(scope);
  return {
    StringEquals: { 'aws:SourceAccount': account },
    ArnLike: { 'aws:SourceArn': `arn:${partition}:${service}:${region}:${account}:${resources}` },
  };
}
