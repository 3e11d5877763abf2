import type { AlarmName } from './alarm-kinds';
import type { MonitoringAlarms } from './monitoring-alarms';
import type { SecretWatcher } from './watcher';
import { FINDINGS, WATCHER_METRICS, type WatcherMetric } from '../contract/metrics';

/** What the watcher finds, by the alarm that tells it. */
const METRICS = {
  rotationOverdue: FINDINGS.SECRETS_OVERDUE,
  rotationTurnedOff: FINDINGS.ROTATIONS_TURNED_OFF,
  rotationStuck: FINDINGS.ROTATIONS_STUCK,
  replicasNotInSync: FINDINGS.REPLICAS_NOT_IN_SYNC,
  secretsUnused: FINDINGS.SECRETS_UNUSED,
  secretsNeverRead: FINDINGS.SECRETS_NEVER_READ,
  secretsExpiring: FINDINGS.SECRETS_EXPIRING,
  watcherFailed: WATCHER_METRICS.WATCHER_FAILED,
} satisfies Partial<Record<AlarmName, WatcherMetric>>;

export function watchFindings(alarms: MonitoringAlarms, watcher: SecretWatcher): void {
  Object.entries(METRICS).forEach(([alarm, metric]) => alarms.add(alarm as AlarmName, watcher.metric(metric), watcher.logGroup.logGroupName));
}
