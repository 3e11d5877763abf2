import { aws_cloudwatch as cloudwatch, type aws_lambda as lambda, Lazy, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { alarmTable, logLink, runbookList } from './private/dashboard-links';
import {
  callsOf, costsOf, countsOf, DEFAULT_INTERVAL, failureTable, findingTable, functionsOf, replicasOf, rotationTable, text,
} from './private/dashboard-widgets';
import { requireOwnRegion } from './private/watched-secrets';
import type { SecretMonitoring } from './secret-monitoring';
import type { ISecretRunbook } from './secret-runbook';
import { fail, pathOf } from '../private/errors';
import { withInjected } from '../private/property-injection';

/** Properties of `SecretDashboard`. */
export interface SecretDashboardProps {
  /** What is watched, by whose metrics, alarms and logs the dashboard is drawn. It is of this stack's account and region. */
  readonly monitoring: SecretMonitoring;

  /**
   * Runbooks that can be started from the dashboard, and to which alarms lead.
   *
   * @default - the dashboard names no runbook
   */
  readonly runbooks?: ISecretRunbook[];

  /**
   * Rotation functions whose duration, errors and throttles are shown, such as the `function` of a rotator.
   *
   * @default - no function is shown
   */
  readonly rotationFunctions?: lambda.IFunction[];

  /**
   * The name of the dashboard: letters, digits, hyphens and underscores, at most 255.
   *
   * @default - `secrets-` and the prefix, with hyphens for what a name must not hold
   */
  readonly dashboardName?: string;
}

/**
 * A dashboard of CloudWatch for the secrets of a `SecretMonitoring`: alarms, the state of each rotation with its age and its next window, what failed, the
 * rotation functions, calls, replicas and costs. Each alarm leads to its log, to the guide, and to the runbook that helps.
 *
 * The tables show at most a hundred rotations. Its size does not grow with the number of secrets.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Dashboards.html
 */
export class SecretDashboard extends Construct {
  /** The name of this class for a property injector. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-managed-secrets.SecretDashboard';

  /** The dashboard; more can be added to it. */
  public readonly dashboard: cloudwatch.Dashboard;

  constructor(scope: Construct, id: string, props: SecretDashboardProps) {
    props = withInjected(SecretDashboard.PROPERTY_INJECTION_ID, scope, id, props);
    const path = pathOf(scope, id);
    const { monitoring, runbooks = [], rotationFunctions = [] } = props;
    const { _alarms: alarms, _scheduled: watcher } = monitoring;
    [monitoring, ...runbooks].forEach((each, index) => requireOwnRegion(path, index === 0 ? 'monitoring' : 'runbooks', Stack.of(scope), Stack.of(each)));
    const dashboardName = props.dashboardName ?? nameFor(alarms.watched);
    requireDashboardName(path, dashboardName);
    super(scope, id);
    const logs = [['events', monitoring.logGroup], ['watcher', monitoring.watcherLogGroup]] as const;
    const links = logs.map(([name, log]) => `[log of the ${name}](${logLink(log.logGroupName)})`).join(' · ');
    this.dashboard = new cloudwatch.Dashboard(this, 'Dashboard', { dashboardName, defaultInterval: DEFAULT_INTERVAL, periodOverride: cloudwatch.PeriodOverride.INHERIT });
    this.dashboard.addWidgets(text(`# Secrets of ${alarms.watched}\n${[links, runbookList(runbooks)].filter(Boolean).join(' · ')}`, 2));
    this.dashboard.addWidgets(new cloudwatch.AlarmStatusWidget({ title: 'Alarms', alarms: alarms.all, width: 24, height: 4 }));
    this.dashboard.addWidgets(countsOf(watcher));
    this.dashboard.addWidgets(rotationTable(watcher));
    this.dashboard.addWidgets(findingTable(watcher), failureTable(monitoring.logGroup));
    this.dashboard.addWidgets(...functionsOf(rotationFunctions), callsOf(), replicasOf(watcher), costsOf(watcher));
    this.dashboard.addWidgets(text(Lazy.uncachedString({ produce: () => alarmTable(alarms, runbooks) }), 14));
  }
}

function nameFor(watched: string): string {
  return `secrets-${watched.replace(/\/$/, '').replace(/[^A-Za-z0-9_-]/g, '-')}`.slice(0, 255);
}

function requireDashboardName(path: string, name: string): void {
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) fail(path, `\`dashboardName\` must be 1 to 255 letters, digits, hyphens and underscores, got ${JSON.stringify(name)}; rename it`);
}
