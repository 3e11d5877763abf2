export { AlarmSetting } from './alarm-setting';
export { SecretAlarms } from './secret-alarms';
export { SecretAudit, SecretAuditProps } from './secret-audit';
export { SecretMonitoring } from './secret-monitoring';
export { SecretMonitoringProps } from './secret-monitoring-props';
export { SecretThresholds } from './secret-thresholds';
