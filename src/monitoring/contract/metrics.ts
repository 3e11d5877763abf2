/** The namespace of the metrics in CloudWatch. */
export const METRIC_NAMESPACE = 'cdk-managed-secrets';

/** The one dimension of each metric of the watcher: the prefix of a namespace, or the name of a group of secrets. */
export const WATCHED_DIMENSION = 'SecretNamespace';

/**
 * What the watcher looks for. Each is the name of a metric: the number of secrets of which it is true, at the time of a look. A log line
 * of the same word names each such secret.
 */
export const FINDINGS = {
  /** Was to be rotated, and was not within the grace after `NextRotationDate`. */
  SECRETS_OVERDUE: 'SecretsOverdue',
  /** Was to be rotated once, and the rotation is turned off. */
  ROTATIONS_TURNED_OFF: 'RotationsTurnedOff',
  /** Has had an AWSPENDING that is not AWSCURRENT, unchanged for longer than the grace. */
  ROTATIONS_STUCK: 'RotationsStuck',
  /** Has a replica that has failed, or that was in progress for longer than the grace. */
  REPLICAS_NOT_IN_SYNC: 'ReplicasNotInSync',
  /** Was read once, and not for so many days. */
  SECRETS_UNUSED: 'SecretsUnused',
  /** Was never read since it was created so many days ago. */
  SECRETS_NEVER_READ: 'SecretsNeverRead',
  /** Has a tag `EXPIRES_TAG` with a date that is past or near, or with a text that is no date. */
  SECRETS_EXPIRING: 'SecretsExpiring',
} as const;

export type Finding = typeof FINDINGS[keyof typeof FINDINGS];

/** A log line of this word tells the last and the next rotation of a secret that is rotated: of a hundred in a look. */
export const ROTATION_STATE = 'RotationState';

/** What the watcher says of itself. */
export const WATCHER_METRICS = {
  /** How many secrets a complete look has seen. It is absent when a look was not complete, so that silence is an alarm. */
  SECRETS_WATCHED: 'SecretsWatched',
  /** 1 when a look was not complete, and then a finding that was not made is not told as 0; else 0. */
  WATCHER_FAILED: 'WatcherFailed',
  /** What the secrets that are unused or never read cost a month, in US dollars. */
  UNUSED_MONTHLY_COST: 'UnusedMonthlyCost',
} as const;

export type WatcherMetric = Finding | typeof WATCHER_METRICS[keyof typeof WATCHER_METRICS];
