/**
 * Environment variables of the watcher. The construct sets all of them, but for those that say when they are absent. The endpoint of
 * Secrets Manager has the variable that it has for a rotation function.
 */
export const WATCHER_ENVIRONMENT = {
  /** The value of the dimension of the metrics. */
  WATCHED: 'WATCHED',
  /** Secrets whose names begin so are listed; absent when none are. */
  NAME_PREFIX: 'NAME_PREFIX',
  /** ARNs of further secrets, separated by commas; absent when there are none. */
  SECRET_ARNS: 'SECRET_ARNS',
  /** `true` when every secret is described, because replicas are to be expected; else those that the list tells to be replicated. */
  DESCRIBE_ALL: 'DESCRIBE_ALL',
  /** Seconds that a rotation may take after `NextRotationDate`. */
  OVERDUE_GRACE_SECONDS: 'OVERDUE_GRACE_SECONDS',
  /** Seconds that AWSPENDING may be on a version of its own. */
  STUCK_GRACE_SECONDS: 'STUCK_GRACE_SECONDS',
  /** Seconds that a replica may be in progress. */
  REPLICATION_GRACE_SECONDS: 'REPLICATION_GRACE_SECONDS',
  /** Days since the last access from which on a secret is unused. */
  UNUSED_DAYS: 'UNUSED_DAYS',
  /** Days since a secret was created from which on it should have been read. */
  NEVER_READ_DAYS: 'NEVER_READ_DAYS',
  /** Days before a credential expires from which on it is told. */
  EXPIRES_WITHIN_DAYS: 'EXPIRES_WITHIN_DAYS',
} as const;
