import { type aws_secretsmanager as secretsmanager, Duration, Token } from 'aws-cdk-lib';
import { windowsOf } from './rotation-windows';
import type { Overlap } from '../contract/strategies';

type Rules = secretsmanager.CfnRotationSchedule.RotationRulesProperty;

/** Two years, one of them a leap year, in which every schedule shows its shortest interval. */
const FROM = new Date('2027-01-01T00:00:00Z');
const DAYS = 731;

const HOURS_OF_DAY = 24;
const HOUR_MS = 3_600_000;

/** How a secret is rotated, for those who use its value. */
export class SecretRotation {
  constructor(public readonly overlap: Overlap, public readonly rules: Rules) {}

  /** The shortest time from one rotation window to the next; absent when a token decides. */
  public get interval(): Duration | undefined {
    const gaps = this.gaps();
    return gaps.length === 0 ? undefined : Duration.hours(Math.min(...gaps));
  }

  /** The longest one; absent when a token decides, or when there are fewer than two windows in two years. */
  public get longestInterval(): Duration | undefined {
    const gaps = this.gaps();
    return gaps.length === 0 ? undefined : Duration.hours(Math.max(...gaps));
  }

  /**
   * How long the older value is accepted at least, absent when a token decides: a rotation at the end of a window and the next one at the
   * beginning of its window are nearer than the interval.
   */
  public get certainOverlap(): Duration | undefined {
    if (this.overlap === 'none') return Duration.seconds(0);
    const hours = this.interval?.toHours();
    return hours === undefined ? undefined : Duration.hours(Math.max(0, hours - this.windowHours(hours)));
  }

  private gaps(): number[] {
    const starts = this.windows().map(each => Date.parse(each));
    return starts.slice(1).map((each, index) => (each - starts[index]) / HOUR_MS);
  }

  private windows(): string[] {
    const { scheduleExpression = '' } = this.rules;
    return Token.isUnresolved(scheduleExpression) ? [] : windowsOf(scheduleExpression, FROM, DAYS);
  }

  /** Where the schedule does not say it, one hour for a schedule in hours, else until the end of the UTC day. */
  private windowHours(interval: number): number {
    const { duration, scheduleExpression = '' } = this.rules;
    if (duration !== undefined) return parseInt(duration, 10);
    if (interval < HOURS_OF_DAY || /^rate\(\d+ hours?\)$/.test(scheduleExpression)) return 1;
    return HOURS_OF_DAY - Math.min(...this.windows().map(each => new Date(each).getUTCHours()));
  }
}

/** How a secret of this app, or the primary of a replica, is rotated; absent for one that is not, or that is imported. */
export function rotationOf(secret: secretsmanager.ISecret): SecretRotation | undefined {
  const { _rotation: own, _primary: primary } = secret as { _rotation?: SecretRotation; _primary?: { _rotation?: SecretRotation } };
  return own ?? primary?._rotation;
}
