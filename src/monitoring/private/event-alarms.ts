import { aws_cloudwatch as cloudwatch, aws_events as events, aws_logs as logs } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { AlarmName } from './alarm-kinds';
import {
  changePattern, keyChangePattern, ROTATION_ABANDONED_EVENTS, ROTATION_FAILED_EVENTS, rotationPattern, SecretMatchers, valuePattern,
} from './event-patterns';
import { type Destinations, EventRules } from './event-rules';
import { FIVE_MINUTES, metricOfLog } from './metrics-of-logs';
import type { MonitoringAlarms } from './monitoring-alarms';
import type { WatchedSecrets } from './watched-secrets';

export interface EventAlarmsOptions {
  readonly secrets: WatchedSecrets;
  readonly deploymentRoles: string[];
  /** Absent where the ARN of the key is not known, or the key is not the customer's. */
  readonly keyArn?: string;
}

/** Of which events there is a rule, and how the lines of one are told from those of the others in the log. */
const FILTERS = {
  rotationFailed: byName(ROTATION_FAILED_EVENTS),
  rotationAbandoned: byName(ROTATION_ABANDONED_EVENTS),
  changedByHand: bySource('secretsmanager.amazonaws.com'),
  keyChangedByHand: bySource('kms.amazonaws.com'),
  valueChanged: logs.FilterPattern.stringValue('$.detail.labelUpdated', '=', 'AWSCURRENT'),
} satisfies Partial<Record<AlarmName, logs.IFilterPattern>>;

/** One rule for each kind of event, whatever the number of secrets; the events are written to a log, and counted there. */
export class EventAlarms {
  private readonly rules: EventRules;

  constructor(private readonly scope: Construct, private readonly destinations: Destinations, private readonly alarms: MonitoringAlarms) {
    this.rules = new EventRules(scope, destinations);
  }

  public add({ secrets, deploymentRoles, keyArn }: EventAlarmsOptions): void {
    const matchers = new SecretMatchers(this.scope, secrets);
    this.watch('rotationFailed', rotationPattern(matchers, ROTATION_FAILED_EVENTS));
    this.watch('rotationAbandoned', rotationPattern(matchers, ROTATION_ABANDONED_EVENTS));
    this.watch('changedByHand', changePattern(matchers, deploymentRoles));
    if (keyArn !== undefined) this.watch('keyChangedByHand', keyChangePattern(keyArn, deploymentRoles));
    this.watch('valueChanged', valuePattern(matchers));
    this.watchDelivery();
  }

  private watch(alarm: keyof typeof FILTERS, pattern: events.EventPattern): void {
    if (this.alarms.isOff(alarm)) return;
    const { logGroup, watched } = this.destinations;
    this.rules.add(`${alarm[0].toUpperCase()}${alarm.slice(1)}Rule`, pattern, alarm);
    this.alarms.add(alarm, metricOfLog(this.scope, alarm, { logGroup, filter: FILTERS[alarm], watched }), logGroup.logGroupName);
  }

  /** EventBridge counts what it gave up, and what not even the queue took; the queue has what it took. */
  private watchDelivery(): void {
    const lost = this.rules.rules.map(({ ruleName }) => ['FailedInvocations', 'InvocationsFailedToBeSentToDlq'].map(metricName => new cloudwatch.Metric({
      namespace: 'AWS/Events', metricName, dimensionsMap: { RuleName: ruleName }, statistic: cloudwatch.Stats.SUM, period: FIVE_MINUTES,
    })));
    const waiting = this.destinations.deadLetterQueue.metricApproximateNumberOfMessagesVisible({ period: FIVE_MINUTES });
    this.alarms.add('deadLetters', waiting);
    this.alarms.addForEach('eventsNotDelivered', 'SUM', lost.flat().map(metric => ({ metric })));
  }
}

function byName(names: string[]): logs.IFilterPattern {
  return logs.FilterPattern.any(...names.map(name => logs.FilterPattern.stringValue('$.detail.eventName', '=', name)));
}

/** A call, for the events of the service itself have the same source. */
function bySource(source: string): logs.IFilterPattern {
  const { stringValue } = logs.FilterPattern;
  return logs.FilterPattern.all(stringValue('$.detail.eventSource', '=', source), stringValue('$.detail.eventType', '=', 'AwsApiCall'));
}
