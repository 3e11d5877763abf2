import type { aws_secretsmanager as secretsmanager, Duration } from 'aws-cdk-lib';
import { cronRules, rateRules, spreadRules } from './private/rotation-rules';
import type { RotationCronOptions, RotationSpreadOptions, RotationWindowOptions } from './rotation-schedule-options';
import { fail } from '../private/errors';

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

  private _isChecked = false;

  private constructor(private readonly render: (path: string, seed: string) => secretsmanager.CfnRotationSchedule.RotationRulesProperty) {}

  /**
   * Fails on a schedule that Secrets Manager cannot keep. That is so for every secret or for none, so that it is looked at once.
   *
   * @internal
   */
  public _check(path: string): void {
    if (!this._isChecked) this._rules(path, path);
    this._isChecked = true;
  }

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
