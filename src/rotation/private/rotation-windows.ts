const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How long the calendar of the review is. */
const CALENDAR_DAYS = 31;

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/**
 * The starts of the rotation windows of the days that begin with `from`. Those of a rate are counted from then, as for a schedule that
 * is created then; an expression that is not understood has none.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
 */
export function windowsOf(schedule: string, from: Date, days = CALENDAR_DAYS): string[] {
  const start = Math.floor(from.getTime() / DAY_MS) * DAY_MS;
  const [, value, unit] = /^rate\((\d+) (hour|day)s?\)$/.exec(schedule) ?? [];
  const fields = /^cron\(0 (\S+) (\S+) (\S+) (\S+) \*\)$/.exec(schedule)?.slice(1);
  const isOpen = unit !== undefined ? everySoMany(Number(value) * (unit === 'hour' ? 1 : 24), start) : fields && atTimes(fields);
  if (isOpen === undefined) return [];
  return Array.from({ length: days * 24 }, (_, hour) => new Date(start + hour * HOUR_MS)).filter(isOpen)
    .map(time => time.toISOString().replace('.000Z', 'Z'));
}

function everySoMany(hours: number, start: number): (time: Date) => boolean {
  return time => time.getTime() > start && (time.getTime() - start) % (hours * HOUR_MS) === 0;
}

/** AWS counts the days of a week from 1, a Sunday. */
function atTimes([hour, day, month, weekDay]: string[]): (time: Date) => boolean {
  return time => includes(hour, time.getUTCHours(), 23, [])
    && includes(month, time.getUTCMonth() + 1, 12, MONTHS)
    && includesDay(day, time)
    && includesWeekDay(weekDay, time);
}

function includesDay(field: string, time: Date): boolean {
  return field === 'L' ? isLastWeek(time, 1) : includes(field, time.getUTCDate(), 31, []);
}

/** Whether the month ends within so many days. */
function isLastWeek(time: Date, days = 7): boolean {
  return new Date(time.getTime() + days * DAY_MS).getUTCMonth() !== time.getUTCMonth();
}

function includesWeekDay(field: string, time: Date): boolean {
  const today = time.getUTCDay() + 1;
  if (field === 'L') return today === 7;
  const [, last] = /^(.+)L$/.exec(field) ?? [];
  if (last !== undefined) return isLastWeek(time) && includes(last, today, 7, WEEKDAYS);
  const [, day, nth] = /^(.+)#([1-5])$/.exec(field) ?? [];
  if (nth === undefined) return includes(field, today, 7, WEEKDAYS);
  return Math.ceil(time.getUTCDate() / 7) === Number(nth) && includes(day, today, 7, WEEKDAYS);
}

/** Whether a list of values, ranges and increments includes the value. */
function includes(field: string, value: number, max: number, names: string[]): boolean {
  return field.split(',').some(item => {
    const [range, step] = item.split('/');
    const [from, to] = range === '*' || range === '?' ? [max === 23 ? 0 : 1, max] : range.split('-').map(each => numberOf(each, names));
    const last = to ?? (step === undefined ? from : max);
    return value >= from && value <= last && (value - from) % Number(step ?? 1) === 0;
  });
}

function numberOf(text: string, names: string[]): number {
  const index = names.indexOf(text.toUpperCase());
  return index < 0 ? Number(text) : index + 1;
}
