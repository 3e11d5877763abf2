import { aws_cloudwatch as cloudwatch } from 'aws-cdk-lib';
import type { SecretAlarms } from '../secret-alarms';

export type AlarmName = keyof SecretAlarms;

const PAGES = 'pages' as const;
const NOTIFIES = 'notifies' as const;
const OFF = 'off' as const;

const { NOT_BREACHING, BREACHING, IGNORE } = cloudwatch.TreatMissingData;

/** What is the same of an alarm wherever it stands. */
export interface AlarmKind {
  /** Ends the name of the alarm. */
  readonly title: string;
  /** What the person does first. */
  readonly whatToDo: string;
  readonly threshold: number;
  readonly usual: 'pages' | 'notifies' | 'off';
  readonly group: AlarmGroup;
  readonly missing: Missing;
  readonly windows: Windows;
}

/** Those of a group page together. Another group pages meanwhile: a rotation that fails all day hides nobody who reads at night. */
export type AlarmGroup = 'rotation' | 'access' | 'monitoring';

/** What an alarm makes of a time without data, and why. */
interface Missing {
  readonly treatMissingData: cloudwatch.TreatMissingData;
  readonly why: string;
}

interface Windows {
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
}

const NO_EVENT: Missing = { treatMissingData: NOT_BREACHING, why: 'no event is good news, and events that are lost have an alarm of their own' };
const NOT_RUN: Missing = { treatMissingData: NOT_BREACHING, why: 'the function runs when a secret is rotated, and a rotation that never began is overdue' };
const NOT_LOOKED: Missing = { treatMissingData: IGNORE, why: 'what was found stays true until the next look, and a look that fails has an alarm of its own' };
const SILENT: Missing = { treatMissingData: BREACHING, why: 'nobody looked' };
const NO_CALL: Missing = { treatMissingData: NOT_BREACHING, why: 'no call is no use of the quota' };
const HOURLY: Missing = { treatMissingData: IGNORE, why: 'the number of secrets is told once an hour, and holds until then' };

/** 5 minutes, looked at for a day: the longest that CloudWatch allows. The alarm stays, so that the next attempt to rotate does not page again. For what is not repeated by itself, an alarm is over soon, and the next event pages again. */
const ANY_OF_A_DAY: Windows = { evaluationPeriods: 288, datapointsToAlarm: 1 };
const ONE: Windows = { evaluationPeriods: 1, datapointsToAlarm: 1 };
const TWO: Windows = { evaluationPeriods: 2, datapointsToAlarm: 2 };

const EVENT = { threshold: 1, usual: PAGES, missing: NO_EVENT, windows: ANY_OF_A_DAY };
const FOUND = { threshold: 1, usual: PAGES, missing: NOT_LOOKED, windows: ONE };
const RUN = { threshold: 1, usual: PAGES, missing: NOT_RUN, windows: ANY_OF_A_DAY };

/** Every alarm there can be. docs/guides/monitoring.md shows the same, row by row. */
export const ALARM_KINDS: Record<AlarmName, AlarmKind> = {
  rotationFailed: { group: 'rotation', title: 'a rotation has failed', whatToDo: 'Read step and reason in the message, then the log of the rotation function. Clients keep the current value.', ...EVENT },
  rotationAbandoned: { group: 'rotation', title: 'a rotation was given up', whatToDo: 'Find who stored a version during the rotation. Rotate again when the value and the database agree.', ...EVENT },
  rotationOverdue: { group: 'rotation', title: 'a rotation is overdue', whatToDo: 'The log of the watcher names the secret. Look whether the rotation function can be invoked, and rotate.', ...FOUND },
  rotationTurnedOff: { group: 'rotation', title: 'a rotation is turned off', whatToDo: 'The log of the watcher names the secret. Deploy its stack again, or turn the rotation on.', ...FOUND },
  rotationStuck: { group: 'rotation', title: 'a rotation is stuck', whatToDo: 'The log of the watcher names the secret. Look at its pending version before you rotate again.', ...FOUND },
  rotationFunctionErrors: { group: 'rotation', title: 'a rotation function fails', whatToDo: 'Read the log of the function. Without a log line it did not start: look at subnets, security groups and concurrency.', ...RUN },
  rotationFunctionThrottles: { group: 'rotation', title: 'a rotation function is throttled', whatToDo: 'Raise its reserved concurrency, or spread the schedules.', ...RUN },
  rotationFunctionSlow: { group: 'rotation', title: 'a rotation function is near its time-out', whatToDo: 'Look whether database and Secrets Manager can be reached from its subnets. Raise the time-out where they can.', ...RUN, threshold: 80 },
  replicasNotInSync: { group: 'rotation', title: 'a replica is not in sync', whatToDo: 'The log of the watcher names secret and region. Look at the key of the replica and at a secret of the same name there.', ...FOUND },
  changedByHand: { group: 'access', title: 'a secret was changed by hand', whatToDo: 'Ask the principal in the message. Deploy the stack again, or revoke the principal.', ...EVENT, windows: ONE },
  keyChangedByHand: { group: 'access', title: 'the key was changed by hand', whatToDo: 'Cancel the deletion or enable the key at once. Then ask the principal in the message.', ...EVENT, windows: ONE },
  valueChanged: { group: 'monitoring', title: 'a value has changed', whatToDo: 'Look in the log of the events whether it was a rotation.', ...EVENT, usual: OFF, windows: ONE },
  eventsNotDelivered: { group: 'monitoring', title: 'events are not delivered', whatToDo: 'Look at the policies of the topic, its key, the log group and the dead-letter queue.', ...EVENT, windows: ONE },
  deadLetters: { group: 'monitoring', title: 'events wait in the dead-letter queue', whatToDo: 'Read the events there: each has the error. Then delete them from the queue.', ...EVENT, windows: ONE },
  watcherFailed: { group: 'monitoring', title: 'the watcher could not look', whatToDo: 'Read the log of the watcher. Until it looks again, nobody knows of rotations that are overdue.', ...FOUND, missing: SILENT, windows: TWO },
  secretsUnused: { group: 'monitoring', title: 'a secret is not used', whatToDo: 'The log of the watcher names it and what it costs. Delete it with a recovery window.', ...FOUND, usual: NOTIFIES },
  secretsNeverRead: { group: 'monitoring', title: 'a secret was never read', whatToDo: 'The log of the watcher names it. Look whether its reader has another one, and delete it.', ...FOUND, usual: NOTIFIES },
  secretsExpiring: { group: 'monitoring', title: 'a credential expires', whatToDo: 'The log of the watcher names the secret. Renew the credential and its tag.', ...FOUND, usual: NOTIFIES },
  deniedReads: { group: 'access', title: 'a read was denied', whatToDo: 'Ask the log of the trail who was denied. Grant it, or revoke the principal.', ...EVENT, windows: ONE },
  unexpectedReads: { group: 'access', title: 'an unexpected principal has read a secret', whatToDo: 'Ask the log of the trail who it was. Revoke the principal and rotate what it has read.', ...EVENT, windows: ONE },
  deletedReads: { group: 'access', title: 'a secret that is being deleted was asked for', whatToDo: 'Restore the secret: its client still needs it.', ...EVENT, windows: ONE },
  readBurst: { group: 'access', title: 'one principal reads very often', whatToDo: 'Ask the log of the trail who it is. Give the client a cache, or revoke it.', ...EVENT, threshold: 3000, windows: ONE },
  secretsQuota: { group: 'monitoring', title: 'the quota of secrets is nearly used up', whatToDo: 'Delete secrets that are not used, or ask for a higher quota.', ...FOUND, threshold: 450_000, usual: NOTIFIES, missing: HOURLY },
  callsQuota: { group: 'monitoring', title: 'the quota of reads is nearly used up', whatToDo: 'Find who reads most, and give that client a cache.', ...EVENT, threshold: 480_000, usual: NOTIFIES, missing: NO_CALL, windows: ONE },
};
