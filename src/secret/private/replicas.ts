import { Annotations, type aws_secretsmanager as secretsmanager, Fn, Lazy, type ResourceEnvironment, Stack } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import { ImportedSecret } from './imported-secret';
import type { RegionalAccess } from '../../access/private/regional-access';
import { useThroughSecretsManager } from '../../encryption/private/key-policy';
import { requireEncryption, type SecretEncryption } from '../../encryption/secret-encryption';
import type { ISecretNamespace } from '../../namespace/secret-namespace-props';
import { ARN_SUFFIX_PATTERN, inRegion, secretArn } from '../../private/arns';
import { fail } from '../../private/errors';
import { requireReplicaRegions } from '../../private/regions';
import { dependsOn, deployStackAfter } from '../../private/stack-order';
import { requireEachMade } from '../../private/validation';
import type { IManagedSecret } from '../managed-secret-props';
import type { ReplicaRegion } from '../replica-region';

/** A replica with its key, checked. */
export interface Replica {
  readonly region: string;
  readonly encryption: SecretEncryption;
  readonly kmsKeyId?: string;
  /** The stack of its key; absent where none of this app creates it. */
  readonly createdIn?: Stack;
}

/** A secret, as its replicas see it. */
interface Replicated extends Construct {
  readonly env: ResourceEnvironment;
  readonly namespace: ISecretNamespace;
  readonly secretArn: string;
  readonly secretArnForPolicies: string;
  readonly _arnPattern: string;
  readonly _name?: string;
}

/** The replicas that the props ask for: those of the namespace, unless they are given. Creates nothing. */
export function settleReplicas(path: string, stack: Stack, namespace: ISecretNamespace, given?: ReplicaRegion[]): Replica[] {
  requireEachMade(path, 'replicas', given, { member: 'encryption', words: 'a ReplicaRegion, such as ReplicaRegion.of("eu-west-1")' });
  const chosen = given ?? namespace.replicaRegions.map(region => ({ region, encryption: undefined }));
  requireReplicaRegions(path, 'replicas', stack, chosen.map(({ region }) => region));
  return chosen.map(replica => withKey(path, stack, namespace, replica));
}

function withKey(
  path: string, stack: Stack, namespace: ISecretNamespace, { region, encryption: given }: Pick<ReplicaRegion, 'region' | 'encryption'>,
): Replica {
  requireEncryption(path, given, 'replicas');
  const encryption = given ?? namespace._encryptionIn(region);
  if (encryption === undefined) {
    fail(path, `the replica in ${region} must have a key, and ${namespace.node.path} has none there; add ${region} to \`replicaRegions\` `
      + 'of the namespace, '
      + 'give the replica its `encryption`, or choose SecretEncryption.awsManagedKey()');
  }
  const kmsKeyId = encryption._key.keyIdForReplica(path, region);
  const createdIn = given ? given._key.stackOfKey() : namespace._stackOfReplicaKey(region);
  if (createdIn) requireOrder(path, region, stack, createdIn);
  return { region, encryption, createdIn, kmsKeyId };
}

/** Secrets Manager fails to replicate, and the stack says it is complete, when the key of the replica comes after the secret. */
function requireOrder(path: string, region: string, stack: Stack, stackOfKey: Stack): void {
  if (!dependsOn(stackOfKey, stack)) return;
  fail(path, `the key of the replica in ${region} must be deployed before the secret, but ${stackOfKey.node.path} waits for `
    + `${stack.node.path}, `
    + `the stack of the secret; move the key on which it depends out of ${stack.node.path} into a stack of its own, leave \`key\` of the `
    + 'namespace out, '
    + 'or keep the secret in its own region by `replicas: []`');
}

/**
 * The replicas of a managed secret. They stand in the secret's own resource, so that CloudFormation makes them with the secret and removes
 * them before it.
 */
export class Replicas {
  /** What grants and policies must cover besides the primary. */
  public readonly access: RegionalAccess[];
  private readonly views = new Map<string, IManagedSecret>();

  constructor(private readonly secret: Replicated, private readonly replicas: Replica[]) {
    this.access = replicas.map(({ region, encryption }) => ({
      region,
      secretArns: [secretArn(secret, { ...secret.env, region }, this.nameInArn())],
      arnPattern: inRegion(secret, secret._arnPattern, region),
      encryption,
    }));
    if (replicas.length === 0) return;
    const resource = secret.node.defaultChild as secretsmanager.CfnSecret;
    resource.replicaRegions = replicas.map(({ region, kmsKeyId }) => ({ region, kmsKeyId }));
    replicas.forEach(replica => this.complete(replica));
  }

  public get regions(): string[] {
    return this.replicas.map(({ region }) => region);
  }

  /** The replica as a secret of its region, by its name alone. */
  public in(region: string): IManagedSecret {
    const replica = this.replicas.find(each => each.region === region);
    if (replica === undefined) {
      fail(this.secret.node.path, `\`replica\` must be asked for a region of the secret's replicas, got ${JSON.stringify(region)}; `
        + `there are ${this.regions.join(', ') || 'none'}`);
    }
    const known = this.views.get(region) ?? this.view(replica);
    this.views.set(region, known);
    return known;
  }

  /** What the policies of grantees call the primary. With replicas, a stack of another region reads it by its name, without a reference. */
  public arnOfPrimary(): string {
    const { secret } = this;
    if (this.replicas.length === 0) return secret.secretArnForPolicies;
    const elsewhere = secretArn(secret, secret.env, this.nameInArn());
    return Lazy.uncachedString({ produce: ({ scope }) => isWithin(secret.env, scope) ? secret.secretArnForPolicies : elsewhere });
  }

  private view({ region, encryption }: Replica): IManagedSecret {
    const { secret } = this;
    const arn = (name: string) => secretArn(secret, { ...secret.env, region }, name);
    return new ImportedSecret(secret, `Replica-${region}`, {
      ...(secret._name === undefined ? { secretCompleteArn: arn(nameAndSuffix(secret)) } : { secretPartialArn: arn(secret._name) }),
      encryption,
      _createdBy: secret,
    });
  }

  /** Name and suffix in a stack of the primary's account and region; in any other, the name, so that nothing refers across regions. */
  private nameInArn(): string {
    const { secret } = this;
    return Lazy.uncachedString({
      produce: ({ scope }) => secret._name === undefined || isWithin(secret.env, scope) ? nameAndSuffix(secret)
        : `${secret._name}${ARN_SUFFIX_PATTERN}`,
    });
  }

  private complete({ region, encryption, createdIn }: Replica): void {
    const { secret } = this;
    const { env: { account, region: primaryRegion }, namespace } = secret;
    if (namespace.guardRails.some(each => each._closesReplicaIn(region))) warnOfClosedReplica(secret, region);
    if (createdIn) deployStackAfter(Stack.of(secret), createdIn, `the key of the replica in ${region} is there`);
    if (encryption !== namespace._encryptionIn(region)) {
      const anywhere = inRegion(secret, secret._arnPattern, '*');
      encryption._key.addToKeyPolicy(useThroughSecretsManager({ account, region: [primaryRegion, region] }, [anywhere]));
    }
  }
}

function warnOfClosedReplica(secret: IConstruct, region: string): void {
  Annotations.of(secret).addWarningV2(`cdk-managed-secrets:guardRailMayDenyReplica-${region}`,
    `The namespace has GuardRail.denyOutsideVpcEndpoints, whose statement is copied to the replica in ${region}, and no endpoint is `
      + 'known there: '
    + 'every read of the replica is denied, unless its role is an exception. '
    + `Name the endpoints of ${region}: GuardRail.denyOutsideVpcEndpoints([…], { replicaVpcEndpointIds: { '${region}': ['vpce-…'] } }).`);
}

/** `prod/payments/key-a1b2c3`: the part of the ARN that a replica shares with its primary. */
function nameAndSuffix(secret: Replicated): string {
  return Fn.select(6, Fn.split(':', secret.secretArn));
}

/** Elsewhere, in another account too, the CDK knows the ARN of the secret without its suffix. */
function isWithin(env: ResourceEnvironment, scope: IConstruct): boolean {
  const { account, region } = Stack.of(scope);
  return account === env.account && region === env.region;
}
