import { aws_eks as eks, aws_iam as iam, CfnJson, Names, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { OBJECT_NAME } from './kubernetes-names';
import type { KubernetesObject } from './kubernetes-object';
import { acknowledgeInlinePolicy } from '../../../private/acknowledgement';
import { fail } from '../../../private/errors';
import { partitionOf } from '../../../private/regions';
import { requireText } from '../../../private/validation';
import type { IdentityWay, KubernetesIdentity } from '../kubernetes-identity';

/** What the controller of the External Secrets Operator says of a store when it assumes a role. */
export interface StoreTags {
  readonly esoNamespace: string;
  readonly esoStoreName: string;
  readonly esoStoreKind: string;
}

/** Who a role is for. */
export interface Workload {
  readonly identity: KubernetesIdentity;
  /** The Kubernetes namespace. */
  readonly namespace: string;
  /** What the controller says, where it is the one that reads. */
  readonly tags?: StoreTags;
  /** The ARN is text, for YAML. */
  readonly isNamed: boolean;
}

/** Fails on an identity that the reader cannot use, or that nobody has. */
export function requireIdentity(path: string, stack: Stack, identity: KubernetesIdentity, kinds: Record<IdentityWay['kind'], string | undefined>): void {
  const way = identity?._way;
  if (way === undefined) fail(path, '`identity` must be a KubernetesIdentity, such as KubernetesIdentity.irsa({ … })');
  const refusal = kinds[way.kind];
  if (refusal !== undefined) fail(path, `\`identity\` ${refusal}`);
  if (way.kind === 'controller') requireControllerRole(path, stack, way.role);
  else requireText(path, 'serviceAccountName', way.serviceAccountName, OBJECT_NAME);
  if (way.kind === 'irsa') providerOf(path, way);
}

function requireControllerRole(path: string, { account }: Stack, role?: iam.IRole): void {
  if (role?.roleArn === undefined) fail(path, '`identity` must name the role of the controller, got none; give the role that EKS Pod Identity or IRSA gives it');
  const theirs = role.principalAccount;
  if (theirs === undefined || Token.isUnresolved(theirs) || Token.isUnresolved(account) || theirs === account) return;
  fail(path, `\`identity\` must be a role of this stack's account ${account}, got one of ${theirs}, which needs sts:AssumeRole there too; create the consumer in a stack `
    + `of ${theirs}, with the secret imported by its ARN`);
}

/** The identity provider of the cluster. An imported cluster may not know it. */
function providerOf(path: string, { cluster, openIdConnectProvider }: IdentityWay & { kind: 'irsa' }): iam.IOpenIdConnectProvider {
  const provider = openIdConnectProvider ?? ofCluster(cluster);
  if (provider !== undefined) return provider;
  fail(path, '`identity` must have the identity provider of the cluster, which IRSA trusts, and there is none; give `openIdConnectProvider` to the identity or to '
    + 'Cluster.fromClusterAttributes, such as OpenIdConnectProvider.fromOpenIdConnectProviderArn(…)');
}

function ofCluster(cluster?: { openIdConnectProvider: iam.IOpenIdConnectProvider }): iam.IOpenIdConnectProvider | undefined {
  try {
    return cluster?.openIdConnectProvider;
  } catch {
    return undefined; // what an imported cluster throws names no remedy
  }
}

/** The role of one reader in one Kubernetes namespace. */
export class WorkloadRole extends Construct {
  public readonly role: iam.Role;
  /** As the objects name it. */
  public readonly roleArn: string;

  constructor(scope: Construct, id: string, private readonly workload: Workload) {
    super(scope, id);
    const roleName = workload.isNamed ? Names.uniqueResourceName(this, { maxLength: 64, separator: '-', allowedSpecialCharacters: '-' }) : undefined;
    this.role = new iam.Role(this, 'Role', { assumedBy: this.trusted(), roleName, description: `Reads secrets for the Kubernetes namespace ${workload.namespace}` });
    this.roleArn = roleName === undefined ? this.role.roleArn : arnOf(Stack.of(this), roleName);
    acknowledgeInlinePolicy(this.role);
    this.associate();
  }

  /** The service account of IRSA, which names the role. */
  public serviceAccounts(): KubernetesObject[] {
    const { namespace, identity: { _way: way } } = this.workload;
    if (way.kind !== 'irsa') return [];
    const annotations = { 'eks.amazonaws.com/role-arn': this.roleArn };
    return [{ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: way.serviceAccountName, namespace, annotations } }];
  }

  private trusted(): iam.IPrincipal {
    const { namespace, tags, identity: { _way: way } } = this.workload;
    if (way.kind === 'irsa') return this.federated(way);
    if (way.kind === 'controller') return withTags(new iam.ArnPrincipal(way.role.roleArn), { ...tags });
    return withTags(new iam.ServicePrincipal('pods.eks.amazonaws.com'), {
      'kubernetes-namespace': namespace,
      'kubernetes-service-account': way.serviceAccountName,
      'eks-cluster-arn': Stack.of(this).formatArn({ service: 'eks', resource: 'cluster', resourceName: way.clusterName }),
    });
  }

  /** A key of a condition cannot be a token, so that the issuer of a cluster of this app is put in at deployment. */
  private federated(way: IdentityWay & { kind: 'irsa' }): iam.IPrincipal {
    const provider = providerOf(this.node.path, way);
    const issuer = provider.openIdConnectProviderIssuer;
    const value = { [`${issuer}:aud`]: 'sts.amazonaws.com', [`${issuer}:sub`]: `system:serviceaccount:${this.workload.namespace}:${way.serviceAccountName}` };
    const conditions = Token.isUnresolved(issuer) ? new CfnJson(this, 'Conditions', { value }) : value;
    return new iam.OpenIdConnectPrincipal(provider, { StringEquals: conditions });
  }

  private associate(): void {
    const { namespace, identity: { _way: way } } = this.workload;
    if (way.kind !== 'podIdentity') return;
    const { serviceAccountName: serviceAccount, clusterName } = way;
    new eks.CfnPodIdentityAssociation(this, 'Association', { clusterName, namespace, serviceAccount, roleArn: this.role.roleArn });
  }
}

/** The session must have these tags, which the caller may then set. */
function withTags(principal: iam.PrincipalBase, tags: Record<string, string>): iam.IPrincipal {
  const conditions = Object.fromEntries(Object.entries(tags).map(([tag, value]) => [`aws:RequestTag/${tag}`, value]));
  return principal.withConditions({ StringEquals: conditions }).withSessionTags();
}

function arnOf({ account, region }: Stack, roleName: string): string {
  return `arn:${partitionOf(region)}:iam::${account}:role/${roleName}`;
}
