import { nextWindow } from '../../../tools/rotate/rotation-window';

describe('the next window', () => {
  const NOW = new Date('2026-11-20T22:15:00Z'); // a Friday

  test.each([
    ['cron(0 3 ? * SUN *)', '2h', '2026-11-22T03', '2026-11-22T05'],
    ['cron(0 3 ? * 1 *)', undefined, '2026-11-22T03', '2026-11-23T00'],
    ['cron(0 22 * * ? *)', '1h', '2026-11-21T22', '2026-11-21T23'],
    ['cron(0 23 * * ? *)', '1h', '2026-11-20T23', '2026-11-21T00'],
    ['cron(0 2/10 * * ? *)', undefined, '2026-11-21T02', '2026-11-21T03'],
    ['cron(0 0 L * ? *)', '1h', '2026-11-30T00', '2026-11-30T01'],
    ['cron(0 0 1,15 JAN-MAR ? *)', '1h', '2027-01-01T00', '2027-01-01T01'],
    ['cron(0 4 1/14 * ? *)', '3h', '2026-11-29T04', '2026-11-29T07'],
    ['cron(0 4 ? * TUE#1 *)', '3h', '2026-12-01T04', '2026-12-01T07'],
    ['cron(0 4 ? 12 SUNL *)', '3h', '2026-12-27T04', '2026-12-27T07'],
    ['cron(0 4 ? * L *)', '3h', '2026-11-21T04', '2026-11-21T07'],
    ['cron(0 4 ? * 7L *)', '3h', '2026-11-28T04', '2026-11-28T07'],
    ['cron(0 4 ? * 2#2 *)', '3h', '2026-12-14T04', '2026-12-14T07'],
    ['cron(0 4,16 */10 * ? *)', undefined, '2026-11-21T04', '2026-11-21T05'],
    ['cron(0 4 ? * MON-FRI *)', '3h', '2026-11-23T04', '2026-11-23T07'],
    ['rate(10 days)', undefined, '2026-11-30T00', '2026-12-01T00'],
    ['rate(6 hours)', undefined, '2026-11-21T04', '2026-11-21T05'],
    ['rate(1 day)', '4h', '2026-11-21T00', '2026-11-21T04'],
  ])('of %s, %s', (ScheduleExpression, duration, opens, closes) => {
    const window = nextWindow({ ScheduleExpression, Duration: duration }, NOW);
    expect([window?.opens, window?.closes].map(date => date?.toISOString())).toEqual([opens, closes].map(hour => `${hour}:00:00.000Z`));
  });

  test('of days after which to rotate, and of what is not understood', () => {
    expect(nextWindow({ AutomaticallyAfterDays: 30 }, NOW)?.opens.toISOString()).toBe('2026-12-20T00:00:00.000Z');
    expect(nextWindow({ ScheduleExpression: 'whenever' }, NOW)).toBeUndefined();
    expect(nextWindow({ ScheduleExpression: 'cron(0 3 ? * NODAY *)' }, NOW)).toBeUndefined();
    expect(nextWindow({}, NOW)).toBeUndefined();
  });
});
