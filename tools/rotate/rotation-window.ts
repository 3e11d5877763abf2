import { Cron } from 'croner';
import type { Properties } from '../../src/review/assembly/resolved-stack';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

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
  const [, hour, days] = /^cron\(0 (\S+) (\S+ \S+ \S+) \*\)$/.exec(expression) ?? [];
  const opens = unit !== undefined ? openingOfRate(Number(value), unit, now) : hour && openingOfCron(hour, days, now);
  if (!opens) return undefined;
  const hours = /^(\d+)h$/.exec(rules.Duration ?? '')?.[1];
  const isInHours = unit === 'hour' || (hour !== undefined && !/^\d+$/.test(hour));
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

/** AWS counts the days of a week from 1, a Sunday, and writes a last Saturday `L`. */
function openingOfCron(hour: string, days: string, now: Date): number | undefined {
  const pattern = `0 ${hour} ${days.replace(/ L$/, ' 7')}`;
  try {
    return new Cron(pattern, { timezone: 'UTC', alternativeWeekdays: true, sloppyRanges: true }).nextRun(now)?.getTime();
  } catch {
    return undefined;
  }
}
