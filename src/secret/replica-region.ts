import type { SecretEncryption } from '../encryption/secret-encryption';

/** Options of `ReplicaRegion.of`. */
export interface ReplicaRegionOptions {
  /**
   * The key of the replica, where it is not the namespace's: a customer managed key of the replica's region, by its ARN or its alias,
   * or `SecretEncryption.awsManagedKey()`.
   *
   * @default - the namespace's multi-Region key in that region
   */
  readonly encryption?: SecretEncryption;
}

/**
 * A region into which a secret is replicated, and the key that encrypts the replica there.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets.html
 */
export class ReplicaRegion {
  /**
   * A replica in that region.
   *
   * @param region such as `eu-west-1`, of the primary's partition
   */
  public static of(region: string, options: ReplicaRegionOptions = {}): ReplicaRegion {
    return new ReplicaRegion(region, options.encryption);
  }

  private constructor(
    /** The region. */
    public readonly region: string,

    /**
     * The key of the replica.
     *
     * @default - the namespace's multi-Region key in that region
     */
    public readonly encryption?: SecretEncryption,
  ) {}
}
