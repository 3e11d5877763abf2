const HOURS: Record<string, number> = { minute: 1 / 60, hour: 1, day: 24, week: 168 };
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const LONGEST_MONTH = 31;

/**
 * The most days between two rotations of a schedule, to the month; absent for an expression that is neither a rate nor a cron.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
 */
export function mostDaysBetween(schedule: string): number | undefined {
  const [, amount, unit] = /^rate\((\d+) (minute|hour|day|week)s?\)$/.exec(schedule) ?? [];
  if (amount !== undefined) return Number(amount) * HOURS[unit] / 24;
  const fields = /^cron\((.+)\)$/.exec(schedule)?.[1].trim().split(/\s+/);
  return fields === undefined || fields.length < 5 ? undefined : longestGap(monthsOf(fields[3])) * LONGEST_MONTH;
}

function monthsOf(field: string): number[] {
  return field.split(',').flatMap(part => {
    const [range, step] = part.split('/');
    const [from, to] = range === '*' || range === '?' ? [1, 12] : range.split('-').map(numberOf);
    const last = to ?? (step === undefined ? from : 12);
    const months = Array.from({ length: 12 }, (_, index) => index + 1);
    return months.filter(month => month >= from && month <= last && (month - from) % Number(step ?? 1) === 0);
  }).sort((a, b) => a - b);
}

function numberOf(month: string): number {
  const index = MONTHS.indexOf(month.toUpperCase());
  return index < 0 ? Number(month) : index + 1;
}

/** In months, over the end of the year. */
function longestGap(months: number[]): number {
  if (months.length === 0) return Infinity;
  return Math.max(...months.map((month, index) => index + 1 < months.length ? months[index + 1] - month : months[0] + 12 - month));
}
