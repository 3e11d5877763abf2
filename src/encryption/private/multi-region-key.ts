import { Arn, ArnFormat, aws_kms as kms, CfnOutput, Fn, Resource, Stack, Tags, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { keyPolicySize, viewOf } from './key-of-secrets';
import { MultiRegionEncryption, type RegionalKey } from './multi-region-encryption';
import { allowUseOf, keyAliasOf, type KeyOwner, keyProps, type NamespaceKey } from './namespace-key';
import { ReplicaKey } from './replica-key';
import { SecretsKey } from './secrets-key';
import { requireSupportStack, supportStack } from './support-stack';
import { inRegion } from '../../private/arns';
import { fail } from '../../private/errors';
import { deployStackAfter } from '../../private/stack-order';
import { SecretEncryption } from '../secret-encryption';

/**
 * The key of a namespace with replicas: a primary, and a replica in each replica region, each in a stack of its own. So all of
 * them can be there before the first secret, wherever that stands. The alias stays in the namespace's own stack, under the logical
 * id that it has without replicas: a deployed namespace moves to the new key by updating it.
 */
export class MultiRegionKey implements NamespaceKey {
  private readonly primary: kms.IKey;
  private readonly replicas: ReplicaKey[];
  private readonly encryptions: Map<string, SecretEncryption>;

  constructor(private readonly namespace: KeyOwner, encryption?: SecretEncryption) {
    const { node: { path }, env, prefix, replicaRegions } = namespace;
    const aliasName = keyAliasOf(path, prefix);
    const given = encryption?._key.key;
    this.primary = given ?? this.createPrimary();
    new kms.Alias(new Construct(this.namespace, 'Key'), 'Alias', { aliasName, targetKey: this.primary });
    this.replicas = replicaRegions.map(region => this.createReplica(region, aliasName));
    const keys = [regional(this.primary, env.region), ...this.replicas];
    this.encryptions = new Map(keys
      .map(key => [key.region, SecretEncryption._of(new MultiRegionEncryption(namespace, key, keys, aliasName))]));
    if (given) allowUseOf(given, env, namespace.secretArnForPolicies);
  }

  public encryptionIn(region: string): SecretEncryption | undefined {
    return this.encryptions.get(region);
  }

  public stackOfReplica(region: string): Stack | undefined {
    const replica = this.replicas.find(each => each.region === region);
    return replica && Stack.of(replica);
  }

  public allowUse(secretArnPattern: string): void {
    allowUseOf(this.primary, this.namespace.env, secretArnPattern);
    this.replicas.forEach(replica => replica.allowUse(inRegion(this.namespace, secretArnPattern, '*')));
  }

  private createPrimary(): SecretsKey {
    const { env: { region }, replicaRegions } = this.namespace;
    return new SecretsKey(this.scopeIn(region), 'Key', { ...keyProps(this.namespace), replicaRegions });
  }

  private createReplica(region: string, aliasName: string): ReplicaKey {
    const { env: { account, region: primaryRegion } } = this.namespace;
    const { secretArns, ...props } = keyProps(this.namespace);
    const scope = this.scopeIn(region);
    return new ReplicaKey(scope, 'Key', {
      ...props,
      account,
      region,
      primaryRegion,
      aliasName,
      primaryKeyArn: this.primaryArnFor(Stack.of(scope)),
      secretArns: secretArns.map(arn => inRegion(this.namespace, arn, '*')),
    });
  }

  /** In the support stack, under the name that the namespace has in its own stack. */
  private scopeIn(region: string): Construct {
    const { namespace } = this;
    const own = Stack.of(namespace);
    const scope = new Construct(supportStack(own, region), namespace.node.path.slice(own.node.path.length + 1).replace(/\//g, '-'));
    Object.entries(namespace.tags).forEach(([key, value]) => Tags.of(scope).add(key, value));
    return scope;
  }

  /** The one value that no region can derive: the deployment reads it out of the primary's stack, which exports nothing. */
  private primaryArnFor(stack: Stack): string {
    if (!Token.isUnresolved(this.primary.keyArn)) return this.primary.keyArn;
    const owner = Stack.of(this.primary);
    const output = this.primary.node.tryFindChild(OUTPUT_ID) as CfnOutput | undefined
      ?? new CfnOutput(this.primary as unknown as Construct, OUTPUT_ID, { value: this.primary.keyArn });
    deployStackAfter(stack, owner, 'a replica key is made of its primary');
    return Fn.getStackOutput(owner.stackName, Token.asString(owner.resolve(output.logicalId)), owner.region);
  }
}

const OUTPUT_ID = 'KeyArnForReplicas';

function regional(key: kms.IKey, region: string): RegionalKey {
  return {
    region,
    keyArn: key.keyArn,
    keyId: key.keyId,
    nameForSecrets: key.keyArn,
    view: viewOf(key),
    isOwned: Resource.isOwnedResource(key),
    addToPolicy: statement => key.addToResourcePolicy(statement, true),
    policySize: () => keyPolicySize(key),
  };
}

/** Fails unless the namespace can have its key, and the stacks for it. Creates nothing. */
export function requireMultiRegionKey(
  path: string, stack: Stack, { prefix, replicaRegions }: Pick<KeyOwner, 'prefix' | 'replicaRegions'>, given?: SecretEncryption,
): void {
  keyAliasOf(path, prefix);
  if (given) requireMultiRegion(path, stack.region, given._key.key);
  [...given ? [] : [stack.region], ...replicaRegions].forEach(region => requireSupportStack(stack, region));
}

function requireMultiRegion(path: string, region: string, key: kms.IKey | undefined): void {
  if (key === undefined) return failOnSingleRegion(path, 'a key that is known by its alias alone');
  if (!Resource.isOwnedResource(key)) return requireMultiRegionKeyArn(path, region, key.keyArn);
  const resource = key.node.defaultChild;
  if (!(resource instanceof kms.CfnKey) || resource.multiRegion !== true) failOnSingleRegion(path, key.node.path);
  if (Stack.of(key).region !== region) failOnRegion(path, region, `${key.node.path} of ${Stack.of(key).region}`);
}

/** Fails unless the ARN is that of a multi-Region key of the region; a token passes. */
export function requireMultiRegionKeyArn(path: string, region: string, keyArn: string): void {
  if (Token.isUnresolved(keyArn)) return;
  const { region: regionOfKey = '', resourceName = '' } = Arn.split(keyArn, ArnFormat.SLASH_RESOURCE_NAME);
  if (!resourceName.startsWith('mrk-')) failOnSingleRegion(path, keyArn);
  if (regionOfKey !== region) failOnRegion(path, region, keyArn);
}

function failOnSingleRegion(path: string, given: string): never {
  return fail(path, `\`encryption\` must be a multi-Region key where \`replicaRegions\` are given, got ${given}, which is of a single `
    + 'region and cannot become another; '
    + 'create one with `multiRegion: true` (its id begins with mrk-), or leave `encryption` out');
}

function failOnRegion(path: string, region: string, given: string): never {
  return fail(path, `\`encryption\` must be the primary key in the namespace's own region ${region}, got ${given}`);
}
