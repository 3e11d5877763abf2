import { type Stack, Token } from 'aws-cdk-lib';
import { requireMessageTopic } from './alarm-actions';
import type { AlarmName } from './alarm-kinds';
import { TRAIL_ALARMS } from './trail-alarms';
import { requireOwnRegion, type WatchedSecrets } from './watched-secrets';
import { requireThresholds } from './watcher-thresholds';
import { fail } from '../../private/errors';
import { requireSome, requireTexts, requireWhole } from '../../private/validation';
import type { SecretMonitoringProps } from '../secret-monitoring-props';

/** CloudWatch Logs takes a wildcard at the ends of a value. */
const ROLE_ARN_PATTERN = {
  pattern: /^(arn:[^:*]+:iam::\d{12}:role\/|\*:?role\/|\*)[A-Za-z0-9/_+=,.@-]+\*?$/,
  words: 'ARNs of roles with at most one * at each end, such as arn:aws:iam::111122223333:role/payments-service-*',
};

/** Everything that can be known to be wrong before anything is created. */
export function requireMonitoringProps(path: string, stack: Stack, secrets: WatchedSecrets, props: SecretMonitoringProps): void {
  const { trailLogGroup, expectedReaders, deploymentRoles, messageTopic, alarmActions, interval } = props;
  requireOwnRegion(path, props.secrets ? 'secrets' : 'namespace', stack, secrets.env);
  if (trailLogGroup) requireOwnRegion(path, 'trailLogGroup', stack, trailLogGroup.env);
  if (messageTopic) requireOwnRegion(path, 'messageTopic', stack, messageTopic.env);
  if (props.encryptionKey) requireOwnRegion(path, 'encryptionKey', stack, props.encryptionKey.env);
  requireTrail(path, props);
  if (expectedReaders) requireReaders(path, 'expectedReaders', expectedReaders);
  if (deploymentRoles) requireReaders(path, 'deploymentRoles', deploymentRoles);
  if (alarmActions) requireSome(path, 'alarmActions', alarmActions, 'leave it out for a topic of its own');
  if (messageTopic) requireMessageTopic(path, messageTopic);
  requireThresholds(path, props.thresholds ?? {});
  if (interval) requireWhole(path, 'interval in minutes', interval.toMinutes({ integral: false }), { min: 15, max: 1440 });
  requireAlarms(path, props);
}

/** What is asked for by name and could never go off. */
function requireTrail(path: string, { trailLogGroup, expectedReaders, alarms = {} }: SecretMonitoringProps): void {
  const asked = TRAIL_ALARMS.filter(alarm => (alarms[alarm]?._kind ?? 'off') !== 'off');
  const needs = [...expectedReaders ? ['expectedReaders'] : [], ...asked.map(alarm => `alarms.${alarm}`)];
  if (trailLogGroup === undefined && needs.length > 0) {
    fail(path, `\`trailLogGroup\` must be given with \`${needs[0]}\`, because reads are seen in a trail alone; give the log group of a trail, or leave \`${needs[0]}\` out`);
  }
  if (expectedReaders === undefined && asked.includes('unexpectedReads')) {
    fail(path, '`expectedReaders` must be given with `alarms.unexpectedReads`, because the alarm is about everybody else; name the roles that read');
  }
}

function requireReaders(path: string, prop: string, arns: string[]): void {
  requireSome(path, prop, arns, 'leave it out');
  requireTexts(path, prop, arns, ROLE_ARN_PATTERN);
}

/** Values that no metric reaches, or every one. */
function requireAlarms(path: string, { alarms = {}, thresholds }: SecretMonitoringProps): void {
  for (const [name, setting] of Object.entries(alarms)) {
    const threshold = setting?._threshold;
    if (threshold === undefined || Token.isUnresolved(threshold)) continue;
    const max = MOST[name as AlarmName] ?? Number.MAX_SAFE_INTEGER;
    if (!(threshold > 0 && threshold <= max)) {
      fail(path, `the threshold of \`alarms.${name}\` must be more than 0${max < Number.MAX_SAFE_INTEGER ? ` and at most ${max}, or the alarm could never go off` : ''}, got ${threshold}`);
    }
  }
  if (alarms.secretsUnused?._kind === 'off' && thresholds?.unusedAfter) {
    fail(path, '`thresholds.unusedAfter` must be left out where `alarms.secretsUnused` is off; nobody would be told');
  }
}

/** The largest value that the metric can have. */
const MOST: Partial<Record<AlarmName, number>> = { rotationFunctionSlow: 100, watcherFailed: 1, secretsQuota: 500_000, callsQuota: 600_000 };
