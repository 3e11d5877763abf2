import { aws_cloudwatch as cloudwatch, type aws_events as events, aws_iam as iam, aws_sqs as sqs, Duration, Names, Stack } from 'aws-cdk-lib';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { Construct } from 'constructs';
import { QUEUE_SEND } from '../../../private/actions';
import type { RefreshFailure } from '../../private/refresh-failure';

/** How often the Reloader may fail to take a message before it is put aside. */
const MOST_RECEIVES = 5;

/** The Reloader waits for messages all the time; one that is so old says that it does not run. */
const OLDEST = Duration.minutes(10);

interface ReloaderQueueProps {
  readonly failure: RefreshFailure;
  /** The URL is text, for YAML. */
  readonly isNamed: boolean;
}

/** The queue between the rules and the Reloader. It is encrypted by SQS, of which EventBridge needs no permission on a key. */
export class ReloaderQueue extends Construct {
  public readonly queue: sqs.Queue;
  /** As the `Config` names it. */
  public readonly url: string;

  constructor(scope: Construct, id: string, { failure, isNamed }: ReloaderQueueProps) {
    super(scope, id);
    const queueName = isNamed ? Names.uniqueResourceName(this, { maxLength: 80, separator: '-', allowedSpecialCharacters: '-' }) : undefined;
    this.queue = new sqs.Queue(this, 'Messages', {
      queueName,
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(4),
      deadLetterQueue: { queue: failure.deadLetterQueue, maxReceiveCount: MOST_RECEIVES },
    });
    const { account, region } = Stack.of(this);
    this.url = queueName === undefined ? this.queue.queueUrl : `https://sqs.${region}.${RegionInfo.get(region).domainSuffix}/${account}/${queueName}`;
    failure.alarmOn('NotRead', {
      metric: this.tooOld(),
      description: `has left a message in its queue for ${OLDEST.toHumanString()}. See whether its pod runs, and whether its service account may receive from the queue.`,
    });
  }

  public letRulesSend(rules: readonly events.Rule[]): void {
    this.queue.addToResourcePolicy(new iam.PolicyStatement({
      actions: QUEUE_SEND,
      principals: [new iam.ServicePrincipal('events.amazonaws.com')],
      resources: [this.queue.queueArn],
      conditions: { ArnEquals: { 'aws:SourceArn': rules.map(({ ruleArn }) => ruleArn) } },
    }));
  }

  private tooOld(): cloudwatch.IMetric {
    const age = this.queue.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum', period: Duration.minutes(5) });
    return new cloudwatch.MathExpression({ expression: `IF(age > ${OLDEST.toSeconds()}, 1, 0)`, usingMetrics: { age }, period: Duration.minutes(5) });
  }
}
