import { type aws_iam as iam, Duration, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { deliver, requireDeliverable, requireNodes } from './private/delivery';
import type { KubernetesObject } from './private/kubernetes-object';
import { requireProviderClass, secretProviderClass, secretsOf } from './private/secret-provider-class';
import { requireIdentity, WorkloadRole } from './private/workload-role';
import type { SecretsStoreConsumerProps } from './secrets-store-consumer-props';
import { fail, pathOf } from '../../private/errors';
import { withInjected } from '../../private/property-injection';
import { addWarnings, type Freshness, freshnessWarnings } from '../private/freshness';

/** Who reads with which identity. */
const IDENTITIES = {
  irsa: undefined,
  podIdentity: undefined,
  controller: 'must be the service account of the pods, as whom the driver reads; give KubernetesIdentity.podIdentity(…) or irsa(…)',
};

/**
 * Files of pods that the Secrets Store CSI driver mounts: a `SecretProviderClass`, and a role that reads these secrets with their keys and nothing else,
 * for one service account of one Kubernetes namespace. No Kubernetes secret is made unless it is asked for.
 *
 * The driver with the provider of AWS must be installed in the cluster, as by `SecretsStoreAddon`. A pod that mounts a field can read the whole secret,
 * which the provider mounts too. A pod needs a volume with the driver `secrets-store.csi.k8s.io` and the attribute `secretProviderClass`.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/integrating_csi_driver.html
 */
export class SecretsStoreConsumer extends Construct {
  /** The name of this class for a property injector. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-managed-secrets.SecretsStoreConsumer';

  /** The role of the pods. Grant it what else they need. */
  public readonly role: iam.IRole;

  /** The objects, as `kubectl apply` takes them: the service account of IRSA, and the `SecretProviderClass`. */
  public readonly kubernetesObjects: any[];

  constructor(scope: Construct, id: string, props: SecretsStoreConsumerProps) {
    props = withInjected(SecretsStoreConsumer.PROPERTY_INJECTION_ID, scope, id, props);
    const path = pathOf(scope, id);
    const stack = Stack.of(scope);
    requireIdentity(path, stack, props.identity, IDENTITIES);
    requireProviderClass(path, stack, props);
    requireDriver(path, props);
    requireDeliverable(path, stack, props.cluster);
    const { namespace, identity, files, cluster } = props;
    const providerClass = secretProviderClass(path, stack, props);
    const warnings = freshnessWarnings(path, secretsOf(files), freshnessOf(props));
    super(scope, id);
    addWarnings(this, warnings);
    const isNamed = cluster === undefined && identity._way.kind === 'irsa';
    const workload = new WorkloadRole(this, 'Workload', { identity, namespace, isNamed });
    this.role = workload.role;
    secretsOf(files).forEach(secret => secret.grantRead(workload.role));
    const objects: KubernetesObject[] = [...workload.serviceAccounts(), providerClass];
    this.kubernetesObjects = objects;
    deliver(this, objects, cluster, workload);
  }
}

function requireDriver(path: string, { cluster, addon, rotationPollInterval, syncedSecrets = [] }: SecretsStoreConsumerProps): void {
  requireNodes(path, 'the Secrets Store CSI driver', cluster);
  if (addon !== undefined && rotationPollInterval !== undefined) {
    fail(path, 'at most one of `addon` and `rotationPollInterval` must be given, because the add-on knows its interval; leave `rotationPollInterval` out');
  }
  if (addon?.syncsSecrets === false && syncedSecrets.length > 0) {
    fail(path, `\`syncedSecrets\` must be allowed by the add-on, and ${addon.node.path} does not; set \`syncSecrets: true\` there`);
  }
}

function freshnessOf({ namespace, addon, rotationPollInterval: given }: SecretsStoreConsumerProps): Freshness {
  const staleFor: Duration | undefined = given ?? addon?.rotationPollInterval;
  const remedy = staleFor === undefined ? 'give the `addon`, or say the `rotationPollInterval` of the driver' : 'set a shorter `rotationPollInterval`';
  const reads = staleFor === undefined ? 'keep them until they are started anew' : `get it every ${staleFor.toHumanString()}`;
  return { words: `the pods of ${namespace} that mount it ${reads}`, staleFor, prop: 'rotationPollInterval', remedy };
}
