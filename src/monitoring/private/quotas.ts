import { aws_cloudwatch as cloudwatch, Duration } from 'aws-cdk-lib';
import type { MonitoringAlarms } from './monitoring-alarms';

/**
 * Quotas of the account, which all of its namespaces share.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/monitoring-cloudwatch.html
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
 */
export function watchQuotas(alarms: MonitoringAlarms): void {
  alarms.add('secretsQuota', new cloudwatch.Metric({
    namespace: 'AWS/SecretsManager',
    metricName: 'ResourceCount',
    dimensionsMap: { Service: 'Secrets Manager', Type: 'Resource', Resource: 'SecretCount', Class: 'None' },
    statistic: cloudwatch.Stats.MAXIMUM,
    period: Duration.hours(1),
  }));
  alarms.add('callsQuota', new cloudwatch.Metric({
    namespace: 'AWS/Usage',
    metricName: 'CallCount',
    dimensionsMap: { Service: 'Secrets Manager', Type: 'API', Resource: 'GetSecretValue', Class: 'None' },
    statistic: cloudwatch.Stats.SUM,
    period: Duration.minutes(1),
  }));
}
