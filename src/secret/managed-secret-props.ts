import type { aws_iam as iam, aws_secretsmanager as secretsmanager, RemovalPolicy } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { DeployedName } from './deployed-name';
import type { ReplicaRegion } from './replica-region';
import type { SecretContent } from './secret-content';
import type { RegionalAccess } from '../access/private/regional-access';
import type { SecretEncryption } from '../encryption/secret-encryption';
import type { ISecretNamespace } from '../namespace/secret-namespace-props';

/** A secret whose grants cover its key, and are complete or refused. */
export interface IManagedSecret extends secretsmanager.ISecret {
  /** The key under which the secret is encrypted. */
  readonly encryption: SecretEncryption;

  /**
   * The ARN as a policy must name it: complete where it is known, else with `-??????` in place of the suffix.
   * What the L2 keeps to itself as `arnForPolicies`.
   */
  readonly secretArnForPolicies: string;

  /** Read and write values and move staging labels, as a rotation function does. */
  grantRotate(grantee: iam.IGrantable): iam.Grant;

  /** Describe, rotate now, delete with a recovery window, restore and tag; no value, and no change of key, policy or schedule. */
  grantManage(grantee: iam.IGrantable): iam.Grant;

  /**
   * Read, also with `BatchGetSecretValue`, whose statement names `*` because the action has no resource type.
   *
   * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html
   */
  grantBatchRead(grantee: iam.IGrantable): iam.Grant;
}

/** Properties of `ManagedSecret`. */
export interface ManagedSecretProps {
  /**
   * The namespace that names, encrypts, guards and tags the secret.
   *
   * @default - the namespace of the nearest enclosing scope, `SecretNamespace.of(this)`
   */
  readonly namespace?: ISecretNamespace;

  /**
   * What the secret is for: its name below the namespace's prefix, such as `stripe-api-key`. Letters, digits, `_+=.@-`, and `/`
   * between levels; not ending in a hyphen and six letters or digits.
   *
   * @default - required, unless the secret is deployed already and keeps its `deployedName`
   */
  readonly purpose?: string;

  /**
   * The name of a deployed secret that moves into the namespace and keeps its name, in place of a `purpose`.
   *
   * @default - the prefix of the namespace and the purpose
   */
  readonly deployedName?: DeployedName;

  /**
   * Where the value comes from.
   *
   * @default - one generated password of 32 characters
   */
  readonly content?: SecretContent;

  /**
   * What the secret is for, in a sentence, at most 2048 characters.
   *
   * @default - no description
   */
  readonly description?: string;

  /**
   * Further tags; a tag of the namespace with the same key gives way.
   *
   * @default - the tags of the namespace
   */
  readonly tags?: { [key: string]: string };

  /**
   * The key of this secret, where it is not the namespace's.
   *
   * @default - the key of the namespace
   */
  readonly encryption?: SecretEncryption;

  /**
   * The regions into which the secret is replicated, each with its key.
   *
   * An empty list keeps the secret in its own region, whatever its namespace says. CloudFormation deletes a replica at once when its region
   * leaves the list, although the secret itself is retained.
   *
   * @default - every region of `replicaRegions` of the namespace, under the namespace's key there
   * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets.html
   */
  readonly replicas?: ReplicaRegion[];

  /**
   * What happens to the secret when it leaves its stack. CloudFormation deletes it at once, without a recovery window.
   *
   * @default - that of the namespace, which is RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE unless it says otherwise
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * The defaults of an organization for `ManagedSecret` are in these props already.
   *
   * @internal
   */
  readonly _isInjected?: boolean;
}

/** What is known of a secret that this app does not own. Exactly one of the two ARNs and the name. */
export interface ManagedSecretAttributes {
  /**
   * The ARN with its suffix of six characters.
   *
   * @default - given by `secretPartialArn` or `secretName`
   */
  readonly secretCompleteArn?: string;

  /**
   * The ARN without its suffix.
   *
   * @default - given by `secretCompleteArn` or `secretName`
   */
  readonly secretPartialArn?: string;

  /**
   * The name, of a secret of this stack's account and region.
   *
   * @default - given by `secretCompleteArn` or `secretPartialArn`
   */
  readonly secretName?: string;

  /** The key under which the secret is encrypted; a grant is incomplete without it. */
  readonly encryption: SecretEncryption;

  /**
   * Whether the resource policy and the key policy of the owner, in another account, let this app's account in. When false, a
   * grant to a principal of another account than the owner's throws an error that holds the statements the owner must add.
   *
   * @default false
   */
  readonly sharedByOwner?: boolean;

  /**
   * What creates the secret, when that is this app after all: grantees wait for it.
   *
   * @internal
   */
  readonly _createdBy?: IConstruct;

  /**
   * Where else the secret can be read.
   *
   * @internal
   */
  readonly _replicas?: RegionalAccess[];

  /**
   * The tags of its namespace, on which policies may rest.
   *
   * @internal
   */
  readonly _tags?: { [key: string]: string };
}

/** A secret that another stack or app owns, by its names. */
export interface NamespacedSecretAttributes {
  /**
   * The namespace of the secret.
   *
   * @default - the namespace of the nearest enclosing scope, `SecretNamespace.of(this)`
   */
  readonly namespace?: ISecretNamespace;

  /** The purpose of the secret: its name below the prefix. */
  readonly purpose: string;
}
