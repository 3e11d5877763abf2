import type { Duration } from 'aws-cdk-lib';

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
