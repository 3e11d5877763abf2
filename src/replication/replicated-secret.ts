import type { aws_kms as kms } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { fail } from '../private/errors';
import { ManagedSecret } from '../secret/managed-secret';
import type { IManagedSecret, ManagedSecretProps } from '../secret/managed-secret-props';
import { Replication } from '../secret/private/replication';
import type { ReplicaRegion } from '../secret/replica-region';

/** Properties of `ReplicatedSecret`. */
export interface ReplicatedSecretProps extends ManagedSecretProps {
  /**
   * The regions into which the secret is replicated, each with its key.
   *
   * An empty list removes all replicas, which CloudFormation deletes at once, although the secret itself is retained.
   *
   * @default - every region of `replicaRegions` of the namespace, under the namespace's key there
   */
  readonly replicas?: ReplicaRegion[];
}

/**
 * A secret with replicas in other regions, each under a key of its own region, readable there by whoever was granted it.
 *
 * `grantRead` covers the primary and all replicas; `replica(region).grantRead` covers one. A replica takes no changes, has the resource
 * policy of its primary, and is removed with it.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets.html
 *
 * @example
 * const secrets = new SecretNamespace(this, 'Secrets', { environment: 'prod', service: 'payments', replicaRegions: ['us-west-2'] });
 * const apiKey = new ReplicatedSecret(this, 'ApiKey', { namespace: secrets, purpose: 'stripe-api-key' });
 * apiKey.grantRead(checkoutFunction);
 */
export class ReplicatedSecret extends ManagedSecret {
  /** The regions in which the secret can be read, its own first: the order in which a client that fails over tries them. */
  public readonly readRegions: string[];

  private readonly _replication: Replication;

  constructor(scope: Construct, id: string, props: ReplicatedSecretProps = {}) {
    super(scope, id, props);
    this._replication = new Replication(this, props.replicas);
    this.readRegions = [this.env.region, ...this._replication.regions];
  }

  /**
   * The replica in a region, for stacks of that region: its ARN and its grants are that region's.
   *
   * The ARN lacks the suffix of six characters, which no other region knows; Secrets Manager and the constructs that take
   * a secret find the replica by it. What is granted a read is deployed after the secret.
   *
   * @param region one of the regions of `replicas`
   */
  public replica(region: string): IManagedSecret {
    return this._replication.replica(region);
  }

  /** Throws an error: a grant covers the replicas that there are when it is made, so that all of them stand in `replicas`. */
  public addReplicaRegion(region: string, _encryptionKey?: kms.IKeyRef): void {
    fail(this.node.path, '`replicas` must hold every region, because grants cover those that are known; '
      + `add ReplicaRegion.of(${JSON.stringify(region)}) there`);
  }
}
