import { aws_cloudwatch as cloudwatch, aws_cloudwatch_actions as actions, aws_sns as sns, Lazy } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ALARM_KINDS, type AlarmGroup, type AlarmName } from './alarm-kinds';
import { alarmDescriptionOf, alarmNameOf } from './alarm-texts';
import type { SecretAlarms } from '../secret-alarms';

export interface MonitoringAlarmsProps {
  readonly watched: string;
  readonly settings: SecretAlarms;
  readonly messageTopic: sns.ITopic;
}

/** What CloudWatch allows in the expression of one alarm. */
const METRICS_AN_ALARM = 10;

/** A metric, or its share of something. */
export interface Term {
  readonly metric: cloudwatch.IMetric;
  readonly percentOf?: number;
}

/** The alarms of a `SecretMonitoring`, and the composites of those that page. */
export class MonitoringAlarms {
  public readonly all: cloudwatch.Alarm[] = [];
  /** The log in which the person finds more, of those that there are; absent for the functions, each of which has its own. */
  public readonly logs = new Map<AlarmName, string | undefined>();
  private readonly paging: { group: AlarmGroup; alarm: cloudwatch.Alarm }[] = [];

  constructor(private readonly scope: Construct, private readonly props: MonitoringAlarmsProps) {}

  public get watched(): string {
    return this.props.watched;
  }

  public isOff(alarm: AlarmName): boolean {
    return this.kindOf(alarm) === 'off';
  }

  /** @param log the name of the log group in which the person finds more */
  public add(alarm: AlarmName, metric: cloudwatch.IMetric, log?: string): void {
    this.create(alarm, metric, { log });
  }

  /** As many alarms as the metrics of all functions need: one for each ten. */
  public addForEach(alarm: AlarmName, statistic: 'SUM' | 'MAX', terms: Term[]): void {
    for (let first = 0; first < terms.length; first += METRICS_AN_ALARM) {
      const some = terms.slice(first, first + METRICS_AN_ALARM);
      const usingMetrics = Object.fromEntries(some.map((term, index) => [`m${index}`, metricOf(term, index)]));
      const expression = `${statistic}([${Object.keys(usingMetrics).join(', ')}])`;
      this.create(alarm, new cloudwatch.MathExpression({ expression, usingMetrics }), { part: first / METRICS_AN_ALARM + 1 });
    }
  }

  /** One a group, in alarm as long as one of its alarms that page is: what goes off in the group meanwhile does not page again. */
  public composites(): cloudwatch.CompositeAlarm[] {
    const names = Object.keys(ALARM_KINDS) as AlarmName[];
    const groups = names.filter(each => this.kindOf(each) === 'pages').map(each => ALARM_KINDS[each].group);
    return [...new Set(groups)].map(group => this.composite(group));
  }

  /** Further alarms may follow until synthesis. */
  private composite(group: AlarmGroup): cloudwatch.CompositeAlarm {
    const { watched } = this.props;
    const produce = () => this.paging.filter(each => each.group === group).map(({ alarm }) => `ALARM("${alarm.alarmArn}")`).join(' OR ') || 'FALSE';
    return new cloudwatch.CompositeAlarm(this.scope, `${group[0].toUpperCase()}${group.slice(1)}`, {
      compositeAlarmName: `${watched}: ${group} needs somebody`,
      alarmDescription: `At least one alarm of ${watched} that pages is in alarm; its name says what is wrong, and its description what to do.`,
      alarmRule: { renderAlarmRule: () => Lazy.uncachedString({ produce }) },
    });
  }

  private kindOf(alarm: AlarmName): string {
    return this.props.settings[alarm]?._kind ?? ALARM_KINDS[alarm].usual;
  }

  private create(alarm: AlarmName, metric: cloudwatch.IMetric, { log, part = 1 }: { log?: string; part?: number }): void {
    if (this.isOff(alarm)) return;
    const { group, threshold, missing: { treatMissingData }, windows } = ALARM_KINDS[alarm];
    const { watched, settings: { [alarm]: setting }, messageTopic } = this.props;
    const suffix = part === 1 ? '' : String(part);
    const created = new cloudwatch.Alarm(this.scope, `${alarm[0].toUpperCase()}${alarm.slice(1)}${suffix}`, {
      alarmName: [alarmNameOf(alarm, watched), suffix].filter(Boolean).join(' '),
      alarmDescription: alarmDescriptionOf(alarm, log),
      metric,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: setting?._threshold ?? threshold,
      treatMissingData,
      ...windows,
    });
    this.all.push(created);
    this.logs.set(alarm, log);
    created.addAlarmAction(new actions.SnsAction(messageTopic));
    if (this.kindOf(alarm) === 'pages') this.paging.push({ group, alarm: created });
  }
}

/** Ids are unique in the whole expression of an alarm. */
function metricOf({ metric, percentOf }: Term, index: number): cloudwatch.IMetric {
  return percentOf === undefined ? metric
    : new cloudwatch.MathExpression({ expression: `100 * value${index} / ${percentOf}`, usingMetrics: { [`value${index}`]: metric } });
}
