import { aws_cloudwatch as cloudwatch, aws_lambda as lambda, aws_logs as logs, aws_sqs as sqs, Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { createWatcherFunction, requireRoomForSecrets, runOnSchedule } from './watcher-function';
import type { SecretWatcherProps } from './watcher-props';
import { requireThresholds } from './watcher-thresholds';
import { pathOf } from '../../private/errors';
import { METRIC_NAMESPACE, WATCHED_DIMENSION, WatcherMetric } from '../contract/metrics';

/**
 * Looks on a schedule for what no event tells: a rotation that is overdue or turned off, a replica that is not in sync, a secret that
 * nobody reads, a credential that expires. It reads no value.
 */
export class SecretWatcher extends Construct {
  public readonly function: lambda.Function;
  public readonly logGroup: logs.ILogGroup;
  public readonly deadLetterQueue: sqs.IQueue;
  public readonly interval: Duration;
  private readonly watched: string;

  constructor(scope: Construct, id: string, props: SecretWatcherProps) {
    requireThresholds(pathOf(scope, id), props);
    requireRoomForSecrets(pathOf(scope, id), props.secrets);
    super(scope, id);
    this.watched = props.watched;
    this.interval = props.interval ?? Duration.hours(1);
    const { deployed, logGroup, deadLetterQueue } = createWatcherFunction(this, props);
    this.function = deployed;
    this.logGroup = logGroup;
    this.deadLetterQueue = deadLetterQueue;
    runOnSchedule(this, deployed, this.interval, deadLetterQueue);
  }

  /**
   * A metric of the watcher: the maximum, once an interval. CloudWatch may count a line of the log twice, so that a sum would be wrong.
   * Where a look was not complete, a finding is absent or a part, `SECRETS_WATCHED` is absent and `WATCHER_FAILED` is 1.
   */
  public metric(metricName: WatcherMetric): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: METRIC_NAMESPACE,
      metricName,
      dimensionsMap: { [WATCHED_DIMENSION]: this.watched },
      statistic: cloudwatch.Stats.MAXIMUM,
      period: this.interval,
    });
  }
}
