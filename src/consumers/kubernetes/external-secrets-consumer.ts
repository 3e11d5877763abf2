import { type aws_iam as iam, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { ExternalSecretOptions, ExternalSecretsConsumerProps } from './external-secrets-consumer-props';
import { deliver, requireDeliverable } from './private/delivery';
import { externalSecret, refreshedEvery, requireExternalSecrets, secretsIn, secretStore, storeOf } from './private/external-secret';
import type { KubernetesObject } from './private/kubernetes-object';
import { requireIdentity, WorkloadRole } from './private/workload-role';
import { pathOf } from '../../private/errors';
import { withInjected } from '../../private/property-injection';
import type { IManagedSecret } from '../../secret/managed-secret-props';
import { addWarnings, type Freshness, freshnessWarnings } from '../private/freshness';

/** Who reads with which identity. */
const IDENTITIES = {
  irsa: undefined,
  controller: undefined,
  podIdentity: 'must be the role of the operator, which reads by itself and not as a pod of the namespace; give KubernetesIdentity.controllerRole(role), or irsa(…)',
};

/**
 * Kubernetes secrets that the External Secrets Operator keeps equal to secrets: a store, an `ExternalSecret` for each, and a role that reads these
 * secrets with their keys and nothing else, for one Kubernetes namespace.
 *
 * The operator must be installed in the cluster, in a version that has `external-secrets.io/v1`. It reads every hour; an `ExternalSecretsReloader` makes
 * it read when a secret is rotated.
 *
 * @see https://external-secrets.io/latest/provider/aws-secrets-manager/
 * @see https://docs.aws.amazon.com/eks/latest/userguide/manage-secrets.html
 */
export class ExternalSecretsConsumer extends Construct {
  /** The name of this class for a property injector. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-managed-secrets.ExternalSecretsConsumer';

  /** The role that reads. */
  public readonly role: iam.IRole;

  /** The objects, as `kubectl apply` takes them: the service account of IRSA, the store, and each `ExternalSecret`. */
  public readonly kubernetesObjects: any[];

  /** @internal */
  public readonly _secrets: IManagedSecret[];

  constructor(scope: Construct, id: string, props: ExternalSecretsConsumerProps) {
    props = withInjected(ExternalSecretsConsumer.PROPERTY_INJECTION_ID, scope, id, props);
    const path = pathOf(scope, id);
    const stack = Stack.of(scope);
    requireExternalSecrets(path, stack, props);
    requireIdentity(path, stack, props.identity, IDENTITIES);
    requireDeliverable(path, stack, props.cluster);
    const { namespace, identity, externalSecrets: options, cluster } = props;
    const tags = storeOf(props);
    const externalSecrets = options.map(each => externalSecret(path, stack, tags, each));
    const warnings = options.flatMap(each => freshnessWarnings(path, secretsIn([each]), freshnessOf(namespace, each)));
    super(scope, id);
    addWarnings(this, warnings);
    this._secrets = secretsIn(options);
    const workload = new WorkloadRole(this, 'Workload', { identity, namespace, tags, isNamed: cluster === undefined });
    this.role = workload.role;
    this._secrets.forEach(secret => secret.grantRead(workload.role));
    const objects: KubernetesObject[] = [
      ...workload.serviceAccounts(),
      secretStore(stack.region, tags, identity._way, workload.roleArn),
      ...externalSecrets,
    ];
    this.kubernetesObjects = objects;
    deliver(this, objects, cluster, workload);
  }
}

function freshnessOf(namespace: string, options: ExternalSecretOptions): Freshness {
  const staleFor = refreshedEvery(options);
  const reads = staleFor === undefined ? 'is not read again by itself' : `is read every ${staleFor.toHumanString()}`;
  return {
    words: `the ExternalSecret ${options.name} of ${namespace} ${reads}`,
    staleFor,
    prop: 'refreshInterval',
    remedy: 'set a shorter `refreshInterval`, and have an ExternalSecretsReloader refresh it by event',
  };
}
