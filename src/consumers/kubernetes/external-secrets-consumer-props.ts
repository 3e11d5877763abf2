import type { aws_eks_v2 as eks, Duration } from 'aws-cdk-lib';
import type { KubernetesIdentity } from './kubernetes-identity';
import type { IManagedSecret } from '../../secret/managed-secret-props';
import type { SecretField } from '../secret-field';

/** What the operator does with the Kubernetes `Secret`. */
export enum ExternalSecretCreationPolicy {
  /** It makes the `Secret`, which goes with the `ExternalSecret`. */
  OWNER = 'Owner',
  /** It makes the `Secret`, which stays when the `ExternalSecret` goes. */
  ORPHAN = 'Orphan',
  /** It writes into a `Secret` that is there, and makes none. */
  MERGE = 'Merge',
  /** It makes the `Secret`, or writes into the one that is there. */
  CREATE_OR_MERGE = 'CreateOrMerge',
}

/** When the operator reads again. */
export enum ExternalSecretRefreshPolicy {
  /** Every `refreshInterval`, and when the object changes. */
  PERIODIC = 'Periodic',
  /** When the object changes, which is what the Reloader does to it. */
  ON_CHANGE = 'OnChange',
  /** Never: the value of the first day stays. */
  CREATED_ONCE = 'CreatedOnce',
}

/** A Kubernetes `Secret`, and what is in it. */
export interface ExternalSecretOptions {
  /** The name of the `ExternalSecret`. */
  readonly name: string;

  /**
   * The keys of the Kubernetes `Secret`, and the field of a secret, or the whole value, that each gets.
   *
   * @default - none; `extract` must be given
   */
  readonly data?: { [key: string]: SecretField };

  /**
   * Secrets whose JSON objects become keys and values of the Kubernetes `Secret`, field by field. A field that `data` names too is that of `data`.
   *
   * @default - none; `data` must be given
   */
  readonly extract?: IManagedSecret[];

  /**
   * The name of the Kubernetes `Secret`.
   *
   * @default - `name`
   */
  readonly targetName?: string;

  /**
   * What the operator does with the Kubernetes `Secret`.
   *
   * @default ExternalSecretCreationPolicy.OWNER
   */
  readonly creationPolicy?: ExternalSecretCreationPolicy;

  /**
   * How often the operator reads. It is compared with how long a rotation keeps the older value. Whole seconds, from one minute on.
   *
   * @default Duration.hours(1)
   */
  readonly refreshInterval?: Duration;

  /**
   * When the operator reads again.
   *
   * @default ExternalSecretRefreshPolicy.PERIODIC
   */
  readonly refreshPolicy?: ExternalSecretRefreshPolicy;
}

/** Which Kubernetes secrets the operator makes, where, and as whom it reads. */
export interface ExternalSecretsConsumerProps {
  /** The Kubernetes namespace in which the Kubernetes secrets are. It must be there already. */
  readonly namespace: string;

  /** As whom the operator reads: a service account of the namespace, or the operator's own role. */
  readonly identity: KubernetesIdentity;

  /** The Kubernetes secrets that the operator makes. */
  readonly externalSecrets: ExternalSecretOptions[];

  /**
   * Whether the store is a `ClusterSecretStore`, which those who administer the namespace cannot change. The namespace alone may use it.
   *
   * @default false, a `SecretStore`
   */
  readonly clusterStore?: boolean;

  /**
   * The name of the store.
   *
   * @default - `aws-secrets-manager`; of a `ClusterSecretStore`, the name of the Kubernetes namespace and `-aws-secrets-manager`
   */
  readonly storeName?: string;

  /**
   * The cluster to which the objects are applied by `kubectl`. Its custom resource definitions must be there. For a cluster of `aws-eks`, leave it out
   * and give `kubernetesObjects` to its `addManifest`.
   *
   * @default - none; `npx cdk-managed-secrets manifests` writes the objects as YAML
   */
  readonly cluster?: eks.ICluster;
}
