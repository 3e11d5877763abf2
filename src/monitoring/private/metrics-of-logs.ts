import { aws_cloudwatch as cloudwatch, aws_logs as logs, Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { AlarmName } from './alarm-kinds';
import { METRIC_NAMESPACE } from '../contract/metrics';

export const FIVE_MINUTES = Duration.minutes(5);

export interface LogMetricOptions {
  readonly logGroup: logs.ILogGroup;
  readonly filter: logs.IFilterPattern;
  readonly watched: string;
}

/** How many lines match, in 5 minutes. A metric filter gives no constant dimension, so that the namespace of the metric says whose secrets they are about. */
export function metricOfLog(scope: Construct, alarm: AlarmName, { logGroup, filter, watched }: LogMetricOptions): cloudwatch.Metric {
  const metricName = `${alarm[0].toUpperCase()}${alarm.slice(1)}`;
  const metricNamespace = `${METRIC_NAMESPACE}/${watched.replace(/\/$/, '')}`;
  new logs.MetricFilter(scope, `${metricName}Filter`, { logGroup, filterPattern: filter, metricNamespace, metricName, metricValue: '1' });
  return new cloudwatch.Metric({ namespace: metricNamespace, metricName, statistic: cloudwatch.Stats.SUM, period: FIVE_MINUTES });
}
