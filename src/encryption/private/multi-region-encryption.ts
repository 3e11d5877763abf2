import { Arn, ArnFormat, aws_iam as iam, aws_kms as kms, Lazy, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { KeyByAlias, KeyOfSecrets, type KeyPermission, type KeyPermissionRequest } from './key-of-secrets';
import { viaSecretsManager } from './key-policy';

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
  readonly isOwned: boolean;
  addToPolicy(statement: iam.PolicyStatement): void;
  policySize(): number;
}

/**
 * The key of one region as what encrypts a secret, or a replica, there.
 *
 * The ARN in one region follows from the ARN in another, because all have one id. So a stack names each of them by the key that its own
 * region has, and no reference leaves a region.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html
 */
export class MultiRegionEncryption extends KeyOfSecrets {
  public readonly view: kms.IKey;
  public readonly kmsKeyId: string;
  public readonly ownsKeyPolicy: boolean;

  /** @param keys all of the multi-Region key, the primary first */
  constructor(
    private readonly scope: IConstruct,
    private readonly regional: RegionalKey,
    private readonly keys: RegionalKey[],
    public readonly aliasName: string,
  ) {
    super();
    this.view = regional.view;
    this.kmsKeyId = regional.nameForSecrets;
    this.ownsKeyPolicy = regional.isOwned;
  }

  public permission(request: KeyPermissionRequest): KeyPermission {
    const isForeign = request.acrossAccounts || !this.keys.some(({ region }) => region === Stack.of(request.scope).region);
    if (isForeign) return new KeyByAlias(this.aliasName).permission(request);
    return { actions: request.actions, resourceArns: [this.arn()], conditions: viaSecretsManager(request.region, request.secretArns) };
  }

  public addToKeyPolicy(statement: iam.PolicyStatement): void {
    this.regional.addToPolicy(statement);
  }

  public keyPolicySize(): number {
    return this.regional.policySize();
  }

  public keyIdForReplica(): string {
    return this.aliasName;
  }

  private arn(): string {
    const { regional: key, keys: [primary] } = this;
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
