import { aws_eks_v2 as eks, Stack, Token } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import type { KubernetesObject } from './kubernetes-object';
import { fail } from '../../../private/errors';
import { partitionOf } from '../../../private/regions';

/** How the objects of a construct stand in the cloud assembly, for the command `manifests`. */
export const KUBERNETES_OBJECTS = 'cdk-managed-secrets:kubernetesObjects';

/** The objects of an app, by what tells them apart in a cluster, on its root. Two copies of this package in one app share it. */
const OBJECTS = Symbol.for('cdk-managed-secrets.KubernetesObjects');

/** Fails where YAML could not name the role, because its account or region is known at deployment only. */
export function requireDeliverable(path: string, stack: Stack, cluster?: eks.ICluster): void {
  if (cluster !== undefined || (!Token.isUnresolved(stack.account) && partitionOf(stack.region) !== undefined)) return;
  fail(path, 'without `cluster`, the objects become YAML, which names a role and a region: the stack must have an account and a region that aws-cdk-lib knows; '
    + 'set `env: { account, region }` on the stack, or give the `cluster`');
}

/** Fails on a cluster that runs all pods on Fargate, where there are no daemon sets. */
export function requireNodes(path: string, what: string, cluster?: eks.ICluster): void {
  if (!(cluster instanceof eks.FargateCluster)) return;
  fail(path, `\`cluster\` must have nodes of Amazon EC2, because ${what} is a daemon set, which Fargate does not run; use ExternalSecretsConsumer there`);
}

/**
 * Applies the objects to the cluster, once what they need is there; without a cluster, puts them into the cloud assembly, from which
 * `npx cdk-managed-secrets manifests` writes them as YAML.
 */
export function deliver(scope: Construct, objects: readonly KubernetesObject[], cluster: eks.ICluster | undefined, needed: Construct): void {
  claim(scope, objects, cluster ?? Stack.of(scope));
  if (cluster === undefined) {
    requireKnown(scope.node.path, objects, 'the objects');
    scope.node.addMetadata(KUBERNETES_OBJECTS, objects);
  } else {
    new eks.KubernetesManifest(scope, 'Manifest', { cluster, manifest: [...objects] }).node.addDependency(needed);
  }
}

/** Fails when another construct makes the same object for the same place: the one that is applied last would win. */
function claim(scope: Construct, objects: readonly KubernetesObject[], place: IConstruct): void {
  const root = scope.node.root as IConstruct & { [OBJECTS]?: Map<string, string> };
  const claims = root[OBJECTS] ??= new Map();
  for (const { kind, metadata: { name, namespace = '' } } of objects) {
    const key = [place.node.path, kind, namespace, name].join(' ');
    const other = claims.get(key);
    if (other !== undefined) {
      fail(scope.node.path, `each object must have one construct, and ${other} makes the ${kind} ${name} of ${namespace || 'the cluster'} already; give one of them another name`);
    }
    claims.set(key, scope.node.path);
  }
}

/** YAML is text: what is known at deployment only has no place in it. */
function requireKnown(path: string, value: unknown, field: string): void {
  if (Token.isUnresolved(value)) {
    fail(path, `without \`cluster\`, the objects become YAML, and ${field} is known at deployment only; give the secret or the role a name, or give the \`cluster\``);
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, each] of Object.entries(value)) requireKnown(path, each, `\`${key}\``);
}
