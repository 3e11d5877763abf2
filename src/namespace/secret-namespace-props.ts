import type { aws_iam as iam, aws_secretsmanager as secretsmanager, RemovalPolicy, ResourceEnvironment, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { NameLevel } from './name-level';
import type { GuardRail } from '../access/guard-rail';
import type { SecretEncryption } from '../encryption/secret-encryption';
import { requireMade } from '../private/validation';

/**
 * A trust domain for secrets: a name prefix, a key, guard rails and tags.
 *
 * Not to be implemented: a `SecretNamespace` is one, and so is what `SecretNamespace.fromAttributes` returns. Secrets need more of them
 * than this interface shows.
 */
export interface ISecretNamespace extends IConstruct {
  /** The environment, such as `prod`. */
  readonly environment: string;

  /** The service that owns the secrets, such as `payments`. */
  readonly service: string;

  /** What every name in the namespace begins with, such as `prod/payments/`. */
  readonly prefix: string;

  /** The account and region of the secrets. */
  readonly env: ResourceEnvironment;

  /** The key of the secrets. */
  readonly encryption: SecretEncryption;

  /** What happens to a secret of this namespace when it leaves its stack, unless the secret says otherwise. */
  readonly removalPolicy: RemovalPolicy;

  /** Statements that every secret inherits in its resource policy. */
  readonly guardRails: GuardRail[];

  /** Tags that every secret carries. */
  readonly tags: { [key: string]: string };

  /** The owner, in another account, allows this app's account in the policies of the secrets and the key. */
  readonly sharedByOwner: boolean;

  /**
   * The regions, besides its own, in which the namespace has a key, and into which its secrets are replicated unless they say otherwise.
   */
  readonly replicaRegions: string[];

  /** Pattern that matches the ARNs of all secrets of the namespace. */
  readonly secretArnForPolicies: string;

  /**
   * The full name of the secret that serves a purpose, such as `prod/payments/stripe-api-key`.
   *
   * @param purpose one or more levels below the prefix
   */
  secretName(purpose: string): string;

  /**
   * Read every secret below the prefix, under the namespace's key. The policy has the same size for one secret and for a thousand.
   *
   * @param grantee the principal
   * @param versionStages the staging labels that may be read; all when left out
   */
  grantRead(grantee: iam.IGrantable, versionStages?: string[]): iam.Grant;

  /**
   * Store values in every secret below the prefix, under the namespace's key. The policy has the same size for one secret and for a
   * thousand.
   */
  grantWrite(grantee: iam.IGrantable): iam.Grant;

  /** Read and write values and move staging labels of every secret below the prefix, as a rotation function does. */
  grantRotate(grantee: iam.IGrantable): iam.Grant;

  /**
   * Operate every secret below the prefix: describe, rotate now, delete with a recovery window, restore and tag; no value, and no change of
   * key, policy or schedule.
   */
  grantManage(grantee: iam.IGrantable): iam.Grant;

  /**
   * Read every secret below the prefix, also with `BatchGetSecretValue`, whose statement names `*` because the action has no resource type.
   */
  grantBatchRead(grantee: iam.IGrantable): iam.Grant;

  /**
   * Read every secret below the prefix that has the same tags as the reader (ABAC). The policy has the same size for one team and for a
   * hundred. A secret or a reader without one of the tags, or with an empty one, matches nothing.
   *
   * Whoever may change these tags of a secret or of the reader decides who reads. `grantManage` does not change those of the namespace;
   * see the guide for session tags and for administrators.
   *
   * Throws an error for a tag that the namespace does not have, and where `grantRead` would.
   *
   * @param grantee the principal
   * @param tagKeys keys of tags of the namespace, such as `team` of `tags: { team: 'payments' }`; a secret may have another value
   * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access-abac.html
   */
  grantReadByTags(grantee: iam.IGrantable, tagKeys: string[]): iam.Grant;

  /**
   * Make this the namespace of everything below another scope too, such as the stage whose other stacks hold secrets.
   *
   * Throws an error when another namespace is the default of that scope already.
   */
  makeDefaultFor(scope: IConstruct): void;

  /**
   * Allow the namespace's key to be used, through Secrets Manager, for a secret whose name is outside of the prefix.
   *
   * Throws an error for a secret of another account or region, and for a pattern of every name.
   *
   * @param secretArn ARN, or pattern of the ARN, of a secret that was deployed before it joined the namespace
   */
  allowKeyUse(secretArn: string): void;

  /**
   * Takes a secret in: it gets the guard rails, and what is shared of the namespace when its prefix and its key cover the secret.
   *
   * @internal
   */
  _join(secret: secretsmanager.ISecret, isCovered: boolean): void;

  /**
   * Fails where `allowKeyUse` would, for a secret that does not exist yet.
   *
   * @internal
   */
  _requireKeyUse(secretArn: string): void;

  /**
   * The namespace's key in one of its regions; absent in every other.
   *
   * @internal
   */
  _encryptionIn(region: string): SecretEncryption | undefined;

  /**
   * The stack that creates the key of a replica region, for which the secrets wait; absent where this app does not create it.
   *
   * @internal
   */
  _stackOfReplicaKey(region: string): Stack | undefined;
}

/** The keys of the tags that a namespace gives its secrets. They differ, whatever the case. */
export interface NamespaceTagKeys {
  /**
   * The key of the tag that holds the environment.
   *
   * @default 'environment'
   */
  readonly environment?: string;

  /**
   * The key of the tag that holds the service.
   *
   * @default 'service'
   */
  readonly service?: string;

  /**
   * The key of the tag that holds the owner.
   *
   * @default 'owner'
   */
  readonly owner?: string;

  /**
   * The key of the tag that holds the cost center.
   *
   * @default 'cost-center'
   */
  readonly costCenter?: string;
}

/** What a namespace is called and what its secrets inherit. */
export interface SecretNamespaceOptions {
  /** The environment, such as `prod`: one level of letters, digits and `_+=.@-`. Becomes the tag `environment`. */
  readonly environment: string;

  /** The service that owns the secrets, such as `payments`: one level of letters, digits and `_+=.@-`. Becomes the tag `service`. */
  readonly service: string;

  /**
   * The levels of the prefix, in order. Environment and service stand in it once each; further levels are literals.
   *
   * @default - `[NameLevel.ENVIRONMENT, NameLevel.SERVICE]`, as in `prod/payments/`
   */
  readonly hierarchy?: NameLevel[];

  /**
   * Who answers for the secrets. Becomes the tag `owner`.
   *
   * @default - no such tag
   */
  readonly owner?: string;

  /**
   * Who pays for the secrets. Becomes the tag `cost-center`.
   *
   * @default - no such tag
   */
  readonly costCenter?: string;

  /**
   * The keys of the tags above, where the organization has keys of its own. Policies may rest on these tags (ABAC): whoever has
   * `grantManage` cannot change them.
   *
   * @default - `environment`, `service`, `owner` and `cost-center`
   * @see https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html
   */
  readonly tagKeys?: NamespaceTagKeys;

  /**
   * Further tags of the key and of every secret.
   *
   * @default - only the tags above
   */
  readonly tags?: { [key: string]: string };

  /**
   * Statements that every secret inherits in its resource policy, each factory once, and `GuardRail.fromStatement` once for each `sid`.
   *
   * @default - a secret has no resource policy until a statement is added to it
   */
  readonly guardRails?: GuardRail[];

  /**
   * What happens to the key and the secrets when they leave their stack. CloudFormation deletes a secret at once, without the
   * recovery window of 7 to 30 days.
   *
   * By default they are kept, and only what a failed deployment has just created is deleted, so that it can be repeated. A key in the stack
   * of its secrets is kept then, too (`RemovalPolicy.RETAIN`), because a deployed secret may have moved to it.
   *
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * For jsii, which shows the members above as those of the two below. It stands apart, because the TypeScript declarations leave out what
 * has the tag, and the two extend the above.
 *
 * @internal
 */
export interface SecretNamespaceOptions {}

/** Properties of `SecretNamespace`. */
export interface SecretNamespaceProps extends SecretNamespaceOptions {
  /**
   * The key of all secrets in the namespace: `SecretEncryption.customerManagedKey(key)` or `SecretEncryption.awsManagedKey()`.
   *
   * A customer managed key of this app gets the statement that lets the account use it through
   * Secrets Manager for these secrets; the policy of an imported key must hold it already. What else that key's policy
   * allows is yours to answer for: the default policy of `kms.Key` lets every principal with `kms:Decrypt` bypass Secrets Manager.
   *
   * A key of this app also gets the alias `alias/secrets/<environment>/<service>`, unless it has it, by which `fromAttributes` without an
   * `encryption` knows it. An imported key must have it already; where it has not, give `encryption` there.
   *
   * The AWS managed key costs nothing, and suits development. Whoever may read a secret needs no permission on it, and it never serves
   * another account: sharing such a secret is an error.
   *
   * @default - a customer managed key that only Secrets Manager can use, with yearly rotation and the alias
   *   of the prefix, as in `alias/secrets/prod/payments`
   */
  readonly encryption?: SecretEncryption;

  /**
   * Regions into which every secret of the namespace is replicated, unless its `replicas` say otherwise, under a key of their own region.
   * The key of the namespace is then a multi-Region key, in stacks of its own named `<stack>-keys-<region>`: its primary, and a replica in
   * each of these regions. They are deployed before the stacks of the secrets.
   *
   * A key cannot become multi-Region later. Setting this for a deployed namespace creates another key, moves the alias and the
   * secrets to it, and retains the old one, which older versions of the secrets may still need; see the guide on replica promotion.
   *
   * @default - a key of one region
   * @see https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html
   */
  readonly replicaRegions?: string[];
}

/** What is known of a namespace that another stack, app or account owns. */
export interface SecretNamespaceAttributes extends SecretNamespaceOptions {
  /**
   * The namespace's key.
   *
   * @default - the key is known by the alias of the prefix, as in `alias/secrets/prod/payments`
   */
  readonly encryption?: SecretEncryption;

  /**
   * The account that owns the namespace.
   *
   * @default - the account of this stack
   */
  readonly account?: string;

  /**
   * The region of the namespace.
   *
   * @default - the region of this stack
   */
  readonly region?: string;

  /**
   * Regions, besides the namespace's own, in which its secrets have replicas: reads are granted there too, and a secret that is created in
   * the namespace is replicated there. A secret that is not replicated is not there to be read.
   *
   * @default - its own region alone
   */
  readonly replicaRegions?: string[];

  /**
   * Whether the owner's resource policies and key policy let this app's account in. When false, a grant to a principal of an
   * account other than the owner's throws an error that holds the statements the owner must add.
   *
   * @default false
   */
  readonly sharedByOwner?: boolean;
}

/** JavaScript passes its prefix, or null. */
export function requireNamespace(path: string, namespace: ISecretNamespace | undefined | null): void {
  requireMade(path, 'namespace', namespace, { member: '_encryptionIn', words: 'a SecretNamespace' });
}
