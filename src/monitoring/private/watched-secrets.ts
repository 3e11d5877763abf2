import { type aws_secretsmanager as secretsmanager, type ResourceEnvironment, Stack, Token } from 'aws-cdk-lib';
import { type ISecretNamespace, requireNamespace } from '../../namespace/secret-namespace-props';
import { fail } from '../../private/errors';
import { requireSome } from '../../private/validation';
import { knownName } from '../../secret/private/known-name';

/** Which secrets a query or a runbook is about: all below a prefix, or some by their names. */
export interface WatchedSecrets {
  /** Absent for named secrets. */
  readonly prefix?: string;
  readonly names: string[];
  readonly env: ResourceEnvironment;
  /** Where the secrets or replicas of them are, the region of `env` first. */
  readonly regions: string[];
}

/** Exactly one of both must be given. */
export interface WatchedSecretsOptions {
  readonly namespace?: ISecretNamespace;
  readonly secrets?: secretsmanager.ISecret[];
}

export function watchedSecrets(path: string, { namespace, secrets }: WatchedSecretsOptions): WatchedSecrets {
  if ((namespace === undefined) === (secrets === undefined)) fail(path, 'exactly one of `namespace` and `secrets` must be given');
  if (namespace !== undefined) return ofNamespace(path, namespace);
  requireSome(path, 'secrets', secrets!, 'name the secrets, or give a `namespace`');
  const [{ env }] = secrets!;
  const other = secrets!.find(each => each.env.account !== env.account || each.env.region !== env.region);
  if (other) fail(path, `\`secrets\` must be of one account and region, and ${other.node.path} is of another; create one construct for each`);
  const regions = secrets!.flatMap(each => (each as { readRegions?: string[] }).readRegions ?? []);
  return { names: secrets!.map(each => nameOf(path, each)), env, regions: [...new Set([env.region, ...regions])] };
}

/** A prefix becomes part of patterns, in which a token could not be escaped. */
function ofNamespace(path: string, namespace: ISecretNamespace): WatchedSecrets {
  requireNamespace(path, namespace);
  const { node, prefix, env, replicaRegions } = namespace;
  if (Token.isUnresolved(prefix)) {
    fail(path, `\`namespace\` must have a prefix that is known at synthesis, and that of ${node.path} is a token; write \`environment\` and \`service\` as texts`);
  }
  return { prefix, names: [], env, regions: [env.region, ...replicaRegions] };
}

function nameOf(path: string, secret: secretsmanager.ISecret): string {
  const name = knownName(secret);
  if (!Token.isUnresolved(name)) return name;
  fail(path, `\`secrets\` must have names that are known at synthesis, and that of ${secret.node.path} is not; give the secret a name, or a \`namespace\` here`);
}

/** Characters with a meaning in a pattern, and the slash, with which Logs Insights ends one. */
export function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** Fails where both are known and differ: what is deployed to one region does not see what is in another. */
export function requireOwnRegion(path: string, prop: string, stack: Stack, { account, region }: ResourceEnvironment): void {
  for (const [own, theirs] of [[stack.account, account], [stack.region, region]]) {
    if (Token.isUnresolved(own) || Token.isUnresolved(theirs) || own === theirs) continue;
    fail(path, `\`${prop}\` must be of this stack's account and region, ${stack.account} in ${stack.region}, got one of ${account} in ${region}; `
      + 'create this construct in a stack there');
  }
}
