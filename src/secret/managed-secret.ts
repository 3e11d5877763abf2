import {
  aws_iam as iam, type aws_kms as kms, aws_secretsmanager as secretsmanager, RemovalPolicy, type SecretsManagerSecretOptions,
  type SecretValue,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { IManagedSecret, ManagedSecretAttributes, ManagedSecretProps, NamespacedSecretAttributes } from './managed-secret-props';
import { AttachedSecret } from './private/attached-secret';
import { failOnImportOfL2 } from './private/import-of-the-l2';
import { ImportedSecret } from './private/imported-secret';
import { Replicas } from './private/replicas';
import { dynamicReference, dynamicReferenceKey } from './private/resolved-once';
import { hardenResourcePolicy, keepPolicyOfAttachment, requireNotPublic } from './private/resource-policy';
import { addRotationSchedule } from './private/rotation-wiring';
import { completeResource, requireOwnResource, resourceOf } from './private/secret-resource';
import { settle, Settings } from './private/settings';
import type { GuardRail } from '../access/guard-rail';
import type { RegionalAccess } from '../access/private/regional-access';
import { SecretGrants } from '../access/private/secret-grants';
import { share, type Shares } from '../access/private/sharing';
import type { SecretEncryption } from '../encryption/secret-encryption';
import { warnOfAmbiguousName } from '../namespace/private/secret-name';
import type { ISecretNamespace } from '../namespace/secret-namespace-props';
import { secretArn } from '../private/arns';
import { fail } from '../private/errors';
import { warnOfDeployment } from '../private/guarded-deployment';
import { claimSecretName } from '../private/name-register';
import { refuseSecondSchedules } from '../private/one-schedule';
import { failOnInjected, withInjected } from '../private/property-injection';
import { addTags } from '../private/tags';

/**
 * A secret that is named in a hierarchy, encrypted under a key that only Secrets Manager can use, readable by exactly those it
 * was granted to, and kept when its stack goes.
 *
 * It is an L2 `Secret`: whatever takes an `ISecret` takes it, and gets its grants. Replacing `new Secret(this, 'X')` by
 * `new ManagedSecret(this, 'X')` keeps the logical id.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/intro.html
 *
 * @example
 * const secrets = new SecretNamespace(this, 'Secrets', { environment: 'prod', service: 'payments' });
 * const apiKey = new ManagedSecret(this, 'ApiKey', { namespace: secrets, purpose: 'stripe-api-key' });
 * apiKey.grantRead(checkoutFunction);
 */
export class ManagedSecret extends secretsmanager.Secret implements IManagedSecret {
  /** The name of this class for a property injector. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-managed-secrets.ManagedSecret';

  /**
   * A secret of this stack's account and region that another stack or app owns, by its full name.
   *
   * @param encryption the key under which it is encrypted
   */
  public static fromName(scope: Construct, id: string, secretName: string, encryption: SecretEncryption): IManagedSecret {
    return new ImportedSecret(scope, id, { secretName, encryption });
  }

  /**
   * A secret that another stack, app or account owns, by its complete ARN, with the suffix of six characters.
   *
   * @param encryption the key under which it is encrypted
   */
  public static fromArn(scope: Construct, id: string, secretCompleteArn: string, encryption: SecretEncryption): IManagedSecret {
    return new ImportedSecret(scope, id, { secretCompleteArn, encryption });
  }

  /** A secret that another stack, app or account owns, by what is known of it. */
  public static fromAttributes(scope: Construct, id: string, attributes: ManagedSecretAttributes): IManagedSecret {
    return new ImportedSecret(scope, id, attributes);
  }

  /** A secret that another stack, app or account owns, by its namespace and its purpose alone. */
  public static fromNamespace(scope: Construct, id: string, attributes: NamespacedSecretAttributes): IManagedSecret {
    return ImportedSecret.ofPurpose(scope, id, attributes);
  }

  /** Throws an error: an import without its key has half a grant. Use `fromArn`. */
  public static fromSecretCompleteArn(scope: Construct, id: string, _secretCompleteArn: string): secretsmanager.ISecret {
    return failOnImportOfL2(scope, id, 'fromSecretCompleteArn', 'ManagedSecret.fromArn');
  }

  /** Throws an error: an import without its key has half a grant. Use `fromAttributes`. */
  public static fromSecretPartialArn(scope: Construct, id: string, _secretPartialArn: string): secretsmanager.ISecret {
    return failOnImportOfL2(scope, id, 'fromSecretPartialArn', 'ManagedSecret.fromAttributes');
  }

  /** Throws an error: an import without its key has half a grant. Use `fromName` or `fromNamespace`. */
  public static fromSecretNameV2(scope: Construct, id: string, _secretName: string): secretsmanager.ISecret {
    return failOnImportOfL2(scope, id, 'fromSecretNameV2', 'ManagedSecret.fromName');
  }

  /** Throws an error: the L2's import grants nothing on an imported key. Use `fromAttributes`. */
  public static fromSecretAttributes(scope: Construct, id: string, _attrs: secretsmanager.SecretAttributes): secretsmanager.ISecret {
    return failOnImportOfL2(scope, id, 'fromSecretAttributes', 'ManagedSecret.fromAttributes');
  }

  /**
   * The props of a subclass with the defaults for that class, and then for this one, as for constructs of the CDK. This constructor gives
   * what is returned no defaults again.
   *
   * @internal
   */
  public static _withInjected<Props extends ManagedSecretProps>(uniqueId: string, scope: Construct, id: string, props: Props): Props {
    return { ...withInjected(ManagedSecret.PROPERTY_INJECTION_ID, scope, id, withInjected(uniqueId, scope, id, props)), _isInjected: true };
  }

  /** The namespace of the secret. */
  public readonly namespace: ISecretNamespace;

  /** The key under which the secret is encrypted. */
  public readonly encryption: SecretEncryption;

  /** @internal */
  public readonly _grants: SecretGrants;

  /** @internal */
  public readonly _arnPattern: string;

  /** @internal */
  public readonly _shares: Shares = { readers: [] };

  /**
   * Absent when CloudFormation made the name.
   *
   * @internal
   */
  public readonly _name?: string;

  private readonly _replication: Replicas;

  private readonly _removalPolicy: RemovalPolicy;

  constructor(scope: Construct, id: string, props: ManagedSecretProps = {}) {
    const settings = settle(scope, id, props._isInjected ? props : withInjected(ManagedSecret.PROPERTY_INJECTION_ID, scope, id, props));
    super(scope, id, settings.forL2);
    requireOwnResource(this, settings);
    completeResource(this, settings);
    this.namespace = settings.namespace;
    this.encryption = settings.encryption;
    this._removalPolicy = settings.removalPolicy;
    this._name = settings.name;
    this._arnPattern = secretArn(this, this.env, settings.name !== undefined ? `${settings.name}-??????`
      : `${resourceOf(this).logicalId}-*`);
    this._replication = new Replicas(this, settings.replicas);
    this._grants = this._createGrants();
    this._claimName(settings);
    this._joinNamespace(settings);
    refuseSecondSchedules(this);
    warnOfDeployment(this, settings.namespace.guardRails, settings.removalPolicy);
  }

  public get secretArnForPolicies(): string {
    return this.arnForPolicies;
  }

  /** The regions in which the secret can be read, its own first: the order in which a client that fails over tries them. */
  public get readRegions(): string[] {
    return [this.env.region, ...this._replication.regions];
  }

  /**
   * The replica in a region, for stacks of that region: its ARN and its grants are that region's.
   *
   * The ARN lacks the suffix of six characters, which no other region knows; Secrets Manager and the constructs that take
   * a secret find the replica by it. What is granted a read is deployed after the secret.
   *
   * @param region one of the regions of `replicas`
   */
  public replica(region: string): IManagedSecret {
    return this._replication.in(region);
  }

  /** Throws an error: a grant covers the replicas that there are when it is made, so that all of them stand in `replicas`. */
  public addReplicaRegion(region: string, _encryptionKey?: kms.IKeyRef): void {
    // While the L2's constructor runs, only a property injector can have asked for it.
    if (this.namespace === undefined) {
      failOnInjected(this.node.path, 'Secret', { prop: 'replicaRegions', remedy: 'set `replicas` by an injector of `ManagedSecret`' });
    }
    fail(this.node.path, '`replicas` must hold every region, because grants cover those that are known; '
      + `add ReplicaRegion.of(${JSON.stringify(region)}) there`);
  }

  /**
   * Read the value, also of every replica: `GetSecretValue`, `DescribeSecret`, and `kms:Decrypt` through Secrets Manager for this secret.
   * Throws an error when it could not be complete; the error holds the statements to add by hand.
   *
   * @param grantee a principal whose policy this app can write, such as a role or a function; a role of another account must have a name
   * @param versionStages the staging labels that may be read, such as `AWSCURRENT`; the client must then name the label in each call. All
   *   when left out.
   */
  public grantRead(grantee: iam.IGrantable, versionStages?: string[]): iam.Grant {
    return this._grants.read(grantee, versionStages);
  }

  /**
   * Store new values and move staging labels, and no more: `PutSecretValue`, `UpdateSecretVersionStage`, and the key through Secrets
   * Manager for this secret. Throws an error when it could not be complete; the error holds the statements to add by hand.
   *
   * @param grantee a principal whose policy this app can write, such as a role or a function; a role of another account must have a name
   */
  public grantWrite(grantee: iam.IGrantable): iam.Grant {
    return this._grants.write(grantee);
  }

  public grantRotate(grantee: iam.IGrantable): iam.Grant {
    return this._grants.rotate(grantee);
  }

  public grantManage(grantee: iam.IGrantable): iam.Grant {
    return this._grants.manage(grantee);
  }

  public grantBatchRead(grantee: iam.IGrantable): iam.Grant {
    return this._grants.batchRead(grantee);
  }

  /**
   * Rotates the secret by a function of yours, or by one of AWS. For a database user, `RotatedDatabaseSecret` does more.
   *
   * The function is granted what it needs for secret and key, unless its role is not known: a warning then says what to add. Nobody of
   * the account can delete the secret from then on. Throws an error when the secret has a schedule, because Secrets Manager keeps one.
   *
   * @param id the id of the schedule
   * @param options the function, and how often it rotates
   */
  public addRotationSchedule(id: string, options: secretsmanager.RotationScheduleOptions): secretsmanager.RotationSchedule {
    const { _grants: grants, encryption, namespace: { guardRails: guards } } = this;
    return addRotationSchedule({ secret: this, scope: this, grants, encryption, guards }, id, options);
  }

  /**
   * Adds a statement to the one resource policy of the secret, which has the removal policy of the secret, and at most 20,480 characters.
   * Throws an error for a statement that lets everybody in; with `BlockPublicPolicy`, Secrets Manager refuses what it finds public besides.
   *
   * @param statement its resource is `*`, because the policy is copied to the replicas
   */
  public addToResourcePolicy(statement: iam.PolicyStatement): iam.AddToResourcePolicyResult {
    requireNotPublic(this, statement);
    const isFirst = this.node.tryFindChild('Policy') === undefined;
    const result = super.addToResourcePolicy(statement);
    if (isFirst) hardenResourcePolicy(this, this._removalPolicy);
    return result;
  }

  /**
   * Lets CloudFormation write engine, host and port of a database into the secret, which must be a JSON object. What is returned is the
   * same secret, and whoever uses it waits for the attachment. Throws an error at the second call, because a secret holds one connection.
   *
   * @param target the database
   */
  public attach(target: secretsmanager.ISecretAttachmentTarget): secretsmanager.ISecret {
    return AttachedSecret.attach(this, target);
  }

  /**
   * A reference that CloudFormation resolves when it deploys what holds it, and not again after a rotation: what holds the reference to a
   * rotated secret gets a warning.
   *
   * @param jsonField the name of a field of the JSON object
   */
  public secretValueFromJson(jsonField: string): SecretValue {
    return dynamicReference(this.cfnDynamicReferenceKey({ jsonField }));
  }

  /** The key of such a reference, with the same warning. */
  public cfnDynamicReferenceKey(options: SecretsManagerSecretOptions = {}): string {
    return dynamicReferenceKey({ secret: this, secretArn: () => this.secretArn, lasts: this._lasts(options.jsonField) }, options);
  }

  /**
   * Whether a rotation leaves the field as it is.
   *
   * @internal
   */
  public _lasts(_jsonField: string | undefined): boolean {
    return false;
  }

  /** @internal */
  public get _replicas(): RegionalAccess[] {
    return this._replication.access;
  }

  /** @internal */
  public get _guardRails(): GuardRail[] {
    return this.namespace.guardRails;
  }

  /** @internal */
  public _addToResourcePolicies(statement: iam.PolicyStatement): void {
    this.addToResourcePolicy(statement);
  }

  /**
   * An attachment has added to the resource policy.
   *
   * @internal
   */
  public _keepPolicyOf(attachment: secretsmanager.CfnSecretTargetAttachment): void {
    keepPolicyOfAttachment(this, attachment);
  }

  private _createGrants(): SecretGrants {
    return new SecretGrants(() => ({
      scope: this,
      secretArns: [this._replication.arnOfPrimary()],
      arnPattern: this._arnPattern,
      arnInOwnStack: this.secretArn,
      encryption: this.encryption,
      sharedByOwner: false,
      replicas: this._replicas,
      tags: this.namespace.tags,
      createdBy: this._replicas.length > 0 ? this : undefined,
      share: (reader, actions) => share(this, this.node.path, [reader], actions),
      ...this.env,
    }));
  }

  private _claimName({ name }: Settings): void {
    if (name === undefined) return;
    const { account } = this.env;
    this.readRegions.forEach(region => claimSecretName(this, name, { account, region }));
    warnOfAmbiguousName(this, name);
  }

  private _joinNamespace({ namespace, encryption, isOutsidePrefix, needsKeyUse, tags }: Settings): void {
    addTags(this, tags);
    namespace._join(this, !isOutsidePrefix && encryption === namespace.encryption);
    if (needsKeyUse) namespace.allowKeyUse(this._arnPattern);
  }
}
