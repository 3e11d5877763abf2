import type { SecretEncryption } from '../encryption/secret-encryption';

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
   * @param encryption the key of the replica, where it is not the namespace's multi-Region key: a customer managed key of that region, by
   *   its ARN or its alias, or `SecretEncryption.awsManagedKey()`
   */
  public static of(region: string, encryption?: SecretEncryption): ReplicaRegion {
    return new ReplicaRegion(region, encryption);
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
