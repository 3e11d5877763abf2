import type { aws_eks_v2 as eks, Duration } from 'aws-cdk-lib';
import type { KubernetesIdentity } from './kubernetes-identity';
import type { SecretsStoreAddon } from './secrets-store-addon';
import type { SecretField } from '../secret-field';

/** A Kubernetes `Secret` that the driver keeps as long as a pod mounts the files. */
export interface SyncedSecretOptions {
  /** The name of the Kubernetes `Secret`. */
  readonly name: string;

  /** The keys of the Kubernetes `Secret`, and the file, by its name in `files`, that each gets. */
  readonly data: { [key: string]: string };
}

/** Which files the pods mount, where, and as whom they read. */
export interface SecretsStoreConsumerProps {
  /** The Kubernetes namespace of the pods. It must be there already. */
  readonly namespace: string;

  /** As whom the pods read: their service account. */
  readonly identity: KubernetesIdentity;

  /** The files that a pod mounts, by their names, and the field of a secret, or the whole value, that each holds. A field must be a text. */
  readonly files: { [name: string]: SecretField };

  /**
   * The name of the `SecretProviderClass`, which a pod names in its volume.
   *
   * @default - the name of the service account, and `-secrets`
   */
  readonly className?: string;

  /**
   * The region that is read too, and from which the files come while Secrets Manager fails in this one. Each secret needs a replica there.
   *
   * @default - one region is read
   */
  readonly failoverRegion?: string;

  /**
   * Kubernetes secrets with the same values, for pods that take them as environment variables. The driver must be allowed to, as by `syncSecrets` of a
   * `SecretsStoreAddon`.
   *
   * @default - no Kubernetes secrets
   */
  readonly syncedSecrets?: SyncedSecretOptions[];

  /**
   * The add-on of the cluster, which knows how often the driver reads again.
   *
   * @default - another driver; `rotationPollInterval` says what it does
   */
  readonly addon?: SecretsStoreAddon;

  /**
   * How often the driver of the cluster reads again. It is compared with how long a rotation keeps the older value.
   *
   * @default - that of `addon`; without one, the files stay as they are until the pod is started anew
   */
  readonly rotationPollInterval?: Duration;

  /**
   * The cluster to which the objects are applied by `kubectl`. Its custom resource definitions must be there. For a cluster of `aws-eks`, leave it out
   * and give `kubernetesObjects` to its `addManifest`.
   *
   * @default - none; `npx cdk-managed-secrets manifests` writes the objects as YAML
   */
  readonly cluster?: eks.ICluster;
}
