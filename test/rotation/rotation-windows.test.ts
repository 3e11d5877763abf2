import { Cron } from 'croner';
import { windowsOf } from '../../src/rotation/private/rotation-windows';

const FROM = new Date('2026-02-01T10:00:00Z');

/** The same by a library for cron, which has a seventh field for seconds and another word for the last Saturday. */
function byCroner(hour: string, days: string): string[] {
  const cron = new Cron(`0 ${hour} ${days.replace(/ L$/, ' 7')}`, { timezone: 'UTC', alternativeWeekdays: true, sloppyRanges: true });
  const start = new Date('2026-02-01T00:00:00Z');
  const end = new Date('2026-03-04T00:00:00Z');
  const all: string[] = [];
  for (let next = cron.nextRun(new Date(start.getTime() - 1)); next !== null && next < end; next = cron.nextRun(next)) {
    all.push(next.toISOString().replace('.000Z', 'Z'));
  }
  return all;
}

test.each([
  ['3', '? * SUN'], ['0', '* * ?'], ['2,14', '? * MON-FRI'], ['2/10', '1,15 * ?'], ['22', 'L * ?'], ['5', '? * TUE#3'], ['5', '? * SUNL'], ['23', '? * L'],
  ['1', '1/14 * ?'], ['4', '1-7 FEB ?'], ['4', '10 1/3 ?'], ['4', '10 2-3 ?'], ['0', '? JAN,MAR 2'],
])('cron(0 %s %s *) as a library for cron has it', (hour, days) => {
  const expected = byCroner(hour, days);

  expect(windowsOf(`cron(0 ${hour} ${days} *)`, FROM)).toEqual(expected);
});

test.each<[string, string[]]>([
  ['rate(10 days)', ['2026-02-11T00:00:00Z', '2026-02-21T00:00:00Z', '2026-03-03T00:00:00Z']],
  ['rate(400 hours)', ['2026-02-17T16:00:00Z']],
  ['rate(1 fortnight)', []],
  ['cron(15 3 * * ? *)', []],
])('%s', (schedule, expected) => {
  expect(windowsOf(schedule, FROM)).toEqual(expected);
});
