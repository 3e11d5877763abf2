import { Annotations, aws_secretsmanager as secretsmanager, Fn, Lazy, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { useThroughSecretsManager } from '../../encryption/private/key-policy';
import type { SecretEncryption } from '../../encryption/secret-encryption';
import { ARN_SUFFIX_PATTERN, inRegion, secretArn } from '../../private/arns';
import { fail } from '../../private/errors';
import { claimSecretName } from '../../private/name-register';
import { requireReplicaRegions } from '../../private/regions';
import { dependsOn, deployStackAfter } from '../../private/stack-order';
import { ManagedSecret } from '../managed-secret';
import type { IManagedSecret } from '../managed-secret-props';
import type { ReplicaRegion } from '../replica-region';

/**
 * The replicas of a managed secret: part of every construct that replicates. It puts them into the secret's own resource, so that
 * CloudFormation makes them with the secret and removes them before it, and makes the secret's grants cover them.
 */
export class Replication {
  private readonly replicas: Replica[];
  private readonly views = new Map<string, IManagedSecret>();

  /** @param regions every replica region of the secret's namespace when left out */
  constructor(private readonly secret: ManagedSecret, regions?: ReplicaRegion[]) {
    this.replicas = settle(secret, regions);
    if (this.replicas.length === 0) warnOfRemoval(secret);
    else this.replicate();
  }

  private replicate(): void {
    const { secret } = this;
    const resource = secret.node.defaultChild as secretsmanager.CfnSecret;
    resource.replicaRegions = this.replicas.map(({ region, kmsKeyId }) => ({ region, kmsKeyId }));
    const nameInArn = this.nameInArn();
    secret._replicas = this.replicas.map(({ region, encryption }) => ({
      region,
      secretArns: [secretArn(secret, { ...secret.env, region }, nameInArn)],
      arnPattern: inRegion(secret, secret._arnPattern, region),
      encryption,
    }));
    secret._arnForGrants = this.primaryArn(nameInArn);
    this.replicas.forEach(replica => this.complete(replica));
  }

  public get regions(): string[] {
    return this.replicas.map(({ region }) => region);
  }

  /** The replica as a secret of its region, by its name alone. */
  public replica(region: string): IManagedSecret {
    const replica = this.replicas.find(each => each.region === region);
    if (replica === undefined) {
      fail(this.secret.node.path, `\`replica\` must be asked for a region of the secret's replicas, got ${JSON.stringify(region)}; `
        + `there are ${this.regions.join(', ') || 'none'}`);
    }
    const known = this.views.get(region) ?? this.view(replica);
    this.views.set(region, known);
    return known;
  }

  private view({ region, encryption }: Replica): IManagedSecret {
    const { secret } = this;
    const arn = (name: string) => secretArn(secret, { ...secret.env, region }, name);
    return ManagedSecret.fromAttributes(secret, `Replica-${region}`, {
      ...(secret._name === undefined ? { secretCompleteArn: arn(nameAndSuffix(secret)) } : { secretPartialArn: arn(secret._name) }),
      encryption,
      _createdBy: secret,
    });
  }

  /** Name and suffix in a stack of the primary's account and region; in any other, the name, so that nothing refers across regions. */
  private nameInArn(): string {
    const { secret } = this;
    const exact = nameAndSuffix(secret);
    return Lazy.uncachedString({
      produce: ({ scope }) => secret._name === undefined || isWithin(secret.env, scope) ? exact : `${secret._name}${ARN_SUFFIX_PATTERN}`,
    });
  }

  private primaryArn(nameInArn: string): string {
    const { secret } = this;
    const elsewhere = secretArn(secret, secret.env, nameInArn);
    return Lazy.uncachedString({ produce: ({ scope }) => isWithin(secret.env, scope) ? secret.secretArnForPolicies : elsewhere });
  }

  private complete({ region, encryption, createdIn }: Replica): void {
    const { secret } = this;
    const { account, region: primaryRegion } = secret.env;
    if (secret._name !== undefined) claimSecretName(secret, secret._name, { account, region });
    if (secret._guardRails.some(each => each._closesReplicaIn(region))) warnOfClosedReplica(secret, region);
    if (createdIn) deployStackAfter(Stack.of(secret), createdIn, `the key of the replica in ${region} is there`);
    if (encryption !== secret.namespace._encryptionIn(region)) {
      encryption._addToKeyPolicy(useThroughSecretsManager({ account, region: [primaryRegion, region] }, [inRegion(secret, secret._arnPattern, '*')]));
    }
  }
}

/** A replica with its key. */
interface Replica {
  readonly region: string;
  readonly encryption: SecretEncryption;
  readonly kmsKeyId?: string;
  /** The stack of its key; absent where none of this app creates it. */
  readonly createdIn?: Stack;
}

function settle(secret: ManagedSecret, regions?: ReplicaRegion[]): Replica[] {
  const { namespace, node: { path } } = secret;
  const chosen = regions ?? namespace.replicaRegions.map(region => ({ region, encryption: undefined }));
  if (regions === undefined && chosen.length === 0) {
    fail(path, `\`replicas\` must be given, because ${namespace.node.path} has no \`replicaRegions\`; give the namespace \`replicaRegions\`, or list the regions here`);
  }
  requireReplicaRegions(path, 'replicas', secret.env, chosen.map(({ region }) => region));
  return chosen.map(({ region, encryption }) => withKey(secret, region, encryption));
}

function withKey(secret: ManagedSecret, region: string, given?: SecretEncryption): Replica {
  const { namespace, node: { path } } = secret;
  const encryption = given ?? namespace._encryptionIn(region);
  if (encryption === undefined) {
    fail(path, `the replica in ${region} must have a key, and ${namespace.node.path} has none there; add ${region} to \`replicaRegions\` of the namespace, `
      + 'give the replica its `encryption`, or choose SecretEncryption.awsManagedKey()');
  }
  const kmsKeyId = encryption._keyIdForReplica(path, region);
  const createdIn = given ? given._stackOfKey() : namespace._stackOfReplicaKey(region);
  if (createdIn) requireOrder(secret, region, createdIn);
  return { region, encryption, createdIn, kmsKeyId };
}

/** Secrets Manager fails to replicate, and the stack says it is complete, when the key of the replica comes after the secret. */
function requireOrder(secret: ManagedSecret, region: string, stackOfKey: Stack): void {
  const stack = Stack.of(secret);
  if (!dependsOn(stackOfKey, stack)) return;
  fail(secret.node.path, `the key of the replica in ${region} must be deployed before the secret, but ${stackOfKey.node.path} waits for ${stack.node.path}, `
    + `the stack of the secret; move the key on which it depends out of ${stack.node.path} into a stack of its own, or leave \`key\` of the namespace out`);
}

function warnOfClosedReplica(secret: ManagedSecret, region: string): void {
  Annotations.of(secret).addWarningV2(`cdk-managed-secrets:guardRailMayDenyReplica-${region}`,
    `The namespace has GuardRail.denyOutsideVpcEndpoints, whose statement is copied to the replica in ${region}, and no endpoint is known there: `
    + 'every read of the replica is denied, unless its role is an exception. '
    + `Name the endpoints of ${region}: GuardRail.denyOutsideVpcEndpoints([…], { replicaVpcEndpointIds: { '${region}': ['vpce-…'] } }).`);
}

function warnOfRemoval(secret: ManagedSecret): void {
  Annotations.of(secret).addWarningV2('cdk-managed-secrets:replicasRemoved',
    'The secret is to have no replicas. Those that are deployed are deleted at once, also where the secret itself is retained: its removal policy '
    + 'does not hold for them, and CloudFormation removes them by updating the secret. What reads them fails from then on. Promote those that are to stay first.');
}

/** `prod/payments/key-a1b2c3`: the part of the ARN that a replica shares with its primary. */
function nameAndSuffix(secret: ManagedSecret): string {
  return Fn.select(6, Fn.split(':', secret.secretArn));
}

/** Elsewhere, in another account too, the CDK knows the ARN of the secret without its suffix. */
function isWithin(env: { account: string; region: string }, scope: IConstruct): boolean {
  const { account, region } = Stack.of(scope);
  return account === env.account && region === env.region;
}
