import { monitored } from './monitored';
import { deployed, resourcesOf } from './template';
import { AlarmProperties, statesOf, timesInAlarm } from '../../tools/alarms/transitions';

/** How often somebody is paged, by the alarms as they are deployed. */

const { stack } = monitored();
const alarms = Object.entries(resourcesOf(stack, 'AWS::CloudWatch::Alarm'));
const alarm = (name: string): AlarmProperties => alarms.find(([id]) => id.startsWith(`MonitoringAlarm${name}`))![1];
const HOUR = 12; // periods of 5 minutes
const eventsAt = (...hours: number[]) => Array.from({ length: 72 * HOUR }, (_, period) => hours.includes(period / HOUR) ? 1 : undefined);

test('a rotation that fails and is tried again for hours pages once', () => {
  expect(timesInAlarm(statesOf(alarm('RotationFailed'), eventsAt(1, 2, 5, 12, 30)))).toBe(1);
});

test('one that fails again after a quiet day pages again', () => {
  expect(timesInAlarm(statesOf(alarm('RotationFailed'), eventsAt(1, 30)))).toBe(2);
});

test('an alarm as others make it pages each time', () => {
  const others: AlarmProperties = { ...alarm('RotationFailed'), EvaluationPeriods: 1 };
  expect(timesInAlarm(statesOf(others, eventsAt(1, 2, 5, 12, 30)))).toBe(5);
});

test('nothing pages as long as nothing happens, but for a watcher that is silent', () => {
  const silent = alarms.filter(([, each]) => !each.Metrics).filter(([, each]) => timesInAlarm(statesOf(each, eventsAt())) > 0);
  expect(silent.map(([, { AlarmName: name }]) => name)).toEqual(['prod/payments/: the watcher could not look']);
});

test('what the watcher found stays found while it does not look, and is over when it says so', () => {
  expect(statesOf(alarm('RotationOverdue'), [0, 1, undefined, undefined, 0])).toEqual(['OK', 'ALARM', 'ALARM', 'ALARM', 'OK']);
});

test('a watcher that fails once does not page; one that fails twice, or is not heard from, does', () => {
  expect(statesOf(alarm('WatcherFailed'), [0, 1, 0, 0]).slice(1)).toEqual(['OK', 'OK', 'OK']);
  expect(statesOf(alarm('WatcherFailed'), [0, 1, 1])).toEqual(['OK', 'OK', 'ALARM']);
  expect(statesOf(alarm('WatcherFailed'), [0, undefined, undefined])).toEqual(['OK', 'OK', 'ALARM']);
});

test('a read that is denied pages each time, whatever rotation does', () => {
  expect(timesInAlarm(statesOf(alarm('DeniedReads'), eventsAt(1, 2, 5)))).toBe(3);
});

test('a composite is in alarm with each alarm of its group that pages, and with no other', () => {
  const composites = Object.values(resourcesOf(stack, 'AWS::CloudWatch::CompositeAlarm')).map(each => deployed(each));
  const groups = Object.fromEntries(composites.map(({ AlarmName: name, AlarmRule: rule }) => {
    const alarmsOf = [...rule.matchAll(/ALARM\("MonitoringAlarm(\w+)[0-9A-F]{8}"\)/g)].map(([, each]) => each);
    expect(rule.split(' OR ')).toHaveLength(alarmsOf.length);
    return [name, alarmsOf];
  }));
  expect(Object.keys(groups)).toEqual(['rotation', 'access', 'monitoring'].map(group => `prod/payments/: ${group} needs somebody`));
  expect(groups['prod/payments/: rotation needs somebody']).toEqual(expect.arrayContaining(['RotationFailed', 'RotationOverdue', 'RotationFunctionErrors']));
  expect(groups['prod/payments/: access needs somebody']).toEqual(expect.arrayContaining(['DeniedReads', 'UnexpectedReads', 'ChangedByHand', 'KeyChangedByHand']));
  expect(groups['prod/payments/: monitoring needs somebody'].sort()).toEqual(['DeadLetters', 'EventsNotDelivered', 'WatcherFailed']);
  const paging = Object.values(groups).flat();
  expect(alarms.map(([id]) => /MonitoringAlarm(\w+)[0-9A-F]{8}$/.exec(id)![1]).filter(name => !paging.includes(name)).sort())
    .toEqual(['CallsQuota', 'SecretsExpiring', 'SecretsNeverRead', 'SecretsQuota', 'SecretsUnused']);
});

test('each alarm fits into what CloudWatch allows', () => {
  for (const [, { Period: period = 300, EvaluationPeriods: periods, AlarmName: name, AlarmDescription: description }] of alarms) {
    expect(period * periods).toBeLessThanOrEqual(period < 3600 ? 86_400 : 7 * 86_400);
    expect(name.length).toBeLessThanOrEqual(255);
    expect(deployed(description).length).toBeLessThanOrEqual(1024);
  }
});
