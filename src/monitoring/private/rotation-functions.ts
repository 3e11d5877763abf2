import { aws_cloudwatch as cloudwatch, aws_lambda as lambda, Duration } from 'aws-cdk-lib';
import type { AlarmName } from './alarm-kinds';
import { FIVE_MINUTES } from './metrics-of-logs';
import type { MonitoringAlarms, Term } from './monitoring-alarms';

/** Alarms on the functions that rotate. */
export function watchFunctions(alarms: MonitoringAlarms, functions: lambda.IFunction[]): void {
  const period = FIVE_MINUTES;
  const each: [AlarmName, 'SUM' | 'MAX', Term[]][] = [
    ['rotationFunctionErrors', 'SUM', functions.map(one => ({ metric: one.metricErrors({ period }) }))],
    ['rotationFunctionThrottles', 'SUM', functions.map(one => ({ metric: one.metricThrottles({ period }) }))],
    ['rotationFunctionSlow', 'MAX', functions.flatMap(shareOfTimeout)],
  ];
  each.forEach(([alarm, statistic, terms]) => alarms.addForEach(alarm, statistic, terms));
}

/** The longest run in percent of the time-out; nothing where that is not known, as of a function of another app. */
function shareOfTimeout(one: lambda.IFunction): Term[] {
  const { timeout } = one as { timeout?: Duration };
  if (timeout === undefined || timeout.isUnresolved()) return [];
  return [{ metric: one.metricDuration({ period: FIVE_MINUTES, statistic: cloudwatch.Stats.MAXIMUM }), percentOf: timeout.toMilliseconds() }];
}
