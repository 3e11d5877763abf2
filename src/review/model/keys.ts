import { awsManagedKeyPolicy } from './aws-managed';
import { asDocument, PolicyDocument, tagsOf } from './policy';
import { Placed, resourcesOfType } from './roles';
import type { ResolvedStack } from '../assembly/resolved-stack';

/** A KMS key, with everything that decides who may use it. */
export interface Key {
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly policy: PolicyDocument;
  /** With their prefix, such as `alias/secrets/prod/payments`. */
  readonly aliases: string[];
  readonly awsManaged: boolean;
  readonly tags: Readonly<Record<string, string>>;
  /** Where the key is defined; absent for an AWS managed key. */
  readonly placed?: Placed;
}

const AWS_MANAGED_ALIAS = 'alias/aws/secretsmanager';

/** The customer managed keys of the stacks, and the key `aws/secretsmanager` of each account and region. */
export function keysOf(stacks: ResolvedStack[]): Key[] {
  const aliases = resourcesOfType(stacks, 'AWS::KMS::Alias');
  const customerManaged = resourcesOfType(stacks, 'AWS::KMS::Key', 'AWS::KMS::ReplicaKey').map(placed => {
    const { stack, logicalId, resource: { Properties = {} } } = placed;
    const arn = stack.getAtt(logicalId, 'Arn');
    return {
      arn,
      account: stack.account,
      region: stack.region,
      policy: asDocument(Properties.KeyPolicy),
      aliases: aliases.filter(alias => targets(alias, placed, arn)).map(alias => alias.resource.Properties!.AliasName),
      awsManaged: false,
      tags: tagsOf(Properties.Tags),
      placed,
    };
  });
  return [...customerManaged, ...awsManagedKeys(stacks)];
}

function targets(alias: Placed, key: Placed, keyArn: string): boolean {
  const target = alias.resource.Properties!.TargetKeyId;
  const sameRegion = alias.stack.account === key.stack.account && alias.stack.region === key.stack.region;
  return target === keyArn || (sameRegion && target === key.stack.ref(key.logicalId));
}

function awsManagedKeys(stacks: ResolvedStack[]): Key[] {
  const places = new Map(stacks.map(stack => [`${stack.account}/${stack.region}`, stack]));
  return [...places.values()].map(place => ({
    arn: `arn:${place.partition}:kms:${place.region}:${place.account}:key/aws-managed-key-of-secretsmanager`,
    account: place.account,
    region: place.region,
    policy: awsManagedKeyPolicy(place),
    aliases: [AWS_MANAGED_ALIAS],
    awsManaged: true,
    tags: {},
  }));
}

/** Whether `KmsKeyId` of a secret, or of a replica, means the key `aws/secretsmanager`. */
export function isAwsManagedKeyId(keyId: string | undefined): boolean {
  return keyId === undefined || /(^|[:/])aws\/secretsmanager$/.test(keyId);
}

/** The key that `KmsKeyId` of a secret means: an ARN, an id, an alias, or nothing for the AWS managed key. */
export function keyNamed(keys: Key[], keyId: string | undefined, place: { account: string; region: string }): Key | undefined {
  const local = keys.filter(key => key.account === place.account && key.region === place.region);
  return isAwsManagedKeyId(keyId)
    ? local.find(key => key.awsManaged)
    : keys.find(key => key.arn === keyId || key.aliases.some(alias => aliasArn(key, alias) === keyId))
      ?? local.find(key => key.arn.endsWith(`:key/${keyId}`) || key.aliases.includes(keyId!));
}

function aliasArn(key: Key, alias: string): string {
  return key.arn.replace(/:key\/.*$/, `:${alias}`);
}
