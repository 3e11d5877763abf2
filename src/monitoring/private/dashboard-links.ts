import { Stack, Token } from 'aws-cdk-lib';
import { ALARM_KINDS, type AlarmName } from './alarm-kinds';
import { runbookOf } from './alarm-texts';
import type { MonitoringAlarms } from './monitoring-alarms';
import { EmergencyRevocation } from '../emergency-revocation';
import { RotationHealing } from '../rotation-healing';
import { SecretRestoration } from '../secret-restoration';
import type { ISecretRunbook } from '../secret-runbook';

/** The runbook that helps with an alarm, where one does. */
const HELPS: Partial<Record<AlarmName, new (...props: any[]) => ISecretRunbook>> = {
  rotationFailed: RotationHealing,
  rotationOverdue: RotationHealing,
  rotationStuck: RotationHealing,
  changedByHand: EmergencyRevocation,
  unexpectedReads: EmergencyRevocation,
  deniedReads: EmergencyRevocation,
  readBurst: EmergencyRevocation,
  deletedReads: SecretRestoration,
};

/** A table in Markdown: each alarm, what to do first, the log to read, the guide, the runbook. */
export function alarmTable(alarms: MonitoringAlarms, runbooks: readonly ISecretRunbook[]): string {
  const rows = [...alarms.logs].map(([alarm, log]) => {
    const { title, whatToDo } = ALARM_KINDS[alarm];
    const helping = runbooks.find(each => HELPS[alarm] && each instanceof HELPS[alarm]);
    const links = [log && `[log](${logLink(log)})`, `[guide](${runbookOf(alarm)})`, helping && `[${helping.node.id}](${runbookLink(helping)})`];
    return `| ${title} | ${whatToDo} | ${links.filter(Boolean).join(' · ')} |`;
  });
  return ['| Alarm | What to do first | Where |', '| --- | --- | --- |', ...rows].join('\n');
}

/** Every runbook, to be started from the dashboard. */
export function runbookList(runbooks: readonly ISecretRunbook[]): string {
  return runbooks.map(each => `[${each.node.id}](${runbookLink(each)})`).join(' · ');
}

/** A place in the console, in the region of the dashboard and in every partition. It encodes a name twice, and writes a dollar for the percent sign. */
export function logLink(logGroupName: string): string {
  const encoded = Token.isUnresolved(logGroupName) ? logGroupName : encodeURIComponent(encodeURIComponent(logGroupName)).replaceAll('%', '$');
  return `#logsV2:log-groups/log-group/${encoded}`;
}

function runbookLink(runbook: ISecretRunbook): string {
  return `/systems-manager/automation/execute/${runbook.documentName}?region=${Stack.of(runbook).region}`;
}
