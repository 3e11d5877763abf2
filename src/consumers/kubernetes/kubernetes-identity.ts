import { type aws_eks_v2 as eks, type aws_iam as iam } from 'aws-cdk-lib';

/** A service account of Kubernetes whose token AWS trusts. */
export interface IrsaOptions {
  /** The name of the service account. The construct makes it, with the annotation that names the role. */
  readonly serviceAccountName: string;

  /**
   * The cluster, whose identity provider signs the token.
   *
   * @default - none; `openIdConnectProvider` must be given
   */
  readonly cluster?: eks.ICluster;

  /**
   * The identity provider of the cluster, such as that of one of `aws-eks`.
   *
   * @default - that of `cluster`
   */
  readonly openIdConnectProvider?: iam.IOpenIdConnectProvider;
}

/** A service account of Kubernetes that EKS Pod Identity gives a role. */
export interface PodIdentityOptions {
  /** The name of the service account under which the pods run. It is made by whoever makes the pods. */
  readonly serviceAccountName: string;

  /** The name of the cluster, on which the EKS Pod Identity Agent runs. */
  readonly clusterName: string;
}

/** @internal */
export type IdentityWay =
  | { readonly kind: 'irsa'; readonly serviceAccountName: string; readonly cluster?: eks.ICluster; readonly openIdConnectProvider?: iam.IOpenIdConnectProvider }
  | { readonly kind: 'podIdentity'; readonly serviceAccountName: string; readonly clusterName: string }
  | { readonly kind: 'controller'; readonly role: iam.IRole };

/**
 * As whom Kubernetes reads secrets. Each consumer has a role of its own, which this identity alone may assume.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/service-accounts.html
 */
export class KubernetesIdentity {
  /**
   * IAM roles for service accounts: the role trusts the token of one service account of one Kubernetes namespace.
   *
   * @see https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html
   */
  public static irsa(options: IrsaOptions): KubernetesIdentity {
    return new KubernetesIdentity({ kind: 'irsa', ...options });
  }

  /**
   * EKS Pod Identity: pods of one service account of one Kubernetes namespace in one cluster get the role. The Secrets Store CSI driver reads as the
   * pod, and takes this. The External Secrets Operator reads by itself, and does not: for it there is `controllerRole`.
   *
   * @see https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html
   */
  public static podIdentity(options: PodIdentityOptions): KubernetesIdentity {
    return new KubernetesIdentity({ kind: 'podIdentity', ...options });
  }

  /**
   * The role of the External Secrets Operator's controller, which EKS Pod Identity or IRSA gives it. It assumes the role of the consumer with session
   * tags that name Kubernetes namespace and store. Whoever may create a `SecretStore` can have the controller send tags of his own: where you do not
   * trust all who may, take `irsa`.
   *
   * @param role a role of the same account
   */
  public static controllerRole(role: iam.IRole): KubernetesIdentity {
    return new KubernetesIdentity({ kind: 'controller', role });
  }

  private constructor(
    /** @internal */ public readonly _way: IdentityWay,
  ) {}
}
