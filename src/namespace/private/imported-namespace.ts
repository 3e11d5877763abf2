import { aws_kms as kms, type ResourceEnvironment, Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { SecretNamespaceBase, settlePrefix } from './namespace-base';
import { useThroughSecretsManager } from '../../encryption/private/key-policy';
import { requireMultiRegionKeyArn } from '../../encryption/private/multi-region-key';
import { isAwsManaged, keyAliasOf } from '../../encryption/private/namespace-key';
import { requireEncryption, SecretEncryption } from '../../encryption/secret-encryption';
import { fail, pathOf } from '../../private/errors';
import { requireReplicaRegions } from '../../private/regions';
import { ACCOUNT_ID, KEY_ARN, REGION, requireText } from '../../private/validation';
import type { SecretNamespaceAttributes } from '../secret-namespace-props';

/** A namespace that another stack, app or account owns. */
export class ImportedNamespace extends SecretNamespaceBase {
  public readonly env: ResourceEnvironment;
  public readonly encryption: SecretEncryption;
  public readonly sharedByOwner: boolean;
  public readonly replicaRegions: string[];
  private readonly encryptions: Map<string, SecretEncryption>;

  constructor(scope: Construct, id: string, attributes: SecretNamespaceAttributes) {
    const path = pathOf(scope, id);
    if (attributes.account !== undefined) requireText(path, 'account', attributes.account, ACCOUNT_ID);
    if (attributes.region !== undefined) requireText(path, 'region', attributes.region, REGION);
    requireEncryption(path, attributes.encryption);
    const keyArn = attributes.encryption?._key.key?.keyArn;
    if (keyArn !== undefined) requireText(path, 'encryption', keyArn, KEY_ARN);
    requireShareable(path, attributes);
    const { account, region } = Stack.of(scope);
    const env = { account: attributes.account ?? account, region: attributes.region ?? region };
    const replicaRegions = attributes.replicaRegions ?? [];
    requireReplicaRegions(path, 'replicaRegions', env, replicaRegions);
    if (replicaRegions.length > 0 && Token.isUnresolved(keyArn)) {
      fail(path, 'the ARN of `encryption` must be known at synthesis where there are `replicaRegions`, '
        + 'because the ARNs of the replica keys follow from it; '
        + 'write the ARN, or leave it out to know the keys by their alias');
    }
    if (replicaRegions.length > 0 && keyArn !== undefined) requireMultiRegionKeyArn(path, env.region, keyArn);
    const prefix = settlePrefix(path, env.region, attributes);
    if (attributes.encryption === undefined) keyAliasOf(path, prefix);
    super(scope, id, prefix, attributes);
    this.env = env;
    this.replicaRegions = replicaRegions;
    this.encryption = attributes.encryption ?? SecretEncryption.customerManagedKeyByAlias(keyAliasOf(path, this.prefix));
    this.sharedByOwner = attributes.sharedByOwner ?? false;
    this.encryptions = new Map(replicaRegions.map(each => [each, this.replicaEncryption(each, keyArn)]));
  }

  /** @internal */
  public _encryptionIn(region: string): SecretEncryption | undefined {
    return this.encryptions.get(region);
  }

  /** @internal */
  public _stackOfReplicaKey(): undefined {
    return undefined;
  }

  /** The same key id in the other region, or the same alias. */
  private replicaEncryption(region: string, keyArn?: string): SecretEncryption {
    return keyArn === undefined ? this.encryption
      : SecretEncryption.customerManagedKey(kms.Key
        .fromKeyArn(this, `ReplicaKey-${region}`, keyArn.replace(/^([^:]*:[^:]*:kms:)[^:]*/, `$1${region}`)));
  }

  public allowKeyUse(secretArn: string): never {
    return this._requireKeyUse(secretArn);
  }

  /** @internal */
  public _requireKeyUse(secretArn: string): never {
    const statement = Stack.of(this).resolve(useThroughSecretsManager(this.env, [secretArn]).toStatementJson());
    return fail(this.node.path, 'an imported namespace cannot allow its key for a secret with a name outside of its prefix, '
      + 'because the policy of its key is '
      + `its owner's; add this statement there and give the secret its \`encryption\`: ${JSON.stringify(statement)}`);
  }
}

function requireShareable(path: string, { sharedByOwner, encryption }: SecretNamespaceAttributes): void {
  if (sharedByOwner && encryption && isAwsManaged(encryption)) {
    fail(path, '`encryption` must be a customer managed key where `sharedByOwner` is true, because the AWS managed key never serves '
      + 'another account');
  }
}
