import { Duration } from 'aws-cdk-lib';
import { RotationSchedule, RotationStrategy } from '../../src';
import { SecretRotation } from '../../src/rotation/private/secret-rotation';

const HOUR = 1;
const DAY = 24;

const of = (schedule: RotationSchedule, strategy = RotationStrategy.alternatingUsers()) => new SecretRotation(strategy._overlap, schedule._rules('Db', 'prod/payments/db'));

test.each<[string, RotationSchedule, number, number]>([
  ['every four hours, in a window of one hour', RotationSchedule.every(Duration.hours(4)), 4 * HOUR, 3 * HOUR],
  ['every four hours, in a window of two', RotationSchedule.every(Duration.hours(4), { window: Duration.hours(2) }), 4 * HOUR, 2 * HOUR],
  ['every day, at any time', RotationSchedule.every(Duration.days(1)), DAY, 0],
  ['every day, within two hours', RotationSchedule.every(Duration.days(1), { window: Duration.hours(2) }), DAY, 22 * HOUR],
  ['every thirty days', RotationSchedule.every(Duration.days(30)), 30 * DAY, 29 * DAY],
  ['every day from ten at night', RotationSchedule.cron({ hour: '22' }), DAY, 22 * HOUR],
  ['every eight hours', RotationSchedule.cron({ hour: '0/8' }), 8 * HOUR, 7 * HOUR],
  ['twice a week, two days apart', RotationSchedule.cron({ weekDay: 'MON,WED', hour: '23' }), 2 * DAY, 47 * HOUR],
  ['the first and the fifteenth', RotationSchedule.cron({ day: '1,15', window: Duration.hours(1) }), 14 * DAY, 14 * DAY - 1],
  ['the last day of each month', RotationSchedule.cron({ day: 'L', window: Duration.hours(1) }), 28 * DAY, 28 * DAY - 1],
  ['once a month, by its name', RotationSchedule.spread(), 28 * DAY, 28 * DAY - 1],
])('%s', (_, schedule, interval, certain) => {
  const rotation = of(schedule);

  expect(rotation.interval?.toHours()).toBe(interval);
  expect(rotation.certainOverlap?.toHours()).toBe(certain);
});

test('a single user has no overlap, however seldom it is rotated; two passwords have one', () => {
  const monthly = RotationSchedule.spread();
  expect(of(monthly, RotationStrategy.singleUser()).certainOverlap?.toSeconds()).toBe(0);
  expect(of(monthly, RotationStrategy.dualPassword()).certainOverlap?.toDays({ integral: false })).toBeGreaterThan(27);
});
