import { Annotations, aws_secretsmanager as secretsmanager, Duration, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { MonitoringAlarms } from './monitoring-alarms';
import { watchFunctions } from './rotation-functions';
import { thresholdsOf } from './watcher-thresholds';
import { SecretNamespace } from '../../namespace/secret-namespace';
import type { ISecretNamespace } from '../../namespace/secret-namespace-props';
import { fail } from '../../private/errors';
import { RotatedDatabaseSecret } from '../../rotation/rotated-database-secret';
import { RotatedSecret } from '../../rotation/rotated-secret';
import { ManagedSecret } from '../../secret/managed-secret';
import type { SecretMonitoringProps } from '../secret-monitoring-props';

/** Watches the functions of all secrets that the app rotates, when all are there. */
export function watchRotations(scope: IConstruct, alarms: MonitoringAlarms, props: SecretMonitoringProps, namespace?: ISecretNamespace): void {
  const secrets = props.secrets ?? secretsOf(scope, namespace);
  const schedules = secrets.flatMap(each => each.node.findAll().filter(node => node instanceof secretsmanager.CfnRotationSchedule));
  if (!alarms.isOff('rotationOverdue')) requireShortGrace(scope.node.path, schedules, thresholdsOf(props.thresholds ?? {}).overdueGrace);
  if (namespace instanceof SecretNamespace && schedules.length === 0) warnOfNoRotation(scope, alarms, namespace);
  const rotators = secrets.flatMap(each =>
    each instanceof RotatedDatabaseSecret || each instanceof RotatedSecret ? [each.rotator.rotationFunction] : []);
  const functions = [...new Set([...rotators, ...props.rotationFunctions ?? []])];
  if (functions.length > 0) watchFunctions(alarms, functions);
}

function secretsOf({ node: { root } }: IConstruct, namespace?: ISecretNamespace): IConstruct[] {
  return root.node.findAll().filter(each => each instanceof ManagedSecret && each.namespace === namespace);
}

/** `NextRotationDate` moves on with the next rotation, which comes before so long a grace is over. */
function requireShortGrace(path: string, schedules: secretsmanager.CfnRotationSchedule[], grace: Duration): void {
  for (const schedule of schedules) {
    const interval = intervalOf(schedule);
    if (interval === undefined || grace.toSeconds() < interval.toSeconds()) continue;
    fail(path, `\`thresholds.overdueGrace\` must be shorter than the time between two rotations of ${schedule.node.path}, which is ${interval.toHumanString()}, `
      + `got ${grace.toHumanString()}; with it the alarm \`rotationOverdue\` could never go off`);
  }
}

/** The shortest time between two rotations, as far as it stands in the schedule. */
function intervalOf(schedule: secretsmanager.CfnRotationSchedule): Duration | undefined {
  const rules = Stack.of(schedule).resolve(schedule.rotationRules) as secretsmanager.CfnRotationSchedule.RotationRulesProperty | undefined;
  if (rules?.automaticallyAfterDays !== undefined) return Duration.days(rules.automaticallyAfterDays);
  const [, count, unit] = /^rate\((\d+) (hour|day)s?\)$/.exec(String(rules?.scheduleExpression)) ?? [];
  if (count !== undefined) return unit === 'day' ? Duration.days(Number(count)) : Duration.hours(Number(count));
  const [, hour, day, weekDay] = /^cron\(0 (\S+) (\S+) \S+ (\S+) \S+\)$/.exec(String(rules?.scheduleExpression)) ?? [];
  return hour === undefined ? undefined : intervalOfCron(hour, day, weekDay);
}

function intervalOfCron(hour: string, day: string, weekDay: string): Duration | undefined {
  const every = /\/(\d+)$/.exec(hour)?.[1];
  if (every !== undefined) return Duration.hours(Number(every));
  if (!/^\d+$/.test(hour)) return undefined;
  const isDaily = [day, weekDay].every(each => each === '*' || each === '?');
  return isDaily ? Duration.days(1) : undefined;
}

const ABOUT_ROTATION = ['rotationFailed', 'rotationAbandoned', 'rotationOverdue', 'rotationStuck'] as const;

function warnOfNoRotation(scope: IConstruct, alarms: MonitoringAlarms, namespace: ISecretNamespace): void {
  if (ABOUT_ROTATION.every(alarm => alarms.isOff(alarm))) return;
  Annotations.of(scope).addWarningV2('cdk-managed-secrets:nothingRotates',
    `No secret of ${namespace.node.path} is rotated in this app, so that the alarms on rotation wait for secrets of other apps; rotate one, or leave them out: `
    + ABOUT_ROTATION.map(alarm => `\`${alarm}\``).join(', '));
}
