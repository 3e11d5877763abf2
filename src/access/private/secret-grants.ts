import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import { Construct, type IConstruct } from 'constructs';
import { asJson, foreignRole, grantAll, Permission, requireKnownName } from './permission';
import { PROTECTED_TAG_KEYS } from './protected-tags';
import { deployAfter, RegionalAccess } from './regional-access';
import type { Reader, SharedActions } from './sharing';
import type { SecretEncryption } from '../../encryption/secret-encryption';
import {
  KMS_DECRYPT, KMS_ENCRYPT_VERSION, ROTATE_NOW_CONDITIONS, SECRET_BATCH_READ, SECRET_DELETE, SECRET_MANAGE, SECRET_READ, SECRET_ROTATE,
  SECRET_ROTATE_NOW, SECRET_TAG, SECRET_WRITE,
} from '../../private/actions';
import { fail } from '../../private/errors';
import { dependsOn, waitsFor } from '../../private/stack-order';
import { requireSome } from '../../private/validation';

/** What a set of grants is about. */
export interface GrantTarget {
  /** The secret or the namespace, for errors. */
  readonly scope: IConstruct;
  /** ARNs, or patterns of ARNs, of the secrets. */
  readonly secretArns: string[];
  /** The same by names, without a reference; absent where `secretArns` hold none. */
  readonly arnPattern?: string;
  /** The same in the stack of `scope`, for one secret of this app: the reference itself, which costs less than a choice at synthesis. */
  readonly arnInOwnStack?: string;
  readonly encryption: SecretEncryption;
  readonly account: string;
  readonly region: string;
  /** The owner, in another account, allows the grantee's account in the policies of the secret and the key. */
  readonly sharedByOwner: boolean;
  /** Writes the owner's half for a reader of another account; absent where this app does not own the policies. */
  readonly share?: (reader: Reader, actions: SharedActions) => void;
  /** Where else the secrets can be read. */
  readonly replicas?: RegionalAccess[];
  /** The tags of the namespace, where it is known: policies and rotations rest on them. */
  readonly tags?: { [key: string]: string };
  /** What creates the secret, where a grantee may name it without a reference. */
  readonly createdBy?: IConstruct;
}

/**
 * Grants on one secret, or on all secrets of a namespace.
 *
 * Each grant is written into the grantee's own policy and covers the secret *and* its key. Nothing is added to the key policy,
 * so that grants across stacks make no cycle and the key policy does not grow. A grant that could not be complete throws an
 * error that holds the statements to add by hand.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples.html
 */
export class SecretGrants {
  constructor(private readonly target: () => GrantTarget) {}

  /**
   * Read the value: `GetSecretValue`, `DescribeSecret`, and `kms:Decrypt` through Secrets Manager; in every region that has a
   * replica too. Other grants are for the primary alone, because a replica takes no changes.
   *
   * @param grantee the principal
   * @param versionStages the staging labels that may be read, such as `AWSCURRENT`; the client must then name the
   *   label in each call. All when left out.
   */
  public read(grantee: iam.IGrantable, versionStages?: string[]): iam.Grant {
    if (versionStages) requireSome(this.target().scope.node.path, 'versionStages', versionStages, 'leave it out to read any version');
    return this.grant('grantRead', grantee, { onSecret: reading(versionStages), keyActions: KMS_DECRYPT, inReplicas: true });
  }

  /** Store new values and move staging labels; neither read values nor change the secret itself. */
  public write(grantee: iam.IGrantable): iam.Grant {
    return this.grant('grantWrite', grantee, { onSecret: [{ actions: SECRET_WRITE }], keyActions: KMS_ENCRYPT_VERSION });
  }

  /** What a rotation function does with its secret: read and write values, move staging labels. */
  public rotate(grantee: iam.IGrantable): iam.Grant {
    return this.grant('grantRotate', grantee, { onSecret: [{ actions: SECRET_ROTATE }], keyActions: KMS_ENCRYPT_VERSION });
  }

  /**
   * Operate the secret: describe, rotate now, delete with a recovery window and restore, tag. No value can be read or stored with it,
   * and neither key, policy, rotation function nor schedule changed; nor the tags of the namespace, on which policies may rest, and those
   * that a rotation function believes. The resource policy that comes with a rotation denies the deletion
   * of the secret to everybody.
   */
  public manage(grantee: iam.IGrantable): iam.Grant {
    return this.grant('grantManage', grantee, {
      onSecret: [{ actions: SECRET_MANAGE }, tagging(this.target().tags), DELETE_WITH_RECOVERY, ROTATE_NOW], keyActions: [],
    });
  }

  /**
   * Read, also with `BatchGetSecretValue`. That action has no resource type, so its statement names `*`; each value of the batch
   * still needs the read permission on its secret. Call it with `SecretIdList`: a list by filters needs `ListSecrets` too.
   *
   * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html
   */
  public batchRead(grantee: iam.IGrantable): iam.Grant {
    const onSecret = [...reading(), { actions: SECRET_BATCH_READ, resourceArns: ['*'] }];
    return this.grant('grantBatchRead', grantee, { onSecret, keyActions: KMS_DECRYPT, inReplicas: true });
  }

  /**
   * Read what has the same tags as the reader. A tag that either has not, or that is empty, is the same as no other.
   *
   * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access-abac.html
   */
  public readByTags(grantee: iam.IGrantable, tagKeys: string[]): iam.Grant {
    const { scope: { node: { path } }, tags = {} } = this.target();
    requireSome(path, 'tagKeys', tagKeys, 'for all secrets use `grantRead`');
    const unguarded = tagKeys.find(key => !Object.hasOwn(tags, key));
    if (unguarded !== undefined) {
      fail(path, '`tagKeys` must be keys of tags of the namespace, which every secret has and which `grantManage` does not change, got '
        + `${JSON.stringify(unguarded)}; add it to \`tags\` of the namespace, or use one of ${Object.keys(tags).join(', ')}`);
    }
    return this.grant('grantReadByTags', grantee, {
      onSecret: [{ actions: SECRET_READ, conditions: sameTags(tagKeys) }], keyActions: KMS_DECRYPT, inReplicas: true,
    });
  }

  /** The statements of `rotate`, for a person to add by hand. */
  public describeRotate(): string {
    const target = this.target();
    return asJson(target.scope, permissionsOf(target, [{ actions: SECRET_ROTATE }], KMS_ENCRYPT_VERSION));
  }

  private grant(name: string, grantee: iam.IGrantable, { onSecret, keyActions, inReplicas }: Wanted): iam.Grant {
    const { replicas, ...primary } = namedFor(grantee, this.target());
    const target = inReplicas ? { ...primary, replicas } : primary;
    const role = target.share && ACROSS_ACCOUNTS.includes(name) ? foreignRole(target.account, grantee) : undefined;
    if (role) requireKnownName(target.scope, name, role);
    if (target.createdBy) deployAfter(grantee, target.createdBy);
    if (role === undefined) {
      return grantAll(target, name, grantee, permissionsOf({ ...target, scope: homeOf(grantee, target) }, onSecret, keyActions));
    }
    const reader: Reader = { _identity: { kind: 'role', value: role.roleArn, account: role.principalAccount! } };
    target.share!(reader, { onSecret: onSecret.flatMap(each => each.actions), onKey: keyActions });
    const permissions = permissionsOf({ ...target, acrossAccounts: true }, onSecret, keyActions);
    return grantAll({ ...target, sharedByOwner: true }, name, grantee, permissions);
  }
}

/**
 * The stack of the secret waits for that of its key. A grantee there, or in a stack for which those wait, names the secret without a
 * reference, with which each would wait for the other.
 */
function namedFor(grantee: iam.IGrantable, target: GrantTarget): GrantTarget {
  const { scope, encryption, arnPattern, arnInOwnStack, replicas } = target;
  const [home, ofSecret] = [homeOf(grantee, target), scope].map(each => Stack.of(each));
  const isAtHome = home === ofSecret && Construct.isConstruct(grantee.grantPrincipal);
  if (isAtHome && arnInOwnStack !== undefined) return { ...target, secretArns: [arnInOwnStack] };
  const ofKey = encryption._key.stackOfKey();
  const isUpstream = waitsFor(ofSecret, home) || (ofKey !== undefined && dependsOn(ofKey, home) && !dependsOn(home, ofSecret));
  if (arnPattern === undefined || !isUpstream) return target;
  return { ...target, secretArns: [arnPattern], replicas: replicas?.map(each => ({ ...each, secretArns: [each.arnPattern] })) };
}

/** Where the statement for a grantee stands. */
function homeOf({ grantPrincipal }: iam.IGrantable, { scope }: GrantTarget): IConstruct {
  return Construct.isConstruct(grantPrincipal) ? grantPrincipal : scope;
}

/** What a role of another account can be granted; the rest is for the owner's account. */
const ACROSS_ACCOUNTS = ['grantRead', 'grantWrite'];

/** A permission on the target's own secrets unless it names other resources. */
type SecretPermission = Omit<Permission, 'resourceArns'> & Partial<Permission>;

interface Wanted {
  readonly onSecret: SecretPermission[];
  readonly keyActions: string[];
  /** Replicas can be read, and nothing else. */
  readonly inReplicas?: boolean;
}

function permissionsOf(
  target: GrantTarget & { acrossAccounts?: boolean }, onSecret: SecretPermission[], keyActions: string[],
): Permission[] {
  const regions = [target, ...target.replicas ?? []];
  const resourceArns = regions.flatMap(each => each.secretArns);
  const onKeys = keyActions.length === 0 ? [] : regions.map(({ region, secretArns, encryption }) =>
    encryption._permission({ ...target, region, secretArns, actions: keyActions }));
  return [...onSecret.map(permission => ({ resourceArns, ...permission })), ...onKeys.filter(each => each !== undefined)];
}

/** The condition stands on `GetSecretValue` alone: `DescribeSecret` carries no staging label and would always be refused. */
function reading(versionStages?: string[]): SecretPermission[] {
  if (versionStages === undefined) return [{ actions: SECRET_READ }];
  const [getSecretValue, ...others] = SECRET_READ;
  return [
    { actions: [getSecretValue], conditions: { 'ForAnyValue:StringEquals': { 'secretsmanager:VersionStage': versionStages } } },
    { actions: others },
  ];
}

/** A tag without a value is a variable without one, which equals nothing. A tag can be empty, though, and so must be looked at. */
function sameTags(tagKeys: string[]): Record<string, Record<string, unknown>> {
  return {
    StringEquals: Object.fromEntries(tagKeys.map(key => [`aws:ResourceTag/${key}`, `\${aws:PrincipalTag/${key}}`])),
    StringLike: Object.fromEntries(tagKeys.map(key => [`aws:PrincipalTag/${key}`, '?*'])),
  };
}

/** Whatever the case: `aws:ResourceTag/environment` finds a tag `Environment` too. */
function tagging(tagsOfNamespace: { [key: string]: string } = {}): SecretPermission {
  const protectedKeys = [...new Set([...PROTECTED_TAG_KEYS, ...Object.keys(tagsOfNamespace)])];
  return { actions: SECRET_TAG, conditions: { 'ForAllValues:StringNotEqualsIgnoreCase': { 'aws:TagKeys': protectedKeys } } };
}

const ROTATE_NOW: SecretPermission = { actions: SECRET_ROTATE_NOW, conditions: ROTATE_NOW_CONDITIONS };

/** What was deleted by mistake can be restored for 7 to 30 days. */
const DELETE_WITH_RECOVERY: SecretPermission = {
  actions: SECRET_DELETE,
  conditions: { BoolIfExists: { 'secretsmanager:ForceDeleteWithoutRecovery': 'false' } },
};
