import { aws_cloudwatch as cloudwatch, type aws_lambda as lambda, type aws_logs as logs, Duration } from 'aws-cdk-lib';
import type { SecretWatcher } from './watcher';
import { FINDINGS, ROTATION_STATE, WATCHER_METRICS, type WatcherMetric } from '../contract/metrics';
import { SECRET_MONTHLY_USD } from '../contract/prices';

const FULL = 24;
const THIRD = FULL / 3;

/** The last line of the watcher on each secret that is rotated; the next rotation that is due stands first. */
export function rotationTable(watcher: SecretWatcher): cloudwatch.IWidget {
  return table('Rotations, as the watcher last saw them', watcher.logGroup, FULL, [
    `filter message = "${ROTATION_STATE}"`,
    'stats latest(state) as now, latest(ageDays) as daysSinceRotation, latest(lastRotation) as lastRotated, latest(nextRotation) as nextWindow by secretName',
    'sort nextWindow asc',
  ]);
}

export function findingTable(watcher: SecretWatcher): cloudwatch.IWidget {
  return table('What the watcher found', watcher.logGroup, THIRD * 1.5, [
    'filter level = "WARN"', 'stats latest(since) as sinceWhen, latest(replicas) as replica, latest(usdPerMonth) as usd by message, secretName', 'sort message asc',
  ]);
}

export function failureTable(events: logs.ILogGroup): cloudwatch.IWidget {
  return table('Rotations that failed or were given up', events, THIRD * 1.5, [
    'filter detail.eventName like /Rotation(Failed|Abandoned)/',
    'fields detail.eventTime as failedAt, detail.eventName as event, detail.additionalEventData.SecretId as secret, detail.errorMessage as reason',
    'sort failedAt desc', 'limit 20',
  ]);
}

function table(title: string, logGroup: logs.ILogGroup, width: number, queryLines: string[]): cloudwatch.IWidget {
  return new cloudwatch.LogQueryWidget({
    title, logGroupNames: [logGroup.logGroupName], queryLines, view: cloudwatch.LogQueryVisualizationType.TABLE, width, height: 8,
  });
}

/** How many secrets are watched, and how many of them need somebody. */
export function countsOf(watcher: SecretWatcher): cloudwatch.IWidget {
  const names: WatcherMetric[] = [WATCHER_METRICS.SECRETS_WATCHED, ...Object.values(FINDINGS), WATCHER_METRICS.WATCHER_FAILED];
  return new cloudwatch.SingleValueWidget({ title: 'Secrets', metrics: names.map(name => watcher.metric(name).with({ label: name })), width: FULL, height: 3 });
}

/** How long the rotation functions run, and how often they fail. */
export function functionsOf(functions: readonly lambda.IFunction[]): cloudwatch.IWidget[] {
  if (functions.length === 0) return [];
  const of = (metric: (each: lambda.IFunction) => cloudwatch.Metric) => functions.map(each => metric(each).with({ label: each.node.path }));
  return [
    graph('Duration of rotation functions', of(each => each.metricDuration({ statistic: cloudwatch.Stats.MAXIMUM }))),
    graph('Errors and throttles of rotation functions', [...of(each => each.metricErrors()), ...of(each => each.metricThrottles())]),
  ];
}

const CALLS = ['GetSecretValue', 'BatchGetSecretValue', 'PutSecretValue', 'DescribeSecret'];

/** CloudWatch counts the calls of an account and region together. */
export function callsOf(): cloudwatch.IWidget {
  return graph('Calls of Secrets Manager in this account and region', CALLS.map(name => new cloudwatch.Metric({
    namespace: 'AWS/Usage',
    metricName: 'CallCount',
    dimensionsMap: { Service: 'Secrets Manager', Type: 'API', Resource: name, Class: 'None' },
    statistic: cloudwatch.Stats.SUM,
    label: name,
  })));
}

export function replicasOf(watcher: SecretWatcher): cloudwatch.IWidget {
  return graph('Replicas that are not in sync', [watcher.metric(FINDINGS.REPLICAS_NOT_IN_SYNC).with({ label: 'secrets with such a replica' })]);
}

/** Replicas cost as secrets do and are not counted here; calls and keys are extra. */
export function costsOf(watcher: SecretWatcher): cloudwatch.IWidget {
  const all = new cloudwatch.MathExpression({
    expression: `secrets * ${SECRET_MONTHLY_USD}`, usingMetrics: { secrets: watcher.metric(WATCHER_METRICS.SECRETS_WATCHED) }, label: 'all secrets', period: watcher.interval,
  });
  return graph('USD a month, without replicas', [all, watcher.metric(WATCHER_METRICS.UNUSED_MONTHLY_COST).with({ label: 'unused or never read' })]);
}

function graph(title: string, left: cloudwatch.IMetric[]): cloudwatch.IWidget {
  return new cloudwatch.GraphWidget({ title, left, width: THIRD, height: 6, leftYAxis: { min: 0 } });
}

export function text(markdown: string, height: number): cloudwatch.IWidget {
  // Said outright: older releases of aws-cdk-lib leave it to CloudWatch, newer ones do not.
  return new cloudwatch.TextWidget({ markdown, width: FULL, height, background: cloudwatch.TextWidgetBackground.TRANSPARENT });
}

/** A day, so that the newest look is there even when the watcher looks once a day. */
export const DEFAULT_INTERVAL = Duration.days(1);
