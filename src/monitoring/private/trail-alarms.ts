import { aws_cloudwatch as cloudwatch, aws_logs as logs, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { AlarmName } from './alarm-kinds';
import { FIVE_MINUTES, metricOfLog } from './metrics-of-logs';
import type { MonitoringAlarms } from './monitoring-alarms';
import { requireLength, TrailFilters } from './trail-filters';
import type { WatchedSecrets } from './watched-secrets';
import { fail, pathOf } from '../../private/errors';

export interface TrailOptions {
  readonly watched: string;
  readonly trailLogGroup: logs.ILogGroup;
  readonly expectedReaders?: string[];
}

/** The alarms that a trail makes possible. */
export const TRAIL_ALARMS = ['deniedReads', 'unexpectedReads', 'deletedReads', 'readBurst'] as const satisfies AlarmName[];

/** A rule of Contributor Insights takes ten values in one filter. */
const MAX_BEGINNINGS = 10;

/** A role reads by many sessions, of which the record has the role in one place. An IAM user has no role. */
const READERS = { Roles: '$.userIdentity.sessionContext.sessionIssuer.arn', Users: '$.userIdentity.userName' };

/** Watches reads of the secrets in the log group of a trail. A metric filter counts, and a rule of Contributor Insights counts by principal. */
export class TrailAlarms {
  private readonly filters: TrailFilters;

  constructor(private readonly scope: Construct, private readonly secrets: WatchedSecrets, private readonly options: TrailOptions) {
    this.filters = new TrailFilters(scope, secrets);
  }

  public addTo(alarms: MonitoringAlarms): void {
    const { expectedReaders } = this.options;
    this.count(alarms, 'deniedReads', this.filters.denied());
    this.count(alarms, 'deletedReads', this.filters.deleted());
    if (expectedReaders) this.count(alarms, 'unexpectedReads', this.filters.unexpected(expectedReaders));
    if (!alarms.isOff('readBurst')) alarms.add('readBurst', this.mostReads(), this.options.trailLogGroup.logGroupName);
  }

  private count(alarms: MonitoringAlarms, alarm: AlarmName, filter: logs.IFilterPattern): void {
    if (alarms.isOff(alarm)) return;
    const { trailLogGroup } = this.options;
    requireLength(pathOf(this.scope), Stack.of(this.scope), filter, `watch fewer secrets in one construct, write shorter \`expectedReaders\`, or leave the alarm \`${alarm}\` out`);
    alarms.add(alarm, metricOfLog(this.scope, alarm, { logGroup: trailLogGroup, filter, watched: this.options.watched }), trailLogGroup.logGroupName);
  }

  private mostReads(): cloudwatch.IMetric {
    const terms = Object.entries(READERS).map(([id, key]) => `INSIGHT_RULE_METRIC("${this.rule(id, key)}", "MaxContributorValue")`);
    return new cloudwatch.MathExpression({ expression: `MAX([${terms.map(term => `FILL(${term}, 0)`).join(', ')}])`, usingMetrics: {}, period: FIVE_MINUTES });
  }

  /** The name is written in the expression of the alarm, which waits for the rule by it. */
  private rule(id: string, key: string): string {
    const { env: { account, region } } = this.secrets;
    const beginnings = this.filters.beginnings();
    if (beginnings.length > MAX_BEGINNINGS) {
      fail(pathOf(this.scope), `\`secrets\` must be at most ${MAX_BEGINNINGS / 2} where reads are counted by principal, got ${beginnings.length / 2}; `
        + 'watch the others in another construct, or leave the alarm `readBurst` out');
    }
    const body = {
      Schema: { Name: 'CloudWatchLogRule', Version: 1 },
      LogGroupNames: [this.options.trailLogGroup.logGroupName],
      LogFormat: 'JSON',
      Contribution: {
        Keys: [key],
        Filters: [
          { Match: '$.eventName', In: ['GetSecretValue'] },
          { Match: '$.requestParameters.secretId', StartsWith: beginnings },
          { Match: '$.recipientAccountId', In: [account] },
          { Match: '$.awsRegion', In: [region] },
        ],
      },
      AggregateOn: 'Count',
    };
    const rule = new cloudwatch.CfnInsightRule(this.scope, `ReadsBy${id}`, {
      ruleName: `${this.options.watched.replaceAll('/', '-')}reads-by-${id.toLowerCase()}`,
      ruleState: 'ENABLED',
      ruleBody: Stack.of(this.scope).toJsonString(body),
    });
    return rule.ref;
  }
}

