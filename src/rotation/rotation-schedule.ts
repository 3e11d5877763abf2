import type { aws_secretsmanager as secretsmanager, Duration } from 'aws-cdk-lib';
import { cronRules, rateRules, spreadRules } from './private/rotation-rules';
import { fail } from '../private/errors';

/** How long a rotation window stays open. */
export interface RotationWindowOptions {
  /**
   * How long the window stays open, in whole hours of at least one. Secrets Manager rotates the secret at some time in the window,
   * which must end before the next one opens and within its UTC day.
   *
   * @default - one hour on a schedule in hours, until the end of the UTC day on a schedule in days
   */
  readonly window?: Duration;
}

/**
 * When the rotation window opens, in UTC. Each field has the text that it has in a cron expression of Secrets Manager.
 *
 * There is no field for the minutes, because windows open on the hour, and none for the year, because a cron schedule of
 * Secrets Manager repeats within a year.
 */
export interface RotationCronOptions extends RotationWindowOptions {
  /**
   * The hour, from 0 to 23; several as a list such as `2,14` or an increment such as `2/10`. The increment starts over each day.
   * Rotations must be at least 4 hours apart, over midnight too.
   *
   * @default '0' - midnight, where the window of a rate in days opens too
   */
  readonly hour?: string;

  /**
   * The day of the month, from 1 to 31 or `L` for the last; several as a list, a range such as `1-7` or an increment such as `1/14`.
   * Excludes `weekDay`.
   *
   * @default '*' - every day, unless `weekDay` is given
   */
  readonly day?: string;

  /**
   * The month, from 1 to 12 or from JAN to DEC; several as a list, a range or an increment such as `1/3`.
   *
   * @default '*' - every month
   */
  readonly month?: string;

  /**
   * The day of the week, from 1 to 7 or from SUN to SAT; several as a list, a range such as `MON-FRI` or an increment. `TUE#3` is
   * the third Tuesday of the month, `SUNL` its last Sunday, `L` the last day of the week. Excludes `day`.
   *
   * @default - `day` decides
   */
  readonly weekDay?: string;
}

/** Among which hours and days the rotations of many secrets are spread, in UTC. */
export interface RotationSpreadOptions {
  /**
   * The first hour at which a window may open, from 0 to 23.
   *
   * @default 0
   */
  readonly fromHour?: number;

  /**
   * The hour by which every window has closed, from 1 to 24 and later than `fromHour`.
   *
   * @default 24
   */
  readonly toHour?: number;

  /**
   * The day of the month, as for `cron`: `*` rotates every day. Excludes `weekDay`.
   *
   * @default - a day from 1 to 28 that the name of the secret decides, unless `weekDay` is given
   */
  readonly day?: string;

  /**
   * The month, as for `cron`.
   *
   * @default '*' - every month
   */
  readonly month?: string;

  /**
   * The day of the week, as for `cron`. Excludes `day`.
   *
   * @default - `day` decides
   */
  readonly weekDay?: string;

  /**
   * How long the window stays open, in whole hours of at least one that fit between `fromHour` and `toHour`.
   *
   * @default Duration.hours(1)
   */
  readonly window?: Duration;
}

/**
 * When Secrets Manager rotates a secret: at most every 4 hours, at least every 999 days, at some time in a window that opens on
 * the hour, in UTC.
 *
 * A schedule that Secrets Manager cannot keep fails at synthesis, when a construct takes it.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
 */
export class RotationSchedule {
  /**
   * A rotation each time that an interval has passed: whole hours, from 4 hours to 999 days. An interval of whole days, however it
   * is written, becomes a rate in days, whose window opens at midnight; any other becomes a rate in hours.
   *
   * Fails on any other interval, on a window longer than the interval or than 24 hours, and on tokens.
   *
   * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
   */
  public static every(interval: Duration, options: RotationWindowOptions = {}): RotationSchedule {
    return new RotationSchedule(path => rateRules(path, interval, options));
  }

  /**
   * Rotations at given hours of given days. Without any field it rotates every day from midnight.
   *
   * Fails on a field that Secrets Manager does not understand, on both `day` and `weekDay`, on rotations less than 4 hours apart,
   * on dates that not every year has, and on a window that reaches into the next one or into the next UTC day. A field that is a
   * token is not checked.
   *
   * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
   */
  public static cron(options: RotationCronOptions): RotationSchedule {
    return new RotationSchedule(path => cronRules(path, options));
  }

  /**
   * One rotation a month, or on the days given, whose hour and day the name of the secret decides: always the same for one secret,
   * evenly spread over many. A fleet of secrets on one and the same schedule rotates at once, and its functions share 50 requests
   * a second for storing and labeling new versions in an account and Region.
   *
   * Fails as `cron` does, and when no window fits between `fromHour` and `toHour`.
   *
   * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
   */
  public static spread(options: RotationSpreadOptions = {}): RotationSchedule {
    return new RotationSchedule((path, seed) => spreadRules(path, seed, options));
  }

  private constructor(private readonly render: (path: string, seed: string) => secretsmanager.CfnRotationSchedule.RotationRulesProperty) {}

  /**
   * The rules for one rotation schedule, checked.
   *
   * @param path of the construct, for errors
   * @param seed the name of the secret: equal seeds are rotated at the same time
   * @internal
   */
  public _rules(path: string, seed: string): secretsmanager.CfnRotationSchedule.RotationRulesProperty {
    return this.render(path, seed);
  }
}

/** JavaScript passes the expression alone, or nothing. */
export function requireSchedule(path: string, schedule: RotationSchedule | undefined): void {
  if (schedule?._rules === undefined) {
    fail(path, '`schedule` must be a RotationSchedule, such as '
    + 'RotationSchedule.every(Duration.days(30))');
  }
}
