import {
  type aws_iam as iam, type aws_secretsmanager as secretsmanager, type RemovalPolicy, type ResourceEnvironment, type Stack,
} from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { setDefaultNamespace } from './default-namespace';
import { namePrefix, nameOfPurpose } from './secret-name';
import { type GuardRail, requireGuardRails } from '../../access/guard-rail';
import type { RegionalAccess } from '../../access/private/regional-access';
import { SecretGrants } from '../../access/private/secret-grants';
import type { SecretEncryption } from '../../encryption/secret-encryption';
import { secretArn } from '../../private/arns';
import { fail } from '../../private/errors';
import { NAMESPACE_TAGS } from '../../private/namespace-tags';
import { KEPT_WHEN_IN_USE } from '../../private/removal-policy';
import { requireEachMade } from '../../private/validation';
import { NameLevel } from '../name-level';
import type { ISecretNamespace, NamespaceTagKeys, SecretNamespaceOptions } from '../secret-namespace-props';

const TAG_KEY = /^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+@-]{1,128}$/iu;

/** What the namespaces of this app and the imported ones have in common. */
export abstract class SecretNamespaceBase extends Construct implements ISecretNamespace {
  public readonly environment: string;
  public readonly service: string;
  public readonly prefix: string;
  public readonly removalPolicy: RemovalPolicy;
  public readonly guardRails: GuardRail[];
  public readonly tags: { [key: string]: string };
  private readonly grants: SecretGrants;
  private readonly secrets: secretsmanager.ISecret[] = [];
  private readonly sharedStatements: iam.PolicyStatement[] = [];
  public abstract readonly env: ResourceEnvironment;
  public abstract readonly encryption: SecretEncryption;
  public abstract readonly sharedByOwner: boolean;
  public abstract readonly replicaRegions: string[];

  /** @param prefix as `settlePrefix` gives it */
  protected constructor(scope: Construct, id: string, prefix: string, options: SecretNamespaceOptions) {
    super(scope, id);
    this.environment = options.environment;
    this.service = options.service;
    this.prefix = prefix;
    this.removalPolicy = options.removalPolicy ?? KEPT_WHEN_IN_USE;
    this.guardRails = options.guardRails ?? [];
    const keys = tagKeysOf(options);
    this.tags = {
      [keys.environment]: options.environment,
      [keys.service]: options.service,
      ...(options.owner !== undefined && { [keys.owner]: options.owner }),
      ...(options.costCenter !== undefined && { [keys.costCenter]: options.costCenter }),
      ...options.tags,
    };
    this.grants = new SecretGrants(() => ({
      scope: this,
      secretArns: [this.secretArnForPolicies],
      encryption: this.encryption,
      sharedByOwner: this.sharedByOwner,
      replicas: this._replicas,
      tags: this.tags,
      ...this.env,
    }));
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

  public grantRotate(grantee: iam.IGrantable): iam.Grant {
    return this.grants.rotate(grantee);
  }

  public grantManage(grantee: iam.IGrantable): iam.Grant {
    return this.grants.manage(grantee);
  }

  public grantBatchRead(grantee: iam.IGrantable): iam.Grant {
    return this.grants.batchRead(grantee);
  }

  public grantReadByTags(grantee: iam.IGrantable, tagKeys: string[]): iam.Grant {
    return this.grants.readByTags(grantee, tagKeys);
  }

  public makeDefaultFor(scope: IConstruct): void {
    setDefaultNamespace(scope, this);
  }

  /** @internal */
  public _join(secret: secretsmanager.ISecret, isCovered: boolean): void {
    this.guardRails.forEach(guardRail => secret.addToResourcePolicy(guardRail._render()));
    if (!isCovered) return;
    this.secrets.push(secret);
    this.sharedStatements.forEach(statement => secret.addToResourcePolicy(statement.copy()));
  }

  /** @internal */
  public _addToEverySecret(statement: iam.PolicyStatement): void {
    this.sharedStatements.push(statement);
    this.secrets.forEach(secret => secret.addToResourcePolicy(statement.copy()));
  }

  /** @internal */
  public get _replicas(): RegionalAccess[] {
    return this.replicaRegions.map(region => {
      const arnPattern = secretArn(this, { ...this.env, region }, `${this.prefix}*`);
      return { region, secretArns: [arnPattern], arnPattern, encryption: this._encryptionIn(region)! };
    });
  }

  /** @internal */
  public abstract _encryptionIn(region: string): SecretEncryption | undefined;

  /** @internal */
  public abstract _stackOfReplicaKey(region: string): Stack | undefined;

  /** @internal */
  public _requireKeyUse(_secretArn: string): void {}

  public abstract allowKeyUse(secretArn: string): void;
}

/**
 * For jsii, which shows the members of the class as those of `SecretNamespace`. It stands apart, because the TypeScript declarations leave
 * out what has the tag.
 *
 * @internal
 */
export interface SecretNamespaceBase {}

/** The prefix, when the guard rails are good too. */
export function settlePrefix(path: string, region: string, options: SecretNamespaceOptions): string {
  requireTagKeys(path, options);
  requireEachMade(path, 'hierarchy', options.hierarchy, { member: '_kind', words: 'a NameLevel, such as NameLevel.ENVIRONMENT' });
  requireGuardRails(path, options.guardRails);
  const prefix = namePrefix(path, options.hierarchy ?? [NameLevel.ENVIRONMENT, NameLevel.SERVICE], options);
  requireOneOfEach(path, region, options.guardRails ?? []);
  return prefix;
}

function requireOneOfEach(path: string, region: string, guardRails: GuardRail[]): void {
  guardRails.forEach((guardRail, index) => {
    guardRail._validate(path, region);
    const twin = guardRails.slice(0, index).find(other => other._sid === guardRail._sid);
    if (twin === undefined) return;
    fail(path, twin._name === guardRail._name
      ? `\`guardRails\` must hold GuardRail.${guardRail._name} once; join the values into one`
      : `\`guardRails\` must hold the \`sid\` ${guardRail._sid} once, got it of GuardRail.${twin._name} and GuardRail.${guardRail._name}; `
        + 'rename your own');
  });
}

function tagKeysOf({ tagKeys = {} }: SecretNamespaceOptions): Required<NamespaceTagKeys> {
  const { environment = NAMESPACE_TAGS.ENVIRONMENT, service = NAMESPACE_TAGS.SERVICE } = tagKeys;
  return {
    environment,
    service,
    owner: tagKeys.owner ?? NAMESPACE_TAGS.OWNER,
    costCenter: tagKeys.costCenter ?? NAMESPACE_TAGS.COST_CENTER,
  };
}

/** Each key is one that AWS accepts, and stands for one value: a second would take the place of the first. */
function requireTagKeys(path: string, options: SecretNamespaceOptions): void {
  const keys = Object.values(tagKeysOf(options));
  const bad = keys.find(key => !TAG_KEY.test(key));
  if (bad !== undefined) {
    fail(path, '`tagKeys` must be keys of 1 to 128 characters that do not begin with aws:, got '
    + `${JSON.stringify(bad)}; rename it`);
  }
  const twice = keys.find((key, index) => keys.findIndex(each => each.toLowerCase() === key.toLowerCase()) !== index);
  if (twice !== undefined) {
    fail(path, '`tagKeys` must differ, whatever the case, because policies find a tag in any case; got '
    + `${JSON.stringify(twice)} twice`);
  }
}
