import { Annotations, aws_cloudwatch as cloudwatch, type aws_events as events, type aws_sqs as sqs, Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { alarmActionOf } from '../../monitoring/private/alarm-actions';
import { deadLetters } from '../../monitoring/private/notification';

const PERIOD = Duration.minutes(5);

/** What an alarm says. */
export interface FailureAlarm {
  readonly metric: cloudwatch.IMetric;
  /** What has happened, and what the person does first. */
  readonly description: string;
}

/**
 * What becomes of a refresh that fails: an encrypted queue, and alarms that reach somebody by `alarmActions`. Without these a warning says that nobody
 * hears of it.
 */
export class RefreshFailure extends Construct {
  /** Where events go that did not refresh the consumer. */
  public readonly deadLetterQueue: sqs.IQueue;
  public readonly alarms: cloudwatch.Alarm[] = [];

  constructor(scope: Construct, id: string, private readonly consumer: string, private readonly alarmActions?: readonly cloudwatch.IAlarmAction[]) {
    super(scope, id);
    this.deadLetterQueue = deadLetters(this);
    if (!alarmActions?.length) this.warn();
    this.alarmOn('NotRefreshed', {
      metric: this.deadLetterQueue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period: PERIOD }),
      description: 'did not follow a rotation. Read the messages in the dead-letter queue, refresh it by hand, then delete them.',
    });
  }

  public alarmOn(id: string, { metric, description }: FailureAlarm): cloudwatch.Alarm {
    const alarm = new cloudwatch.Alarm(this, id, {
      alarmDescription: `${this.consumer} ${description}`,
      metric,
      threshold: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(...(this.alarmActions ?? []).map(alarmActionOf));
    this.alarms.push(alarm);
    return alarm;
  }

  /** Alarms when EventBridge can deliver an event neither to its target nor to the queue. */
  public watch(rules: readonly events.Rule[]): void {
    const usingMetrics = Object.fromEntries(rules.map(({ ruleName }, index) => [`lost${index}`, new cloudwatch.Metric({
      namespace: 'AWS/Events', metricName: 'InvocationsFailedToBeSentToDlq', dimensionsMap: { RuleName: ruleName }, statistic: 'Sum', period: PERIOD,
    })]));
    this.alarmOn('EventsLost', {
      metric: new cloudwatch.MathExpression({ expression: `SUM([${Object.keys(usingMetrics).join(', ')}])`, usingMetrics, period: PERIOD }),
      description: 'did not hear of a rotation: EventBridge could deliver an event neither to its target nor to the dead-letter queue. Refresh it by hand, then '
        + 'look at the policy of the queue.',
    });
  }

  private warn(): void {
    Annotations.of(this).addWarningV2('cdk-managed-secrets:failedRefreshTellsNobody',
      `${this.consumer} has alarms on a refresh that fails, and they reach nobody; give \`alarmActions\`, such as a topic to which somebody is subscribed`);
  }
}
