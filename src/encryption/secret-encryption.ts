import { Arn, ArnFormat, type aws_iam as iam, aws_kms as kms, Resource, Stack, Token } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import { viaSecretsManager } from './private/key-policy';
import { fail } from '../private/errors';
import { renderedSize } from '../private/policy-size';
import { waitsFor } from '../private/stack-order';

/**
 * The key under which a secret is encrypted. A grant needs to know it, so it is never guessed.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 */
export abstract class SecretEncryption {
  /**
   * A customer managed key of this app, or an imported one.
   *
   * @param aliasName its alias, such as `alias/secrets/prod/payments`, by which the policies of principals in other accounts
   *   name it; without one, no role of another account in this app can be granted anything
   */
  public static customerManagedKey(key: kms.IKey, aliasName?: string): SecretEncryption {
    const alias = key as Partial<kms.IAlias>;
    if (alias.aliasName === undefined) return new CustomerManagedKey(key, aliasName);
    // A policy that names a key by the ARN of its alias allows nothing.
    return Resource.isOwnedResource(key) ? new CustomerManagedKey(alias.aliasTargetKey!, alias.aliasName) : new KeyByAlias(alias.aliasName);
  }

  /**
   * A customer managed key that is known by its alias only. Grants name it by the condition `kms:ResourceAliases`.
   *
   * @param aliasName with its prefix, such as `alias/secrets/prod/payments`
   * @see https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
   */
  public static customerManagedKeyByAlias(aliasName: string): SecretEncryption {
    return new KeyByAlias(aliasName);
  }

  /**
   * The AWS managed key `aws/secretsmanager`. Every principal of the account may use it through Secrets Manager, it costs
   * nothing, and no other account can ever read a secret that is encrypted under it.
   */
  public static awsManagedKey(): SecretEncryption {
    return new AwsManagedKey();
  }

  /**
   * The key to hand to constructs that take one.
   *
   * @default - no key is known, as for the AWS managed key
   */
  public abstract readonly encryptionKey?: kms.IKey;

  /**
   * What stands in `KmsKeyId`; absent for the AWS managed key.
   *
   * @internal
   */
  public abstract readonly _kmsKeyId?: string;

  /**
   * Whether the policy of the key is this app's to write.
   *
   * @internal
   */
  public readonly _ownsKeyPolicy: boolean = false;

  /**
   * What a principal's own policy must allow on the key; absent where the key asks for nothing.
   *
   * @internal
   */
  public abstract _permission(request: KeyPermissionRequest): KeyPermission | undefined;

  /**
   * Adds a statement to the policy of the key, where that is this app's to write.
   *
   * @internal
   */
  public _addToKeyPolicy(_statement: iam.PolicyStatement): void {}

  /**
   * Bytes of the key policy as it stands now; 0 when that policy is not this app's.
   *
   * @internal
   */
  public _keyPolicySize(): number {
    return 0;
  }

  /**
   * What `KmsKeyId` of a replica says: an ARN or an alias in the replica's region. Fails on a key that is not of that region.
   *
   * @internal
   */
  public _keyIdForReplica(_path: string, _region: string): string | undefined {
    return this._kmsKeyId;
  }

  /**
   * The stack that creates the key; absent where none of this app does.
   *
   * @internal
   */
  public _stackOfKey(): Stack | undefined {
    return undefined;
  }
}

/**
 * Who wants to do what with the key, for which secrets.
 *
 * @internal
 */
export interface KeyPermissionRequest {
  /** In whose stack the statement stands. */
  readonly scope: IConstruct;
  readonly actions: string[];
  readonly secretArns: string[];
  readonly account: string;
  readonly region: string;
  /** The principal is of another account: the ARN of a key of this app cannot be written there, its alias can. */
  readonly acrossAccounts?: boolean;
}

/**
 * The resource and the conditions of a statement about the key.
 *
 * @internal
 */
export interface KeyPermission {
  readonly actions: string[];
  readonly resourceArns: string[];
  readonly conditions: Record<string, Record<string, unknown>>;
}

class CustomerManagedKey extends SecretEncryption {
  public readonly _kmsKeyId: string;
  public readonly _ownsKeyPolicy: boolean;

  public readonly encryptionKey: kms.IKey;

  constructor(private readonly key: kms.IKey, private readonly aliasName?: string) {
    super();
    this._kmsKeyId = key.keyArn;
    this._ownsKeyPolicy = Resource.isOwnedResource(key);
    this.encryptionKey = viewOf(key);
  }

  public _permission(request: KeyPermissionRequest): KeyPermission {
    const isForeign = request.acrossAccounts || (Token.isUnresolved(this.key.keyArn) && this.isOutOfReach(Stack.of(request.scope)));
    if (isForeign && this.aliasName !== undefined) return new KeyByAlias(this.aliasName)._permission(request);
    return { actions: request.actions, resourceArns: [this.key.keyArn], conditions: viaSecretsManager(request.region, request.secretArns) };
  }

  /** In a stack of another region, or in one for which that of the key waits, a reference fails. */
  private isOutOfReach(stack: Stack): boolean {
    const ofKey = this._stackOfKey();
    return this.key.env.region !== stack.region || (ofKey !== undefined && waitsFor(ofKey, stack));
  }

  public _addToKeyPolicy(statement: iam.PolicyStatement): void {
    this.key.addToResourcePolicy(statement, true);
  }

  public _keyPolicySize(): number {
    return keyPolicySize(this.key);
  }

  public _keyIdForReplica(path: string, region: string): string {
    if (this.key.env.region !== region) {
      fail(path, `the \`encryption\` of the replica in ${region} must be a key of that region, got ${this.key.node.path} of ${this.key.env.region}; `
        + 'Secrets Manager would fail to replicate without a word, while the stack says it is complete');
    }
    if (!Token.isUnresolved(this.key.keyArn)) return this.key.keyArn;
    if (this.aliasName !== undefined) return this.aliasName;
    return fail(path, `the \`encryption\` of the replica in ${region} must be known by its alias, because the ARN of ${this.key.node.path} is known in its own region only; `
      + 'give the alias: SecretEncryption.customerManagedKey(key, \'alias/…\')');
  }

  public _stackOfKey(): Stack | undefined {
    return Resource.isOwnedResource(this.key) ? Stack.of(this.key) : undefined;
  }
}

class KeyByAlias extends SecretEncryption {
  public readonly encryptionKey = undefined;
  public readonly _kmsKeyId: string;

  constructor(private readonly aliasName: string) {
    super();
    this._kmsKeyId = aliasName;
  }

  public _permission({ scope, actions, account, region, secretArns }: KeyPermissionRequest): KeyPermission {
    const anyKey = Arn.format(
      { service: 'kms', account, region, resource: 'key', resourceName: '*', arnFormat: ArnFormat.SLASH_RESOURCE_NAME }, Stack.of(scope),
    );
    return {
      actions,
      resourceArns: [anyKey],
      conditions: { ...viaSecretsManager(region, secretArns), 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': this.aliasName } },
    };
  }
}

class AwsManagedKey extends SecretEncryption {
  public readonly encryptionKey = undefined;
  public readonly _kmsKeyId = undefined;

  public _permission(): undefined {
    return undefined;
  }
}

const VIEW_ID = 'View';

/**
 * The key as an imported one. The L2 appends statements to the policy of a key that it is given, a statement a grantee;
 * it cannot to an imported key, and what the policy needs stands in it already.
 */
export function viewOf(key: kms.IKey): kms.IKey {
  const scope = key as unknown as Construct;
  return scope.node.tryFindChild(VIEW_ID) as kms.IKey | undefined ?? kms.Key.fromKeyArn(scope, VIEW_ID, key.keyArn);
}

/** Bytes of the policy of a key; 0 when it is not of this app. */
export function keyPolicySize(key: kms.IKey): number {
  const resource = key.node.defaultChild;
  return resource instanceof kms.CfnKey ? renderedSize(resource.stack.resolve(resource.keyPolicy)) : 0;
}
