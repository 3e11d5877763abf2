import type { Duration } from 'aws-cdk-lib';

/** From when on the scheduled function of a `SecretMonitoring` tells something. */
export interface SecretThresholds {
  /**
   * How long a rotation may be late after `NextRotationDate`, the end of its window: from a minute to a year, and less than the time between two rotations.
   *
   * @default Duration.hours(4)
   */
  readonly overdueGrace?: Duration;

  /**
   * How long AWSPENDING may be on a version of its own: from a minute to a year.
   *
   * @default Duration.days(1)
   */
  readonly stuckGrace?: Duration;

  /**
   * How long a replica may be in progress: from a minute to a year.
   *
   * @default Duration.hours(1)
   */
  readonly replicationGrace?: Duration;

  /**
   * How long after its last access a secret is unused: whole days to ten years.
   *
   * @default Duration.days(90)
   */
  readonly unusedAfter?: Duration;

  /**
   * How long after it was created a secret should have been read: whole days to ten years.
   *
   * @default Duration.days(30)
   */
  readonly neverReadAfter?: Duration;

  /**
   * How long before a credential expires it is told: whole days to ten years.
   *
   * @default Duration.days(30)
   */
  readonly expiresWithin?: Duration;
}
