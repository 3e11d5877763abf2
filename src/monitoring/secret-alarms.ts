import type { AlarmSetting } from './alarm-setting';

/**
 * The alarms of a `SecretMonitoring`, each of which can be left out, given another threshold, or made to page or not.
 *
 * @see https://github.com/cdk-managed-secrets/cdk-managed-secrets/blob/main/docs/guides/monitoring.md
 */
export interface SecretAlarms {
  /**
   * A rotation, or the test of a new schedule, has failed: events of Secrets Manager in 5 minutes. In alarm for a day after the last one, so that an attempt
   * that is repeated does not page again.
   *
   * @default AlarmSetting.pages(1)
   */
  readonly rotationFailed?: AlarmSetting;

  /**
   * A rotation was given up because somebody stored a version meanwhile: events in 5 minutes.
   *
   * @default AlarmSetting.pages(1)
   */
  readonly rotationAbandoned?: AlarmSetting;

  /**
   * Secrets whose rotation is overdue by more than `thresholds.overdueGrace`. It needs no trail, and sees a rotation that never began.
   *
   * @default AlarmSetting.pages(1)
   */
  readonly rotationOverdue?: AlarmSetting;

  /**
   * Secrets that were rotated and whose rotation is turned off.
   *
   * @default AlarmSetting.pages(1)
   */
  readonly rotationTurnedOff?: AlarmSetting;

  /**
   * Secrets with a version that has been pending for longer than `thresholds.stuckGrace`.
   *
   * @default AlarmSetting.pages(1)
   */
  readonly rotationStuck?: AlarmSetting;

  /**
   * Errors of the rotation functions in 5 minutes, also of one that could not start in its network.
   *
   * @default AlarmSetting.pages(1)
   */
  readonly rotationFunctionErrors?: AlarmSetting;

  /**
   * Invocations of the rotation functions that Lambda refused in 5 minutes.
   *
   * @default AlarmSetting.pages(1)
   */
  readonly rotationFunctionThrottles?: AlarmSetting;

  /**
   * The longest run of a rotation function, in percent of its time-out.
   *
   * @default AlarmSetting.pages(80)
   */
  readonly rotationFunctionSlow?: AlarmSetting;

  /**
   * Secrets with a replica that has failed, or that has been in progress for longer than `thresholds.replicationGrace`.
   *
   * @default AlarmSetting.pages(1)
   */
  readonly replicasNotInSync?: AlarmSetting;

  /**
   * Resource policies, keys, replicas or rotations of secrets that were changed, or secrets that were deleted, not by CloudFormation: calls in 5 minutes.
   *
   * @default AlarmSetting.pages(1)
   */
  readonly changedByHand?: AlarmSetting;

  /**
   * The key of the namespace was disabled, is going to be deleted, or has another policy, not by CloudFormation: calls in 5 minutes.
   *
   * @default AlarmSetting.pages(1); left out where the ARN of the key is not known
   */
  readonly keyChangedByHand?: AlarmSetting;

  /**
   * Secrets that have a new current value, be it by a rotation or by hand: events in 5 minutes.
   *
   * @default AlarmSetting.off()
   */
  readonly valueChanged?: AlarmSetting;

  /**
   * Events that EventBridge could not deliver to the log or to the topic of the messages, in 5 minutes.
   *
   * @default AlarmSetting.pages(1)
   */
  readonly eventsNotDelivered?: AlarmSetting;

  /**
   * Events in the dead-letter queue: those that could not be delivered, and looks of the scheduled function that never came to be.
   *
   * @default AlarmSetting.pages(1)
   */
  readonly deadLetters?: AlarmSetting;

  /**
   * The scheduled function could not look at every secret, or did not run, two times in a row.
   *
   * @default AlarmSetting.pages(1)
   */
  readonly watcherFailed?: AlarmSetting;

  /**
   * Secrets that nobody has read for `thresholds.unusedAfter`. Each costs 0.40 USD a month.
   *
   * @default AlarmSetting.notifies(1)
   */
  readonly secretsUnused?: AlarmSetting;

  /**
   * Secrets that nobody has read since they were created, `thresholds.neverReadAfter` ago.
   *
   * @default AlarmSetting.notifies(1)
   */
  readonly secretsNeverRead?: AlarmSetting;

  /**
   * Secrets with a tag `cdk-managed-secrets:expires` whose date is past, or nearer than `thresholds.expiresWithin`.
   *
   * @default AlarmSetting.notifies(1)
   */
  readonly secretsExpiring?: AlarmSetting;

  /**
   * Reads of the secrets that were denied, by IAM or by the key: calls in 5 minutes. Needs `trailLogGroup`.
   *
   * @default AlarmSetting.pages(1) where there is a `trailLogGroup`
   */
  readonly deniedReads?: AlarmSetting;

  /**
   * Reads by a principal that none of `expectedReaders` matches: calls in 5 minutes. Needs `trailLogGroup` and `expectedReaders`.
   *
   * @default AlarmSetting.pages(1) where there are both
   */
  readonly unexpectedReads?: AlarmSetting;

  /**
   * Reads of a secret that is going to be deleted: calls in 5 minutes. Needs `trailLogGroup`.
   *
   * @default AlarmSetting.pages(1) where there is a `trailLogGroup`
   */
  readonly deletedReads?: AlarmSetting;

  /**
   * Reads by the one role, or the one IAM user, that reads most: calls in 5 minutes. Needs `trailLogGroup`.
   *
   * @default AlarmSetting.pages(3000) where there is a `trailLogGroup`
   */
  readonly readBurst?: AlarmSetting;

  /**
   * Secrets of this account and region, of which Secrets Manager allows 500,000.
   *
   * @default AlarmSetting.notifies(450000)
   */
  readonly secretsQuota?: AlarmSetting;

  /**
   * Calls of `GetSecretValue` in this account and region in a minute, of which Secrets Manager allows 600,000.
   *
   * @default AlarmSetting.notifies(480000)
   */
  readonly callsQuota?: AlarmSetting;
}
