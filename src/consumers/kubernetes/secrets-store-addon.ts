import { aws_eks_v2 as eks, Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { requireNodes } from './private/delivery';
import { requireInterval } from './private/kubernetes-object';
import { pathOf } from '../../private/errors';
import { withInjected } from '../../private/property-injection';

const ADDON = 'aws-secrets-store-csi-driver-provider';

/** Where the driver is installed, and what it does. */
export interface SecretsStoreAddonProps {
  /** The cluster. Its nodes are instances of Amazon EC2: the driver does not run on Fargate. */
  readonly cluster: eks.ICluster;

  /**
   * How often the driver reads the secrets of running pods again, each of which is a call that is paid for. At least one minute, in whole seconds.
   *
   * @default Duration.hours(1)
   */
  readonly rotationPollInterval?: Duration;

  /**
   * Whether the driver may write Kubernetes secrets, for `syncedSecrets` of a `SecretsStoreConsumer`.
   *
   * @default false
   */
  readonly syncSecrets?: boolean;

  /**
   * The version of the add-on, such as `v3.1.3-eksbuild.1`.
   *
   * @default - the one that Amazon EKS chooses for the cluster
   */
  readonly addonVersion?: string;
}

/**
 * The add-on of Amazon EKS that mounts secrets as files of pods: the Secrets Store CSI driver with the provider of AWS. It reads again while a pod
 * runs, so that a rotation reaches the files.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/workloads-add-ons-available-eks.html
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/integrating_csi_driver.html
 */
export class SecretsStoreAddon extends Construct {
  /** The name of this class for a property injector. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-managed-secrets.SecretsStoreAddon';

  /** The add-on. */
  public readonly addon: eks.IAddon;

  /** How often the driver reads again. */
  public readonly rotationPollInterval: Duration;

  /** Whether the driver may write Kubernetes secrets. */
  public readonly syncsSecrets: boolean;

  constructor(scope: Construct, id: string, props: SecretsStoreAddonProps) {
    props = withInjected(SecretsStoreAddon.PROPERTY_INJECTION_ID, scope, id, props);
    const { cluster, rotationPollInterval = Duration.hours(1), syncSecrets = false, addonVersion } = props;
    requireNodes(pathOf(scope, id), 'the Secrets Store CSI driver', cluster);
    requireInterval(pathOf(scope, id), 'rotationPollInterval', rotationPollInterval, 'set a longer one');
    super(scope, id);
    this.rotationPollInterval = rotationPollInterval;
    this.syncsSecrets = syncSecrets;
    this.addon = new eks.Addon(this, 'Addon', { cluster, addonName: ADDON, addonVersion, configurationValues: { 'secrets-store-csi-driver': this.driver() } });
  }

  private driver(): Record<string, unknown> {
    return {
      enableSecretRotation: true,
      rotationPollInterval: `${this.rotationPollInterval.toSeconds()}s`,
      syncSecret: { enabled: this.syncsSecrets },
    };
  }
}
