import { createHash } from 'node:crypto';
import { type aws_secretsmanager as secretsmanager, Duration, Token } from 'aws-cdk-lib';
import { fail } from '../../private/errors';
import { namesOfGiven, requireWhole } from '../../private/validation';
import type { RotationCronOptions, RotationSpreadOptions, RotationWindowOptions } from '../rotation-schedule-options';

type Rules = secretsmanager.CfnRotationSchedule.RotationRulesProperty;
type CronField = 'hour' | 'day' | 'month' | 'weekDay';
type DateFields = Pick<RotationCronOptions, 'day' | 'month' | 'weekDay'>;

/** The numbers that a field can have, their names from the smallest on, the texts beyond lists, ranges and increments, and all in words. */
interface Grammar {
  readonly min: number;
  readonly max: number;
  readonly names: string[];
  readonly special?: RegExp;
  readonly words: string;
}

const SHORTEST_INTERVAL_HOURS = 4;
const LONGEST_INTERVAL_DAYS = 999;
const HOURS_OF_DAY = 24;
/** The days that every month has. */
const DAYS_OF_EVERY_MONTH = 28;
const WEEK = 7;
/** Of each month, in a year that is no leap year and in one that is. */
const LENGTHS = [28, 29].map(february => [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]);
const PAGE = 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html';

/** One value, a range or an increment. */
const ITEM = /^([^-/]*)(?:-([^-/]+)|\/([1-9]\d?))?$/;
const NTH_WEEKDAY = /^([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)#([1-5])$/;
const LAST_WEEKDAY = /^([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)L$/;

const GRAMMAR: Record<CronField, Grammar> = {
  hour: { min: 0, max: 23, names: [], words: 'an hour from 0 to 23, a list such as 2,14 or an increment such as 2/10' },
  day: {
    min: 1,
    max: 31,
    names: [],
    special: /^L$/,
    words: 'a day of the month from 1 to 31, a list such as 1,15, a range such as 1-7, an increment such as 1/14, L for the last day or *',
  },
  month: {
    min: 1,
    max: 12,
    names: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
    words: 'a month from 1 to 12 or from JAN to DEC, a list such as JAN,JUL, a range such as 1-3, an increment such as 1/3 or *',
  },
  weekDay: {
    min: 1,
    max: 7,
    names: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'],
    special: new RegExp(`^L$|${NTH_WEEKDAY.source}|${LAST_WEEKDAY.source}`),
    words: 'a day of the week from 1 to 7 or from SUN to SAT, a list such as MON,THU, a range such as MON-FRI, an increment such as 1/2, '
      + 'the third Tuesday of the month as TUE#3, its last Sunday as SUNL, L for the last day of the week or *',
  },
};

/** A rotation each time that `interval` has passed. */
export function rateRules(path: string, interval: Duration, { window }: RotationWindowOptions): Rules {
  requireKnown(path, 'interval', interval.isUnresolved());
  const hours = interval.toHours({ integral: false });
  if (!Number.isInteger(hours) || hours < SHORTEST_INTERVAL_HOURS || hours > LONGEST_INTERVAL_DAYS * HOURS_OF_DAY) {
    fail(path, `\`interval\` must be whole hours or days from ${SHORTEST_INTERVAL_HOURS} hours to ${LONGEST_INTERVAL_DAYS} days, `
      + `got ${interval.toHumanString()}; Secrets Manager keeps no other rate (${PAGE})`);
  }
  const days = hours / HOURS_OF_DAY;
  const rate = Number.isInteger(days) ? `${days} ${days === 1 ? 'day' : 'days'}` : `${hours} hours`;
  return rules(path, `rate(${rate})`, window, Math.min(hours, HOURS_OF_DAY));
}

/** Rotations at given hours of given days. */
export function cronRules(path: string, options: RotationCronOptions): Rules {
  refuseMinuteAndYear(path, options);
  const { hour = '0', month = '*' } = options;
  const [day, weekDay] = [given(options.day), given(options.weekDay)];
  if (day !== undefined && weekDay !== undefined) {
    fail(path, `only one of \`day\` and \`weekDay\` can be given, got ${JSON.stringify(day)} and ${JSON.stringify(weekDay)}; `
      + 'Secrets Manager wants ? in the other, which is written for you: leave one out');
  }
  const gaps = gapsBetween(path, hour, { day, month, weekDay });
  const hours = valuesOf('hour', hour);
  const expression = `cron(0 ${hour} ${day ?? (weekDay === undefined ? '*' : '?')} ${month} ${weekDay ?? '?'} *)`;
  return rules(path, expression, options.window, Math.min(...gaps, HOURS_OF_DAY - Math.max(0, ...hours)));
}

/** A cron whose hour, and whose day unless one is given, follow from `seed`. */
export function spreadRules(path: string, seed: string, options: RotationSpreadOptions): Rules {
  const { fromHour = 0, toHour = HOURS_OF_DAY, window = Duration.hours(1) } = options;
  requireKnown(path, 'fromHour', Token.isUnresolved(fromHour));
  requireKnown(path, 'toHour', Token.isUnresolved(toHour));
  requireWhole(path, 'fromHour', fromHour, { min: 0, max: HOURS_OF_DAY - 1 });
  requireWhole(path, 'toHour', toHour, { min: fromHour + 1, max: HOURS_OF_DAY });
  const room = toHour - fromHour;
  const hours = windowHours(path, window, room, `\`fromHour\` ${fromHour} and \`toHour\` ${toHour}`);
  // The text of a token differs from one synthesis to the next; the path does not.
  const digest = createHash('sha256').update(Token.isUnresolved(seed) ? path : seed).digest();
  const hour = fromHour + digest.readUInt32BE(0) % (room - hours + 1);
  const isDayGiven = given(options.day) !== undefined || given(options.weekDay) !== undefined;
  const day = isDayGiven ? options.day : `${1 + digest.readUInt32BE(4) % DAYS_OF_EVERY_MONTH}`;
  return cronRules(path, { ...options, hour: `${hour}`, day, window });
}

function rules(path: string, scheduleExpression: string, window: Duration | undefined, longestWindow: number): Rules {
  if (window === undefined) return { scheduleExpression };
  return { scheduleExpression, duration: `${windowHours(path, window, longestWindow, scheduleExpression)}h` };
}

function windowHours(path: string, window: Duration, longest: number, schedule: string): number {
  requireKnown(path, 'window', window.isUnresolved());
  const hours = window.toHours({ integral: false });
  if (!Number.isInteger(hours) || hours < 1 || hours > longest) {
    fail(path, `\`window\` must be whole hours, at least 1 and at most ${longest} with ${schedule}, got ${window.toHumanString()}; `
      + `a window must end before the next one opens and within its UTC day (${PAGE}): change its length or when it opens`);
  }
  return hours;
}

function requireKnown(path: string, prop: string, isToken: boolean): void {
  if (!isToken) return;
  fail(path, `\`${prop}\` must be known at synthesis, got a token; `
    + 'the rules of Secrets Manager for it cannot be checked at deployment: give a number');
}

/** Other languages and the types of this one have no such props; JavaScript passes what `events.CronOptions` has. */
function refuseMinuteAndYear(path: string, options: object): void {
  const [prop] = namesOfGiven({ ...options }).filter(name => name === 'minute' || name === 'year');
  if (prop === undefined) return;
  const reason = prop === 'minute' ? 'the minutes must be 0, because windows open on the hour' : 'the year must be *, because a cron '
    + 'schedule repeats within a year';
  fail(path, `\`${prop}\` must not be given; in Secrets Manager ${reason} (${PAGE}): leave it out`);
}

/** `?` says in a cron expression that the other of `day` and `weekDay` decides, as leaving it out does here. */
function given(field: string | undefined): string | undefined {
  return field === '?' ? undefined : field;
}

/** The hours from one rotation to the next on a day, and over midnight where one day of rotation follows another. */
function gapsBetween(path: string, hour: string, dates: DateFields): number[] {
  requireGrammar(path, 'hour', hour);
  const { day = '*', month = '*', weekDay = '*' } = dates;
  requireDates(path, { day, month, weekDay });
  const hours = valuesOf('hour', hour);
  const gaps = hours.slice(1).map((each, index) => each - hours[index]);
  const isOverMidnight = hours.length > 1 && haveNeighbours({ day, month, weekDay });
  if (isOverMidnight) gaps.push(HOURS_OF_DAY - hours[hours.length - 1] + hours[0]);
  const shortest = Math.min(...gaps);
  if (shortest < SHORTEST_INTERVAL_HOURS) {
    fail(path, `\`hour\` must leave ${SHORTEST_INTERVAL_HOURS} hours or more from one rotation to the `
      + `next${isOverMidnight ? ', over midnight too' : ''}, `
      + `got ${JSON.stringify(hour)}, which leaves ${shortest}; `
      + `Secrets Manager rotates no secret more often (${PAGE}): take fewer hours, such as 0/6`);
  }
  return gaps;
}

/** Fails on fields of which a year has no date; a token may stand for any. */
function requireDates(path: string, { day, month, weekDay }: Required<DateFields>): void {
  requireGrammar(path, 'day', day);
  requireGrammar(path, 'month', month);
  requireGrammar(path, 'weekDay', weekDay);
  if (areTokens(day, month, weekDay) || isInEveryYear({ day, month, weekDay })) return;
  const [prop, value] = weekDay === '*' ? ['day', day] : ['weekDay', weekDay];
  fail(path, `\`${prop}\` and \`month\` must name a date that every year has, got ${JSON.stringify(value)} and ${JSON.stringify(month)}; `
    + `a cron schedule of Secrets Manager repeats within a year (${PAGE}): take a day that the month always has`);
}

function areTokens(...fields: string[]): boolean {
  return fields.some(field => Token.isUnresolved(field));
}

/** Every month has each weekday four times, and its last one; for the fifth, it depends on the year. */
function isInEveryYear({ day, month, weekDay }: Required<DateFields>): boolean {
  const months = valuesOf('month', month);
  const [, name, nth] = NTH_WEEKDAY.exec(weekDay) ?? [];
  if (nth === '5') return haveFifth(numberOf('weekDay', name), months);
  if (weekDay !== '*' || day === 'L') return true;
  const [first] = valuesOf('day', day);
  return months.some(each => first <= LENGTHS[0][each - 1]);
}

/** A year begins on any weekday, and is a leap year or none. */
function haveFifth(weekDay: number, months: number[]): boolean {
  return LENGTHS.every(lengths => [1, 2, 3, 4, 5, 6, 7].every(weekDayOfNewYear => months.some(month => {
    const daysBefore = lengths.slice(0, month - 1).reduce((sum, length) => sum + length, 0);
    const dateOfFirst = 1 + (weekDay - weekDayOfNewYear - daysBefore % WEEK + 2 * WEEK) % WEEK;
    return dateOfFirst + 4 * WEEK <= lengths[month - 1];
  })));
}

/** Whether there is a day of rotation after another one; not known where a token decides. The one day of a month or a week has none. */
function haveNeighbours({ day, month, weekDay }: Required<DateFields>): boolean {
  if (areTokens(day, month, weekDay) || day === 'L') return false;
  if (weekDay !== '*') {
    if (GRAMMAR.weekDay.special!.test(weekDay)) return false;
    const weekDays = valuesOf('weekDay', weekDay);
    return weekDays.some(each => weekDays.includes(each % WEEK + 1));
  }
  const [days, months] = [valuesOf('day', day), valuesOf('month', month)];
  return LENGTHS.some(lengths => months.some(each => {
    const length = lengths[each - 1];
    const isIntoNext = days.includes(length) && days[0] === 1 && months.includes(each % 12 + 1);
    return isIntoNext || days.some(date => date < length && days.includes(date + 1));
  }));
}

function requireGrammar(path: string, field: CronField, text: string): void {
  const { special, words } = GRAMMAR[field];
  if (Token.isUnresolved(text) || special?.test(text)) return;
  if (text !== '*' && text.split(',').some(item => valuesOfItem(field, item).length === 0)) {
    fail(path, `\`${field}\` must be ${words}, got ${JSON.stringify(text)}; Secrets Manager documents nothing else (${PAGE}), `
      + 'and a range goes from the lower to the higher');
  }
}

/** What lists, ranges and increments stand for, in order; nothing of a token. */
function valuesOf(field: CronField, text: string): number[] {
  if (Token.isUnresolved(text)) return [];
  const items = text === '*' ? ['*/1'] : text.split(',');
  return [...new Set(items.flatMap(item => valuesOfItem(field, item)))].sort((a, b) => a - b);
}

/** Nothing of an item that breaks the grammar: what is no value, and a range from the higher to the lower, has no length. */
function valuesOfItem(field: CronField, item: string): number[] {
  const { min, max } = GRAMMAR[field];
  const [, start = '', end, step] = ITEM.exec(item) ?? [];
  const first = step !== undefined && (start === '' || start === '*') ? min : numberOf(field, start);
  const last = step === undefined ? numberOf(field, end ?? start) : max;
  const by = Number(step ?? 1);
  if (by > max) return [];
  return Array.from({ length: Math.floor((last - first) / by) + 1 }, (_, index) => first + index * by);
}

/** Not a number for a text that is none of the field's values. */
function numberOf(field: CronField, text: string): number {
  const { min, max, names } = GRAMMAR[field];
  if (names.includes(text)) return min + names.indexOf(text);
  const value = /^(0|[1-9]\d?)$/.test(text) ? Number(text) : NaN;
  return value >= min && value <= max ? value : NaN;
}
