import type { Construct } from 'constructs';
import { SecretNamespace } from '../namespace/secret-namespace';
import { fail, pathOf } from '../private/errors';
import { ManagedSecret } from '../secret/managed-secret';
import type { ManagedSecretProps } from '../secret/managed-secret-props';

/**
 * A secret that must have replicas in other regions, each under a key of its own region, readable there by whoever was granted it.
 *
 * It is a `ManagedSecret` that throws an error where neither `replicas` nor `replicaRegions` of the namespace name a region.
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
  /** The name of this class for a property injector. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-managed-secrets.ReplicatedSecret';

  constructor(scope: Construct, id: string, props: ManagedSecretProps = {}) {
    props = ManagedSecret._withInjected(ReplicatedSecret.PROPERTY_INJECTION_ID, scope, id, props);
    requireReplicas(scope, pathOf(scope, id), props);
    super(scope, id, props);
  }
}

function requireReplicas(scope: Construct, path: string, props: ManagedSecretProps): void {
  const namespace = SecretNamespace._find(scope, path, props.namespace);
  if ((props.replicas ?? namespace.replicaRegions).length > 0) return;
  fail(path, `\`replicas\` must name a region, or \`replicaRegions\` of ${namespace.node.path} must; to remove deployed replicas, which `
    + 'deletes them, '
    + 'use ManagedSecret with `replicas: []`');
}
