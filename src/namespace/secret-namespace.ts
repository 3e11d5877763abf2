import { type aws_iam as iam, type ResourceEnvironment, Stack, Tags, Token } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import type { GuardRail } from '../access/guard-rail';
import { findNamespace, offerNamespace } from './private/default-namespace';
import { ImportedNamespace } from './private/imported-namespace';
import { SecretNamespaceBase, settlePrefix } from './private/namespace-base';
import {
  type ISecretNamespace, requireNamespace, type SecretNamespaceAttributes, type SecretNamespaceProps,
} from './secret-namespace-props';
import type { Shares } from '../access/private/sharing';
import { MultiRegionKey, requireMultiRegionKey } from '../encryption/private/multi-region-key';
import { isAwsManaged, keyAliasOf, type NamespaceKey, SingleRegionKey } from '../encryption/private/namespace-key';
import { requireEncryption, type SecretEncryption } from '../encryption/secret-encryption';
import { fail, pathOf } from '../private/errors';
import { claimPrefix, requireFreePrefix } from '../private/name-register';
import { withInjected } from '../private/property-injection';
import { requireReplicaRegions } from '../private/regions';
import { requirePartition, requireText, SECRET_ARN_PATTERN } from '../private/validation';

/**
 * A trust domain for secrets: one name prefix, one customer managed key that only Secrets Manager can use, guard rails and tags.
 *
 * Create one in each stage; the secrets below the same scope find it by themselves.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/best-practices.html
 */
export class SecretNamespace extends SecretNamespaceBase {
  /** The name of this class for a property injector. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-managed-secrets.SecretNamespace';

  /**
   * The namespace that holds for a scope: the one that was set on, or created in, the nearest enclosing scope.
   *
   * Throws an error when there is none, or when the nearest scope has several.
   */
  public static of(scope: IConstruct): ISecretNamespace {
    return findNamespace(scope, scope.node.path);
  }

  /**
   * The one that is given, or as `of`, for a construct that does not exist yet: the error names its path.
   *
   * @internal
   */
  public static _find(scope: IConstruct, path: string, given?: ISecretNamespace): ISecretNamespace {
    requireNamespace(path, given);
    return given ?? findNamespace(scope, path);
  }

  /**
   * A namespace that another stack, app or account owns, known by its names.
   *
   * Secrets can be created in it when it is of this stack's account and region: hand it to them as `namespace`, or call
   * `makeDefaultFor`. The levels, tags and guard rails must be those that its owner gave it.
   */
  public static fromAttributes(scope: Construct, id: string, attributes: SecretNamespaceAttributes): ISecretNamespace {
    return new ImportedNamespace(scope, id, attributes);
  }

  public readonly env: ResourceEnvironment;
  public readonly encryption: SecretEncryption;
  public readonly sharedByOwner = false;
  public readonly replicaRegions: string[];

  /** @internal */
  public readonly _shares: Shares = { readers: [] };

  private readonly key: NamespaceKey;

  constructor(scope: Construct, id: string, props: SecretNamespaceProps) {
    props = withInjected(SecretNamespace.PROPERTY_INJECTION_ID, scope, id, props);
    const { account, region } = Stack.of(scope);
    const prefix = settle(scope, pathOf(scope, id), props);
    super(scope, id, prefix, props);
    this.env = { account, region };
    this.replicaRegions = props.replicaRegions ?? [];
    [region, ...this.replicaRegions].forEach(each => claimPrefix(this, prefix, { account, region: each }));
    Object.entries(this.tags).forEach(([key, value]) => Tags.of(this).add(key, value));
    this.key = needsKeyInEachRegion(props) ? new MultiRegionKey(this, props.encryption) : new SingleRegionKey(this, props.encryption);
    this.encryption = this.key.encryptionIn(region)!;
    offerNamespace(scope, this);
  }

  /** @internal */
  public _encryptionIn(region: string): SecretEncryption | undefined {
    return this.key.encryptionIn(region);
  }

  /** @internal */
  public _stackOfReplicaKey(region: string): Stack | undefined {
    return this.key.stackOfReplica(region);
  }

  /** @internal */
  public get _guardRails(): GuardRail[] {
    return this.guardRails;
  }

  /** @internal */
  public _addToResourcePolicies(statement: iam.PolicyStatement): void {
    this._addToEverySecret(statement);
  }

  /** @internal */
  public get _arnPattern(): string {
    return this.secretArnForPolicies;
  }

  public allowKeyUse(secretArn: string): void {
    requireOwnSecret(this.node.path, this.env, secretArn);
    this.key.allowUse(secretArn);
  }
}

/** The prefix, when all else is good too: nothing is created before. */
function settle(scope: Construct, path: string, props: SecretNamespaceProps): string {
  const stack = Stack.of(scope);
  const { account, region } = stack;
  const replicaRegions = props.replicaRegions ?? [];
  requireEncryption(path, props.encryption);
  requireReplicaRegions(path, 'replicaRegions', { account, region }, replicaRegions);
  const prefix = settlePrefix(path, region, props);
  [region, ...replicaRegions].forEach(each => requireFreePrefix(path, stack, prefix, { account, region: each }));
  if (needsKeyInEachRegion(props)) requireMultiRegionKey(path, stack, { prefix, replicaRegions }, props.encryption);
  else if (props.encryption === undefined) keyAliasOf(path, prefix);
  return prefix;
}

function needsKeyInEachRegion({ replicaRegions = [], encryption }: SecretNamespaceProps): boolean {
  return replicaRegions.length > 0 && !(encryption && isAwsManaged(encryption));
}

/** The key serves secrets of its own account and region, and not all of them. */
function requireOwnSecret(path: string, { account, region }: ResourceEnvironment, secretArn: string): void {
  requireText(path, 'secretArn', secretArn, SECRET_ARN_PATTERN);
  if (Token.isUnresolved(secretArn)) return;
  const [, , , regionOfSecret, accountOfSecret] = secretArn.split(':');
  requirePartition(path, 'secretArn', region, [secretArn]);
  for (const [own, theirs] of [[account, accountOfSecret], [region, regionOfSecret]]) {
    if (Token.isUnresolved(own) || own === theirs) continue;
    fail(path, `\`secretArn\` must be of the namespace's own ${own}, got ${JSON.stringify(secretArn)}; the key serves no other account `
      + 'and region');
  }
}
