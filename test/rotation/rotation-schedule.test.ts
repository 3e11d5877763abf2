import { Duration, Lazy } from 'aws-cdk-lib';
import fc from 'fast-check';
import { RotationSchedule } from '../../src/rotation/rotation-schedule';
import type { RotationCronOptions, RotationSpreadOptions, RotationWindowOptions } from '../../src/rotation/rotation-schedule-options';

const { hours, days, minutes } = Duration;
const TOKEN = Lazy.string({ produce: () => '3' });
const NUMBER_TOKEN = Lazy.number({ produce: () => 3 });
const DURATION_TOKEN = days(NUMBER_TOKEN);

function rulesOf(schedule: RotationSchedule, seed = 'prod/payments/db') {
  return schedule._rules('Stack/Secret', seed);
}

function cron(options: RotationCronOptions): string {
  return rulesOf(RotationSchedule.cron(options)).scheduleExpression!;
}

describe('every', () => {
  test.each<[string, Duration, RotationWindowOptions | undefined, object]>([
    ['the shortest interval', hours(4), undefined, { scheduleExpression: 'rate(4 hours)' }],
    ['the longest interval', days(999), undefined, { scheduleExpression: 'rate(999 days)' }],
    ['the longest interval that is no whole number of days', hours(999 * 24 - 1), undefined, { scheduleExpression: 'rate(23975 hours)' }],
    ['one day', days(1), undefined, { scheduleExpression: 'rate(1 day)' }],
    ['two days', days(2), undefined, { scheduleExpression: 'rate(2 days)' }],
    ['whole days in hours', hours(48), undefined, { scheduleExpression: 'rate(2 days)' }],
    ['a day and a half', hours(36), undefined, { scheduleExpression: 'rate(36 hours)' }],
    ['whole hours in minutes', minutes(240), undefined, { scheduleExpression: 'rate(4 hours)' }],
    ['the shortest window', hours(4), { window: hours(1) }, { scheduleExpression: 'rate(4 hours)', duration: '1h' }],
    ['a window as long as the interval', hours(4), { window: hours(4) }, { scheduleExpression: 'rate(4 hours)', duration: '4h' }],
    ['a window as long as the day', days(10), { window: days(1) }, { scheduleExpression: 'rate(10 days)', duration: '24h' }],
    ['a window as long as the day in an interval of hours', hours(36), { window: hours(24) }, { scheduleExpression: 'rate(36 hours)', duration: '24h' }],
  ])('%s', (_, interval, options, expected) => {
    expect(rulesOf(RotationSchedule.every(interval, options))).toEqual(expected);
  });

  test.each<[string, Duration, RotationWindowOptions, RegExp]>([
    ['3 hours', hours(3), {}, /`interval` must be whole hours or days from 4 hours to 999 days, got 3 hours; .*rotate-secrets_schedule/],
    ['1000 days', days(1000), {}, /`interval` must be .*got 1000 days/],
    ['an hour more than 999 days', hours(999 * 24 + 1), {}, /`interval` must be .*got 999 days 1 hour/],
    ['half an hour', minutes(270), {}, /`interval` must be .*got 4 hours 30 minutes/],
    ['a token', DURATION_TOKEN, {}, /`interval` must be known at synthesis, got a token/],
    ['no window', hours(4), { window: hours(0) }, /`window` must be whole hours, at least 1 and at most 4 with rate\(4 hours\), got 0 hours/],
    ['half an hour of window', hours(4), { window: minutes(90) }, /`window` must be .*got 1 hour 30 minutes/],
    ['a window longer than the interval', hours(4), { window: hours(5) }, /`window` must be .*at most 4 .*got 5 hours; .*next one opens/],
    ['a window longer than the day', days(10), { window: hours(25) }, /at most 24 with rate\(10 days\), got 1 day 1 hour; .*within its UTC day/],
    ['a window longer than the day in an interval of hours', hours(36), { window: hours(25) }, /at most 24 with rate\(36 hours\)/],
    ['a token as window', hours(4), { window: DURATION_TOKEN }, /`window` must be known at synthesis, got a token/],
  ])('refuses %s', (_, interval, options, message) => {
    expect(() => rulesOf(RotationSchedule.every(interval, options))).toThrow(message);
  });

  test('the error names the construct', () => {
    expect(() => rulesOf(RotationSchedule.every(hours(3)))).toThrow(/\[at Stack\/Secret\]$/);
  });
});

describe('cron', () => {
  test.each<[RotationCronOptions, string]>([
    [{}, 'cron(0 0 * * ? *)'],
    [{ weekDay: 'SUN', hour: '3' }, 'cron(0 3 ? * SUN *)'],
    // The examples of the page
    [{ hour: '/8' }, 'cron(0 /8 * * ? *)'],
    [{ hour: '8/8' }, 'cron(0 8/8 * * ? *)'],
    [{ hour: '2/10' }, 'cron(0 2/10 * * ? *)'],
    [{ hour: '4/12' }, 'cron(0 4/12 * * ? *)'],
    [{ hour: '10' }, 'cron(0 10 * * ? *)'],
    [{ hour: '18', weekDay: 'SAT' }, 'cron(0 18 ? * SAT *)'],
    [{ hour: '8', day: '1' }, 'cron(0 8 1 * ? *)'],
    [{ hour: '1', month: '1/3', weekDay: 'SUN#1' }, 'cron(0 1 ? 1/3 SUN#1 *)'],
    [{ hour: '17', day: 'L' }, 'cron(0 17 L * ? *)'],
    [{ hour: '8', weekDay: 'MON-FRI' }, 'cron(0 8 ? * MON-FRI *)'],
    [{ hour: '16', day: '1,15' }, 'cron(0 16 1,15 * ? *)'],
    [{ weekDay: 'SUN#1' }, 'cron(0 0 ? * SUN#1 *)'],
    [{ month: '1/11', weekDay: '2#1' }, 'cron(0 0 ? 1/11 2#1 *)'],
    // Every field at its limits
    [{ hour: '23' }, 'cron(0 23 * * ? *)'],
    [{ hour: '*/4' }, 'cron(0 */4 * * ? *)'],
    [{ hour: '0,4' }, 'cron(0 0,4 * * ? *)'],
    [{ hour: '20,0' }, 'cron(0 20,0 * * ? *)'],
    [{ day: '31' }, 'cron(0 0 31 * ? *)'],
    [{ day: '1-31' }, 'cron(0 0 1-31 * ? *)'],
    [{ day: '1/31' }, 'cron(0 0 1/31 * ? *)'],
    [{ day: '?', weekDay: '7' }, 'cron(0 0 ? * 7 *)'],
    [{ day: '7', weekDay: '?' }, 'cron(0 0 7 * ? *)'],
    [{ month: '12' }, 'cron(0 0 * 12 ? *)'],
    [{ month: 'JAN-DEC' }, 'cron(0 0 * JAN-DEC ? *)'],
    [{ weekDay: '1-7' }, 'cron(0 0 ? * 1-7 *)'],
    [{ weekDay: '1/2' }, 'cron(0 0 ? * 1/2 *)'],
    [{ weekDay: '*' }, 'cron(0 0 ? * * *)'],
    [{ weekDay: 'L' }, 'cron(0 0 ? * L *)'],
    [{ weekDay: 'SUNL' }, 'cron(0 0 ? * SUNL *)'],
    [{ weekDay: 'SAT#5' }, 'cron(0 0 ? * SAT#5 *)'],
    // Dates that every year has
    [{ day: '28', month: 'FEB' }, 'cron(0 0 28 FEB ? *)'],
    [{ day: '30', month: '2,4' }, 'cron(0 0 30 2,4 ? *)'],
    [{ day: 'L', month: 'FEB' }, 'cron(0 0 L FEB ? *)'],
    [{ weekDay: 'MON#4', month: 'FEB' }, 'cron(0 0 ? FEB MON#4 *)'],
    [{ weekDay: 'MON#5', month: 'JAN-JUN' }, 'cron(0 0 ? JAN-JUN MON#5 *)'],
    [{ weekDay: 'FRIL', month: 'FEB' }, 'cron(0 0 ? FEB FRIL *)'],
    // Less than 4 hours over midnight, but never on two days in a row
    [{ hour: '0,23', day: '1' }, 'cron(0 0,23 1 * ? *)'],
    [{ hour: '0,23', day: '1,31', month: 'JAN' }, 'cron(0 0,23 1,31 JAN ? *)'],
    [{ hour: '0,23', weekDay: 'SUN,TUE' }, 'cron(0 0,23 ? * SUN,TUE *)'],
    [{ hour: '0,23', weekDay: 'L' }, 'cron(0 0,23 ? * L *)'],
    // Tokens
    [{ hour: TOKEN }, `cron(0 ${TOKEN} * * ? *)`],
    [{ day: TOKEN }, `cron(0 0 ${TOKEN} * ? *)`],
    [{ month: TOKEN, day: '31' }, `cron(0 0 31 ${TOKEN} ? *)`],
    [{ weekDay: `MON,${TOKEN}`, hour: '0,23' }, `cron(0 0,23 ? * MON,${TOKEN} *)`],
  ])('%j', (options, expression) => {
    expect(rulesOf(RotationSchedule.cron(options))).toEqual({ scheduleExpression: expression });
  });

  test.each([
    '', ' ', '24', '-1', '08', '2/010', '8-7', '100', '1.5', 'x', '?', 'L', '20-8', '8-20/6', '0/0', '0/24', '24/4', '0,', ',', '0-', '*,12', '*-8', '0/4/4', '1#1',
  ])('refuses %j as hour', hour => {
    expect(() => cron({ hour })).toThrow(`\`hour\` must be an hour from 0 to 23, a list such as 2,14 or an increment such as 2/10, got ${JSON.stringify(hour)}; `);
  });

  test.each(['', '0', '32', '31-1', '1-32', '1/0', '1/32', '0/2', 'LW', '15W', 'L-3', '1,L', 'SUNL', 'SUN', '?,1', '*,1'])('refuses %j as day', day => {
    expect(() => cron({ day })).toThrow(/`day` must be a day of the month from 1 to 31, .*got .*rotate-secrets_schedule/);
  });

  test.each(['', '0', '13', 'NOV-FEB', '12-1', '1/0', '1/13', 'jan', 'JANUARY', '?', 'L', 'SUN'])('refuses %j as month', month => {
    expect(() => cron({ month })).toThrow(/`month` must be a month from 1 to 12 or from JAN to DEC, .*got /);
  });

  test.each([
    '', '0', '8', 'sun', 'SAT-SUN', '7-1', '1/0', '1/8', 'SUN#0', 'SUN#6', '8#1', 'SUN#', '#1', 'SUN#1,MON', 'LSUN', '8L', 'SUNL,MONL', 'JAN', '*,1',
  ])('refuses %j as weekDay', weekDay => {
    expect(() => cron({ weekDay })).toThrow(/`weekDay` must be a day of the week from 1 to 7 or from SUN to SAT, .*got /);
  });

  test.each<[string, RotationCronOptions, RegExp]>([
    ['every hour', { hour: '*' }, /`hour` must leave 4 hours or more .*got "\*", which leaves 1; /],
    ['every second hour', { hour: '*/2' }, /got "\*\/2", which leaves 2; Secrets Manager rotates no secret more often/],
    ['two hours 3 hours apart', { hour: '0,3' }, /got "0,3", which leaves 3/],
    ['two hours 3 hours apart, the later first', { hour: '3,0' }, /got "3,0", which leaves 3/],
    ['a range of hours', { hour: '8-12' }, /got "8-12", which leaves 1/],
    ['hours 3 hours apart over midnight', { hour: '21,0' }, /over midnight too, got "21,0", which leaves 3/],
    ['an increment that starts over', { hour: '0/7' }, /over midnight too, got "0\/7", which leaves 3/],
    ['an hour and the last of a day in a row', { hour: '0,23', weekDay: 'SUN,MON' }, /which leaves 1/],
    ['the last day of the week and the first', { hour: '0,23', weekDay: '1,7' }, /which leaves 1/],
    ['the last day of the month and the first', { hour: '0,23', day: '1,31' }, /which leaves 1/],
    ['the last day of the year and the first', { hour: '0,23', day: '1,31', month: 'JAN,DEC' }, /which leaves 1/],
    ['two days in a row', { hour: '0,23', day: '5,6' }, /which leaves 1/],
    ['a day of the month and of the week', { day: '1', weekDay: 'SUN' }, /only one of `day` and `weekDay` can be given, got "1" and "SUN"/],
    ['every day and a day of the week', { day: '*', weekDay: 'SUN' }, /only one of `day` and `weekDay`/],
    ['a token and a day of the week', { day: TOKEN, weekDay: 'SUN' }, /only one of `day` and `weekDay`/],
    ['29 February', { day: '29', month: 'FEB' }, /`day` and `month` must name a date that every year has, got "29" and "FEB"; .*repeats within a year/],
    ['30 February', { day: '30', month: '2' }, /`day` and `month` must name .*got "30" and "2"/],
    ['31 in months of 30 days', { day: '31', month: '4,6,9,11' }, /`day` and `month` must name/],
    ['a fifth Monday in February', { weekDay: 'MON#5', month: 'FEB' }, /`weekDay` and `month` must name .*got "MON#5" and "FEB"/],
    ['a fifth Wednesday that only some years lack', { weekDay: 'WED#5', month: 'JAN,MAR' }, /`weekDay` and `month` must name/],
    ['a fifth Monday in one month', { weekDay: 'MON#5', month: 'JAN' }, /`weekDay` and `month` must name/],
  ])('refuses %s', (_, options, message) => {
    expect(() => cron(options)).toThrow(message);
  });

  test.each([
    ['minute', '0', /`minute` must not be given; .*minutes must be 0, because windows open on the hour/],
    ['minute', '30', /`minute` must not be given/],
    ['year', '*', /`year` must not be given; .*year must be \*, because a cron schedule repeats within a year/],
    ['year', '2030', /`year` must not be given/],
  ])('refuses the prop %s of %j', (prop, value, message) => {
    expect(() => cron({ [prop]: value })).toThrow(message);
    expect(() => rulesOf(RotationSchedule.spread({ [prop]: value }))).toThrow(message);
  });

  test('takes a prop without a value for none', () => {
    expect(cron({ minute: undefined, hour: undefined, day: undefined } as RotationCronOptions)).toBe('cron(0 0 * * ? *)');
  });

  test('a gap is independent of how the hours are written', () => {
    const hour = fc.integer({ min: 0, max: 23 });
    const list = fc.array(hour, { minLength: 1, maxLength: 6 }).map(all => ({ text: all.join(','), all }));
    const increment = fc.tuple(hour, fc.integer({ min: 1, max: 23 })).map(([start, step]) => {
      const all: number[] = [];
      for (let at = start; at < 24; at += step) all.push(at);
      return { text: `${start}/${step}`, all };
    });
    const range = fc.tuple(hour, hour).filter(([a, b]) => a <= b)
      .map(([a, b]) => ({ text: `${a}-${b}`, all: Array.from({ length: b - a + 1 }, (_, index) => a + index) }));
    fc.assert(fc.property(fc.oneof(list, increment, range), fc.constantFrom('*', '1'), ({ text, all }, day) => {
      const isDaily = day === '*';
      // The hours that have a window, over two days if it opens on both
      const opens = Array.from({ length: isDaily ? 48 : 24 }, (_, at) => all.includes(at % 24) ? at : -1).filter(at => at >= 0);
      const isAccepted = opens.every((at, index) => index === 0 || at - opens[index - 1] >= 4);
      const attempt = () => cron({ hour: text, day });
      if (isAccepted) expect(attempt()).toBe(`cron(0 ${text} ${day} * ? *)`);
      else expect(attempt).toThrow(/`hour` must leave 4 hours or more/);
    }), { numRuns: 1000 });
  });
});

describe('the window of a cron', () => {
  test.each<[RotationCronOptions, string]>([
    [{ window: hours(24) }, '24h'],
    [{ hour: '22', window: hours(2) }, '2h'],
    [{ hour: '23', window: minutes(60) }, '1h'],
    [{ hour: '0,4', window: hours(4) }, '4h'],
    [{ hour: '4/12', window: hours(8) }, '8h'],
    [{ hour: TOKEN, window: hours(24) }, '24h'],
    [{ hour: `22,${TOKEN}`, window: hours(24) }, '24h'],
  ])('%#: fits', (options, duration) => {
    expect(rulesOf(RotationSchedule.cron(options)).duration).toBe(duration);
  });

  test.each<[string, RotationCronOptions, RegExp]>([
    ['beyond the UTC day', { window: hours(25) }, /`window` must be whole hours, at least 1 and at most 24 with cron\(0 0 \* \* \? \*\), got 1 day 1 hour/],
    ['beyond the UTC day from an hour', { hour: '22', window: hours(3) }, /at most 2 with .*got 3 hours; .*within its UTC day/],
    ['beyond the UTC day from the last hour', { hour: '4/12', window: hours(9) }, /at most 8 with /],
    ['into the next window', { hour: '0,4', window: hours(5) }, /at most 4 with .*before the next one opens/],
    ['shorter than an hour', { window: minutes(30) }, /`window` must be whole hours, .*got 30 minutes/],
    ['of half an hour more', { window: minutes(90) }, /got 1 hour 30 minutes/],
    ['beyond the UTC day from a token', { hour: TOKEN, window: hours(25) }, /at most 24/],
    ['that is a token', { window: DURATION_TOKEN }, /`window` must be known at synthesis, got a token/],
  ])('refuses one %s', (_, options, message) => {
    expect(() => rulesOf(RotationSchedule.cron(options))).toThrow(message);
  });
});

describe('spread', () => {
  const NAMES = Array.from({ length: 1000 }, (_, index) => `prod/service-${index % 40}/secret-${index}`);

  /** The hour and the day that each of 1,000 names gets. */
  function slots(options?: RotationSpreadOptions): { hour: number; day: string }[] {
    return NAMES.map(name => {
      const [, hour, day] = rulesOf(RotationSchedule.spread(options), name).scheduleExpression!.split(' ');
      return { hour: Number(hour), day };
    });
  }

  function countBy<T>(all: T[], key: (each: T) => unknown): Map<unknown, number> {
    const counts = new Map<unknown, number>();
    all.forEach(each => counts.set(key(each), (counts.get(key(each)) ?? 0) + 1));
    return counts;
  }

  test('is once a month, for an hour, at a time that stays', () => {
    expect(rulesOf(RotationSchedule.spread())).toEqual({ scheduleExpression: 'cron(0 5 5 * ? *)', duration: '1h' });
  });

  test('fills all hours and all days of every month evenly', () => {
    const all = slots();
    const [perHour, perDay] = [countBy(all, each => each.hour), countBy(all, each => each.day)];
    expect([...perHour.keys()].sort((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 24 }, (_, hour) => hour));
    expect([...perDay.keys()].map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: 28 }, (_, day) => day + 1));
    expect(Math.max(...perHour.values())).toBeLessThan(2 * 1000 / 24);
    expect(Math.max(...perDay.values())).toBeLessThan(2 * 1000 / 28);
  });

  test('of 1,000 secrets no more than a few share an hour of a day', () => {
    const perSlot = countBy(slots(), each => `${each.day} ${each.hour}`);
    expect(Math.max(...perSlot.values())).toBeLessThan(10);
    expect(perSlot.size).toBeGreaterThan(500);
  });

  test('stays between two hours, each window whole', () => {
    const all = slots({ fromHour: 1, toHour: 6, window: hours(2) });
    expect([...new Set(all.map(each => each.hour))].sort()).toEqual([1, 2, 3, 4]);
  });

  test.each<[RotationSpreadOptions, RegExp]>([
    [{ weekDay: 'SUN' }, /^cron\(0 \d+ \? \* SUN \*\)$/],
    [{ weekDay: 'SUN', day: '?' }, /^cron\(0 \d+ \? \* SUN \*\)$/],
    [{ day: '*' }, /^cron\(0 \d+ \* \* \? \*\)$/],
    [{ day: '1,15', month: '1/3' }, /^cron\(0 \d+ 1,15 1\/3 \? \*\)$/],
    [{ month: 'FEB' }, /^cron\(0 \d+ \d+ FEB \? \*\)$/],
    [{ day: '?' }, /^cron\(0 \d+ \d+ \* \? \*\)$/],
    [{ weekDay: '?' }, /^cron\(0 \d+ \d+ \* \? \*\)$/],
    [{ weekDay: TOKEN }, /^cron\(0 \d+ \? \* .*TOKEN.* \*\)$/],
    [{ fromHour: 23 }, /^cron\(0 23 /],
    [{ toHour: 1 }, /^cron\(0 0 /],
    [{ window: hours(24) }, /^cron\(0 0 /],
    [{ fromHour: 8, toHour: 12, window: hours(4) }, /^cron\(0 8 /],
  ])('%j', (options, expression) => {
    expect(rulesOf(RotationSchedule.spread(options)).scheduleExpression).toMatch(expression);
  });

  test.each<[string, RotationSpreadOptions, RegExp]>([
    ['an hour before midnight', { fromHour: -1 }, /`fromHour` must be a whole number from 0 to 23, got -1/],
    ['the hour after the last', { fromHour: 24 }, /`fromHour` must be a whole number from 0 to 23, got 24/],
    ['half an hour', { fromHour: 1.5 }, /`fromHour` must be a whole number/],
    ['an end of the next day', { toHour: 25 }, /`toHour` must be a whole number from 1 to 24, got 25/],
    ['an end at the start', { fromHour: 8, toHour: 8 }, /`toHour` must be a whole number from 9 to 24, got 8/],
    ['a window longer than the hours', { fromHour: 8, toHour: 12, window: hours(5) }, /`window` must be .*at most 4 with `fromHour` 8 and `toHour` 12, got 5 hours/],
    ['no window', { window: hours(0) }, /`window` must be .*got 0 hours/],
    ['both kinds of day', { day: '1', weekDay: 'SUN' }, /only one of `day` and `weekDay`/],
    ['a date that is none', { day: '30', month: 'FEB' }, /must name a date that every year has/],
    ['a token as first hour', { fromHour: NUMBER_TOKEN }, /`fromHour` must be known at synthesis, got a token/],
    ['a token as last hour', { toHour: NUMBER_TOKEN }, /`toHour` must be known at synthesis, got a token/],
    ['a token as window', { window: DURATION_TOKEN }, /`window` must be known at synthesis, got a token/],
  ])('refuses %s', (_, options, message) => {
    expect(() => rulesOf(RotationSchedule.spread(options))).toThrow(message);
  });

  test('takes the path of the construct where the name is a token', () => {
    const spread = RotationSchedule.spread();
    expect(rulesOf(spread, TOKEN)).toEqual(rulesOf(spread, 'Stack/Secret'));
  });
});
