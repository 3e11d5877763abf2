import { aws_kms as kms, type RemovalPolicy, Resource, type ResourceEnvironment, Stack, Token } from 'aws-cdk-lib';
import { Construct, type IConstruct } from 'constructs';
import { useThroughSecretsManager } from './key-policy';
import { SecretsKey } from './secrets-key';
import { fail } from '../../private/errors';
import { forKeyBesideSecrets } from '../../private/removal-policy';
import { SecretEncryption } from '../secret-encryption';

/** Longest alias that KMS accepts, with its prefix `alias/`. */
const MAX_ALIAS_LENGTH = 256;

const ALIAS = /^alias\/[A-Za-z0-9/_-]+$/;

/** A namespace, as its key sees it. */
export interface KeyOwner extends Construct {
  readonly env: ResourceEnvironment;
  readonly prefix: string;
  readonly removalPolicy: RemovalPolicy;
  readonly replicaRegions: string[];
  readonly secretArnForPolicies: string;
  readonly tags: { [key: string]: string };
}

/** What a namespace needs of its key, be it in one region or in several. */
export interface NamespaceKey {
  encryptionIn(region: string): SecretEncryption | undefined;
  /** Absent where there is no replica key of this app. */
  stackOfReplica(region: string): Stack | undefined;
  /** Lets the key serve a secret whose name is outside of the prefix. */
  allowUse(secretArnPattern: string): void;
}

/** The key of a namespace without replicas: its own, in its own stack, or one that it was given. The AWS managed key is in every region. */
export class SingleRegionKey implements NamespaceKey {
  private readonly encryption: SecretEncryption;

  constructor(private readonly namespace: KeyOwner, given?: SecretEncryption) {
    this.encryption = given ? withAlias(namespace, given) : createKey(namespace);
    if (given) this.allowUse(namespace.secretArnForPolicies);
  }

  public encryptionIn(region: string): SecretEncryption | undefined {
    const { env, replicaRegions } = this.namespace;
    return region === env.region || (isAwsManaged(this.encryption) && replicaRegions.includes(region)) ? this.encryption : undefined;
  }

  public stackOfReplica(): undefined {
    return undefined;
  }

  public allowUse(secretArnPattern: string): void {
    const { key } = this.encryption._key;
    if (key) allowUseOf(key, this.namespace.env, secretArnPattern);
  }
}

/** The key that Secrets Manager makes and AWS manages: it has no policy of ours, and no price. */
export function isAwsManaged(encryption: SecretEncryption): boolean {
  return encryption._kmsKeyId === undefined;
}

function createKey(namespace: KeyOwner): SecretEncryption {
  const aliasName = keyAliasOf(namespace.node.path, namespace.prefix);
  const removalPolicy = forKeyBesideSecrets(namespace.removalPolicy);
  const key = new SecretsKey(namespace, 'Key', { ...keyProps(namespace), aliasName, removalPolicy });
  return SecretEncryption.customerManagedKey(key, aliasName);
}

function withAlias(namespace: KeyOwner, given: SecretEncryption): SecretEncryption {
  const { key, aliasName } = given._key;
  return key ? SecretEncryption.customerManagedKey(key, aliasOfGiven(namespace, key) ?? aliasName) : given;
}

/**
 * The alias by which those know the key who know the namespace by its names alone. A key of this app gets it here; whether an imported
 * one has it, nobody knows.
 */
function aliasOfGiven(namespace: KeyOwner, key: kms.IKey): string | undefined {
  const aliasName = possibleKeyAliasOf(namespace.prefix);
  if (aliasName === undefined || !Resource.isOwnedResource(key) || key.env.region !== namespace.env.region) return undefined;
  if (!hasAlias(key, aliasName) && !hasAlias(Stack.of(namespace), aliasName)) {
    new kms.Alias(new Construct(namespace, 'Key'), 'Alias', { aliasName, targetKey: key });
  }
  return aliasName;
}

/** An alias exists once in an account and region. */
function hasAlias({ node }: IConstruct, aliasName: string): boolean {
  return node.findAll().some(each => each instanceof kms.CfnAlias && each.aliasName === aliasName);
}

/** What every key of the namespace has, in whichever region. */
export function keyProps(namespace: KeyOwner) {
  return {
    description: `Secrets ${namespace.prefix}*, through Secrets Manager only`,
    removalPolicy: namespace.removalPolicy,
    secretArns: [namespace.secretArnForPolicies],
  };
}

/** A given key of this app gets the same statement of use as ours; an imported one holds it already, or its owner adds it. */
export function allowUseOf(key: kms.IKey, env: { account: string; region: string }, secretArnPattern: string): void {
  if (key instanceof SecretsKey) key._allowUse(secretArnPattern);
  else key.addToResourcePolicy(useThroughSecretsManager(env, [secretArnPattern]), true);
}

/** `alias/secrets/prod/payments`: the alias of the key of the namespace with that prefix. */
export function keyAliasOf(path: string, prefix: string): string {
  const alias = aliasOf(prefix);
  if (Token.isUnresolved(alias)) return alias;
  if (!ALIAS.test(alias)) {
    fail(path, 'the levels of a namespace with its own key must be letters, digits, _ and - (what a KMS alias allows), '
      + `got ${JSON.stringify(prefix)}; rename the level or give the namespace an \`encryption\``);
  }
  if (alias.length > MAX_ALIAS_LENGTH) {
    fail(path, `the key alias must be at most ${MAX_ALIAS_LENGTH} characters, got ${alias.length}; `
      + 'shorten the levels or give the namespace an `encryption`');
  }
  return alias;
}

/** The same alias, where KMS allows it. */
function possibleKeyAliasOf(prefix: string): string | undefined {
  const alias = aliasOf(prefix);
  return Token.isUnresolved(alias) || (ALIAS.test(alias) && alias.length <= MAX_ALIAS_LENGTH) ? alias : undefined;
}

function aliasOf(prefix: string): string {
  return `alias/secrets/${prefix.slice(0, -1)}`;
}
