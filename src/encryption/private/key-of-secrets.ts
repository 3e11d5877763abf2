import { Arn, ArnFormat, type aws_iam as iam, aws_kms as kms, Resource, Stack, Token } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import { viaSecretsManager } from './key-policy';
import { fail } from '../../private/errors';
import { renderedSize } from '../../private/policy-size';
import { waitsFor } from '../../private/stack-order';

/** Who wants to do what with the key, for which secrets. */
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

/** The resource and the conditions of a statement about the key. */
export interface KeyPermission {
  readonly actions: string[];
  readonly resourceArns: string[];
  readonly conditions: Record<string, Record<string, unknown>>;
}

/** A key, as the policies and resources of secrets name it. */
export abstract class KeyOfSecrets {
  /** For constructs that take a key; absent where none is known. */
  public abstract readonly view?: kms.IKey;

  /** What stands in `KmsKeyId`; absent for the AWS managed key. */
  public abstract readonly kmsKeyId?: string;

  /** The key itself, to whose policy this app may add; absent where it is known by its alias, or is not the customer's. */
  public readonly key?: kms.IKey;

  public readonly aliasName?: string;

  /** Whether the policy of the key is this app's to write. */
  public readonly ownsKeyPolicy: boolean = false;

  /** What a principal's own policy must allow on the key; absent where the key asks for nothing. */
  public abstract permission(request: KeyPermissionRequest): KeyPermission | undefined;

  /** Adds a statement to the policy of the key, where that is this app's to write. */
  public addToKeyPolicy(_statement: iam.PolicyStatement): void {}

  /** Bytes of the key policy as it stands now; 0 when that policy is not this app's. */
  public keyPolicySize(): number {
    return 0;
  }

  /** What `KmsKeyId` of a replica says: an ARN or an alias in the replica's region. Fails on a key that is not of that region. */
  public keyIdForReplica(_path: string, _region: string): string | undefined {
    return this.kmsKeyId;
  }

  /** The stack that creates the key; absent where none of this app does. */
  public stackOfKey(): Stack | undefined {
    return undefined;
  }
}

/** Of this app, or an imported one. */
export function customerManagedKey(key: kms.IKey, aliasName?: string): KeyOfSecrets {
  const alias = key as Partial<kms.IAlias>;
  if (alias.aliasName === undefined) return new CustomerManagedKey(key, aliasName);
  // A policy that names a key by the ARN of its alias allows nothing.
  return Resource.isOwnedResource(key) ? new CustomerManagedKey(alias.aliasTargetKey!, alias.aliasName) : new KeyByAlias(alias.aliasName);
}

class CustomerManagedKey extends KeyOfSecrets {
  public readonly kmsKeyId: string;
  public readonly ownsKeyPolicy: boolean;

  public readonly view: kms.IKey;

  constructor(public readonly key: kms.IKey, public readonly aliasName?: string) {
    super();
    this.kmsKeyId = key.keyArn;
    this.ownsKeyPolicy = Resource.isOwnedResource(key);
    this.view = viewOf(key);
  }

  public permission(request: KeyPermissionRequest): KeyPermission {
    const isForeign = request.acrossAccounts || (Token.isUnresolved(this.key.keyArn) && this.isOutOfReach(Stack.of(request.scope)));
    if (isForeign && this.aliasName !== undefined) return new KeyByAlias(this.aliasName).permission(request);
    return { actions: request.actions, resourceArns: [this.key.keyArn], conditions: viaSecretsManager(request.region, request.secretArns) };
  }

  /** In a stack of another region, or in one for which that of the key waits, a reference fails. */
  private isOutOfReach(stack: Stack): boolean {
    const ofKey = this.stackOfKey();
    return this.key.env.region !== stack.region || (ofKey !== undefined && waitsFor(ofKey, stack));
  }

  public addToKeyPolicy(statement: iam.PolicyStatement): void {
    this.key.addToResourcePolicy(statement, true);
  }

  public keyPolicySize(): number {
    return keyPolicySize(this.key);
  }

  public keyIdForReplica(path: string, region: string): string {
    if (this.key.env.region !== region) {
      fail(path, `the \`encryption\` of the replica in ${region} must be a key of that region, got ${this.key.node.path} of `
        + `${this.key.env.region}; `
        + 'Secrets Manager would fail to replicate without a word, while the stack says it is complete');
    }
    if (!Token.isUnresolved(this.key.keyArn)) return this.key.keyArn;
    if (this.aliasName !== undefined) return this.aliasName;
    return fail(path, `the \`encryption\` of the replica in ${region} must be known by its alias, because the ARN of ${this.key.node.path} `
      + 'is known in its own region only; '
      + 'give the alias: SecretEncryption.customerManagedKey(key, \'alias/…\')');
  }

  public stackOfKey(): Stack | undefined {
    return Resource.isOwnedResource(this.key) ? Stack.of(this.key) : undefined;
  }
}

export class KeyByAlias extends KeyOfSecrets {
  public readonly view = undefined;
  public readonly kmsKeyId: string;

  constructor(public readonly aliasName: string) {
    super();
    this.kmsKeyId = aliasName;
  }

  public permission({ scope, actions, account, region, secretArns }: KeyPermissionRequest): KeyPermission {
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

export class AwsManagedKey extends KeyOfSecrets {
  public readonly view = undefined;
  public readonly kmsKeyId = undefined;

  public permission(): undefined {
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
