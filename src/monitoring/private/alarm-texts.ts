import { ALARM_KINDS, type AlarmName } from './alarm-kinds';

const GUIDE = 'https://github.com/cdk-managed-secrets/cdk-managed-secrets/blob/main/docs/guides/monitoring.md';

/** The heading of the guide that is about an alarm has its words. */
export function runbookOf(alarm: AlarmName): string {
  return `${GUIDE}#${ALARM_KINDS[alarm].title.replaceAll(' ', '-')}`;
}

export function alarmNameOf(alarm: AlarmName, watched: string): string {
  return `${watched}: ${ALARM_KINDS[alarm].title}`;
}

/** What the person reads who opens the alarm. */
export function alarmDescriptionOf(alarm: AlarmName, log?: string): string {
  const { whatToDo, missing } = ALARM_KINDS[alarm];
  return [whatToDo, log === undefined ? '' : `Log: ${log}.`, `Runbook: ${runbookOf(alarm)}`, `Without data: ${missing.why}.`].filter(Boolean).join(' ');
}
