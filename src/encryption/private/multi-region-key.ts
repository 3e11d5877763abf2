import { Arn, ArnFormat, aws_iam as iam, aws_kms as kms, Lazy, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { viaSecretsManager } from './key-policy';
import { KeyPermission, KeyPermissionRequest, SecretEncryption } from '../secret-encryption';

/** The primary or a replica key of a multi-Region key. */
export interface RegionalKey {
  readonly region: string;
  readonly keyArn: string;
  readonly keyId: string;
  /** What `KmsKeyId` of a secret or a replica in that region says. */
  readonly nameForSecrets: string;
  /** What other constructs take; they can add nothing to its policy. */
  readonly view: kms.IKey;
  /** False when the policy is not this app's to write. */
  addToPolicy(statement: iam.PolicyStatement): boolean;
  policySize(): number;
}

/**
 * A multi-Region key: keys in several regions with one id. The ARN in one region follows from the ARN in another, so that a stack
 * names each of them by the key that its own region has, and no reference leaves a region.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html
 */
export class MultiRegionKey {
  private readonly encryptions = new Map<string, SecretEncryption>();

  constructor(private readonly scope: IConstruct, private readonly aliasName: string, private readonly keys: RegionalKey[]) {
    const regions = keys.map(({ region }) => region);
    keys.forEach(key => this.encryptions.set(key.region, new MultiRegionEncryption(key, regions, this.arnIn(key), this.aliasName)));
  }

  /** The encryption of a secret, or of a replica, in that region; absent where there is no key. */
  public encryptionIn(region: string): SecretEncryption | undefined {
    return this.encryptions.get(region);
  }

  private arnIn(key: RegionalKey): string {
    const [primary] = this.keys;
    return Lazy.uncachedString({
      produce: ({ scope }) => {
        const known = this.keys.find(({ region }) => region === Stack.of(scope).region) ?? primary;
        return known === key ? key.keyArn : Arn.format({
          service: 'kms',
          account: Stack.of(this.scope).account,
          region: key.region,
          resource: 'key',
          resourceName: known.keyId,
          arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
        }, Stack.of(this.scope));
      },
    });
  }
}

/** The key of one region as what encrypts a secret there. */
class MultiRegionEncryption extends SecretEncryption {
  public readonly encryptionKey: kms.IKey;
  public readonly _kmsKeyId: string;

  constructor(
    private readonly key: RegionalKey, private readonly regions: string[], private readonly arn: string, private readonly aliasName: string,
  ) {
    super();
    this.encryptionKey = key.view;
    this._kmsKeyId = key.nameForSecrets;
  }

  public _permission(request: KeyPermissionRequest): KeyPermission {
    const isForeign = request.acrossAccounts || !this.regions.includes(Stack.of(request.scope).region);
    if (isForeign) return SecretEncryption.customerManagedKeyByAlias(this.aliasName)._permission(request)!;
    return { actions: request.actions, resourceArns: [this.arn], conditions: viaSecretsManager(request.region, request.secretArns) };
  }

  public _addToKeyPolicy(statement: iam.PolicyStatement): boolean {
    return this.key.addToPolicy(statement);
  }

  public _keyPolicySize(): number {
    return this.key.policySize();
  }

  public _keyIdForReplica(): string {
    return this.aliasName;
  }
}
