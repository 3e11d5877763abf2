import { aws_iam as iam, aws_kms as kms, aws_secretsmanager as secretsmanager, RemovalPolicy, ResourceEnvironment, Stack, Tags } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import type { GuardRail } from './guard-rail';
import { NameLevel } from './name-level';
import { findNamespace, offerNamespace, setDefaultNamespace } from './private/default-namespace';
import { SecretsKey } from './private/secrets-key';
import { keyAliasOf, namePrefix, nameOfPurpose } from './secret-name';
import type { ISecretNamespace, SecretNamespaceAttributes, SecretNamespaceOptions, SecretNamespaceProps } from './secret-namespace-props';
import { useThroughSecretsManager } from '../access/key-policy';
import { SecretEncryption } from '../access/secret-encryption';
import { SecretGrants } from '../access/secret-grants';
import { secretArn } from '../private/arns';
import { fail, pathOf } from '../private/errors';
import { claimPrefix } from '../private/name-register';
import { ACCOUNT_ID, KEY_ARN, REGION, requireText } from '../private/validation';

/** What the namespaces of this app and the imported ones have in common. */
abstract class SecretNamespaceBase extends Construct implements ISecretNamespace {
  public readonly environment: string;
  public readonly service: string;
  public readonly prefix: string;
  public readonly removalPolicy: RemovalPolicy;
  public readonly guardRails: GuardRail[];
  public readonly tags: { [key: string]: string };
  public readonly grants: SecretGrants;
  private readonly secrets: secretsmanager.ISecret[] = [];
  private readonly sharedStatements: iam.PolicyStatement[];
  public abstract readonly env: ResourceEnvironment;
  public abstract readonly encryption: SecretEncryption;
  public abstract readonly sharedByOwner: boolean;

  protected constructor(scope: Construct, id: string, options: SecretNamespaceOptions) {
    const path = pathOf(scope, id);
    const prefix = namePrefix(path, options.hierarchy ?? [NameLevel.ENVIRONMENT, NameLevel.SERVICE], options);
    requireOneOfEach(path, options.guardRails ?? []);
    super(scope, id);
    this.environment = options.environment;
    this.service = options.service;
    this.prefix = prefix;
    this.removalPolicy = options.removalPolicy ?? RemovalPolicy.RETAIN;
    this.guardRails = options.guardRails ?? [];
    this.sharedStatements = this.guardRails.map(guardRail => guardRail._render());
    this.tags = {
      environment: options.environment,
      service: options.service,
      ...(options.owner !== undefined && { owner: options.owner }),
      ...(options.costCenter !== undefined && { 'cost-center': options.costCenter }),
      ...options.tags,
    };
    this.grants = SecretGrants._of(() => ({
      scope: this,
      secretArns: [this.secretArnForPolicies],
      encryption: this.encryption,
      sharedByOwner: this.sharedByOwner,
      ...this.env,
    }));
  }

  public get encryptionKey(): kms.IKey | undefined {
    return this.encryption.encryptionKey;
  }

  public get secretArnForPolicies(): string {
    return secretArn(this, this.env, `${this.prefix}*`);
  }

  public secretName(purpose: string): string {
    return nameOfPurpose(this.node.path, this.prefix, purpose);
  }

  public grantRead(grantee: iam.IGrantable, versionStages?: string[]): iam.Grant {
    return this.grants.read(grantee, versionStages);
  }

  public grantWrite(grantee: iam.IGrantable): iam.Grant {
    return this.grants.write(grantee);
  }

  public makeDefaultFor(scope: IConstruct): void {
    setDefaultNamespace(scope, this);
  }

  /** @internal */
  public _join(secret: secretsmanager.ISecret): void {
    this.secrets.push(secret);
    this.sharedStatements.forEach(statement => secret.addToResourcePolicy(statement.copy()));
  }

  /** @internal */
  public _addToEverySecret(statement: iam.PolicyStatement): void {
    this.sharedStatements.push(statement);
    this.secrets.forEach(secret => secret.addToResourcePolicy(statement.copy()));
  }

  public abstract admitSecret(secretArn: string): void;
}

/**
 * A trust domain for secrets: one name prefix, one customer managed key that only Secrets Manager can use, guard rails and tags.
 *
 * Create one in each stage; the secrets below the same scope find it by themselves.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/best-practices.html
 */
export class SecretNamespace extends SecretNamespaceBase {
  /**
   * The namespace that holds for a scope: the one that was set on, or created in, the nearest enclosing scope.
   *
   * Throws an error when there is none, or when the nearest scope has several.
   */
  public static of(scope: IConstruct): ISecretNamespace {
    return findNamespace(scope, scope.node.path);
  }

  /**
   * As `of`, for a construct that does not exist yet: the error names its path.
   *
   * @internal
   */
  public static _find(scope: IConstruct, path: string): ISecretNamespace {
    return findNamespace(scope, path);
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
  private readonly key: kms.IKey;

  constructor(scope: Construct, id: string, props: SecretNamespaceProps) {
    super(scope, id, props);
    const { account, region } = Stack.of(this);
    this.env = { account, region };
    claimPrefix(this, this.prefix);
    this.key = props.key ? this.admitThrough(props.key, this.secretArnForPolicies) : this.createKey();
    this.encryption = SecretEncryption.customerManagedKey(this.key, props.key ? undefined : keyAliasOf(this.node.path, this.prefix));
    Object.entries(this.tags).forEach(([key, value]) => Tags.of(this).add(key, value));
    offerNamespace(scope, this);
  }

  /** @internal */
  public _addToResourcePolicies(statement: iam.PolicyStatement): void {
    this._addToEverySecret(statement);
  }

  /** @internal */
  public get _arnPattern(): string {
    return this.secretArnForPolicies;
  }

  public admitSecret(secretArnPattern: string): void {
    if (this.key instanceof SecretsKey) this.key.admit(secretArnPattern);
    else this.admitThrough(this.key, secretArnPattern);
  }

  private createKey(): SecretsKey {
    return new SecretsKey(this, 'Key', {
      aliasName: keyAliasOf(this.node.path, this.prefix),
      description: `Secrets ${this.prefix}*, through Secrets Manager only`,
      removalPolicy: this.removalPolicy,
      secretArns: [this.secretArnForPolicies],
    });
  }

  /** A given key of this app gets the same statement of use; an imported one holds it already, or its owner adds it. */
  private admitThrough(key: kms.IKey, secretArnPattern: string): kms.IKey {
    key.addToResourcePolicy(useThroughSecretsManager(this.env, [secretArnPattern]), true);
    return key;
  }
}

class ImportedNamespace extends SecretNamespaceBase {
  public readonly env: ResourceEnvironment;
  public readonly encryption: SecretEncryption;
  public readonly sharedByOwner: boolean;

  constructor(scope: Construct, id: string, attributes: SecretNamespaceAttributes) {
    const path = pathOf(scope, id);
    if (attributes.account !== undefined) requireText(path, 'account', attributes.account, ACCOUNT_ID);
    if (attributes.region !== undefined) requireText(path, 'region', attributes.region, REGION);
    if (attributes.keyArn !== undefined) requireText(path, 'keyArn', attributes.keyArn, KEY_ARN);
    super(scope, id, attributes);
    const { account, region } = Stack.of(this);
    this.env = { account: attributes.account ?? account, region: attributes.region ?? region };
    this.encryption = attributes.keyArn !== undefined
      ? SecretEncryption.customerManagedKey(kms.Key.fromKeyArn(this, 'Key', attributes.keyArn))
      : SecretEncryption.customerManagedKeyByAlias(keyAliasOf(path, this.prefix));
    this.sharedByOwner = attributes.sharedByOwner ?? false;
  }

  public admitSecret(secretArnPattern: string): never {
    const statement = Stack.of(this).resolve(useThroughSecretsManager(this.env, [secretArnPattern]).toStatementJson());
    return fail(this.node.path, 'an imported namespace cannot admit a secret with a name outside of its prefix, because the policy of its key is '
      + `its owner's; add this statement there and give the secret its \`encryption\`: ${JSON.stringify(statement)}`);
  }
}

function requireOneOfEach(path: string, guardRails: GuardRail[]): void {
  guardRails.forEach((guardRail, index) => {
    guardRail._validate(path);
    if (guardRails.findIndex(other => other._kind === guardRail._kind) !== index) {
      fail(path, `\`guardRails\` must hold GuardRail.${guardRail._kind} once; join the values into one`);
    }
  });
}
