import type { Properties } from '../templates';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Longer than any cron schedule of Secrets Manager waits. */
const DAYS_AHEAD = 366;

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEK_DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** When Secrets Manager may rotate. */
export interface RotationWindow {
  readonly opens: Date;
  readonly closes: Date;
}

/**
 * The next window of a schedule; that of a rate is counted from `now`, as for a schedule that is created then. Absent for rules that
 * are not understood here.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
 */
export function nextWindow(rules: Properties, now: Date): RotationWindow | undefined {
  const expression = expressionOf(rules) ?? '';
  const [, value, unit] = /^rate\((\d+) (hour|day)s?\)$/.exec(expression) ?? [];
  const cron = /^cron\(0 (\S+) (\S+) (\S+) (\S+) \*\)$/.exec(expression)?.slice(1);
  const isInHours = unit === 'hour' || (cron !== undefined && hoursOf(cron[0]).length > 1);
  const opens = unit !== undefined ? openingOfRate(Number(value), unit, now) : cron && openingOfCron(cron, now);
  if (opens === undefined) return undefined;
  const hours = /^(\d+)h$/.exec(rules.Duration ?? '')?.[1];
  const closes = hours !== undefined || isInHours ? opens + Number(hours ?? 1) * HOUR_MS : Math.floor(opens / DAY_MS) * DAY_MS + DAY_MS;
  return { opens: new Date(opens), closes: new Date(closes) };
}

/** The schedule in the words of the template. */
export function expressionOf({ ScheduleExpression, AutomaticallyAfterDays }: Properties): string | undefined {
  return ScheduleExpression ?? (AutomaticallyAfterDays === undefined ? undefined : `rate(${AutomaticallyAfterDays} days)`);
}

/** Windows of a rate in hours open on the hour, those of a rate in days at midnight. */
function openingOfRate(value: number, unit: string, now: Date): number {
  const length = unit === 'hour' ? HOUR_MS : DAY_MS;
  return Math.floor(now.getTime() / length) * length + value * length;
}

function openingOfCron([hour, day, month, weekDay]: string[], now: Date): number | undefined {
  const hours = hoursOf(hour);
  const today = Math.floor(now.getTime() / DAY_MS) * DAY_MS;
  for (let ahead = 0; ahead <= DAYS_AHEAD; ahead++) {
    const date = new Date(today + ahead * DAY_MS);
    const opening = hours.map(each => date.getTime() + each * HOUR_MS).find(at => at > now.getTime());
    const isDay = matches(month, date.getUTCMonth() + 1, { min: 1, max: 12, names: MONTHS }) && isDayOfMonth(day, date) && isDayOfWeek(weekDay, date);
    if (isDay && opening !== undefined) return opening;
  }
  return undefined;
}

function hoursOf(field: string): number[] {
  return Array.from({ length: 24 }, (_, hour) => hour).filter(hour => matches(field, hour, { min: 0, max: 23, names: [] }));
}

function isDayOfMonth(field: string, date: Date): boolean {
  if (field === 'L') return new Date(date.getTime() + DAY_MS).getUTCDate() === 1;
  return matches(field, date.getUTCDate(), { min: 1, max: 31, names: [] });
}

function isDayOfWeek(field: string, date: Date): boolean {
  const numbers = { min: 1, max: 7, names: WEEK_DAYS };
  const [, nthDay, nth] = /^(\w+)#(\d)$/.exec(field) ?? [];
  const lastDay = /^(\w+)L$/.exec(field)?.[1];
  const weekDay = date.getUTCDay() + 1;
  if (field === 'L') return weekDay === 7;
  if (nthDay !== undefined) return matches(nthDay, weekDay, numbers) && Math.ceil(date.getUTCDate() / 7) === Number(nth);
  if (lastDay !== undefined) return matches(lastDay, weekDay, numbers) && new Date(date.getTime() + 7 * DAY_MS).getUTCDate() <= 7;
  return matches(field, weekDay, numbers);
}

interface Numbers {
  readonly min: number;
  readonly max: number;
  /** From the smallest number on. */
  readonly names: string[];
}

/** Whether a field of lists, ranges and increments has the number. */
function matches(field: string, number: number, { min, max, names }: Numbers): boolean {
  const numberOf = (text: string) => names.includes(text) ? min + names.indexOf(text) : Number(text);
  return field.split(',').some(item => {
    const [range, step] = item.split('/');
    const [start, end] = /^[*?]?$/.test(range) ? [min, max] : range.split('-').map(numberOf);
    const last = end ?? (step === undefined ? start : max);
    return number >= start && number <= last && (number - start) % Number(step ?? 1) === 0;
  });
}
