/** What an operator would do about an error decides its kind. */
export type RotationErrorKind =
  /** The database cannot be reached: security group, route, name. */
  | 'network'
  /** The server's certificate does not verify, or the server has no TLS. */
  | 'tls'
  /** The secret, the environment or the database must be corrected by a person. */
  | 'configuration'
  /** Worth another attempt as it is: failover, too many connections, a concurrent change. */
  | 'transient'
  /** The user is locked; another attempt would prolong it. */
  | 'locked'
  /** The endpoint does not take writes: a reader, or a failover in progress. */
  | 'readOnly'
  /** No stored version logs in. */
  | 'refused';

/**
 * The one error of the rotation functions. Its message is written here and never holds what a driver said: drivers put SQL,
 * and so passwords, into their messages.
 */
export class RotationError extends Error {
  constructor(
    public readonly kind: RotationErrorKind,
    message: string,
    /** A code of the driver or of the server, such as `28P01` or `ECONNREFUSED`; never a text. */
    public readonly code?: string,
  ) {
    super(message);
    this.name = 'RotationError';
  }
}
