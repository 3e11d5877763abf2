import { awsManagedKeyPolicy } from './aws-managed';
import { Placed, resourcesOfType } from './placed';
import { asDocument, PolicyDocument, tagsOf } from './policy';
import type { ResolvedStack } from '../assembly/resolved-stack';
import { textOf } from '../assembly/unknown';

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
  const aliases = aliasesByTarget(stacks);
  const customerManaged = resourcesOfType(stacks, 'AWS::KMS::Key', 'AWS::KMS::ReplicaKey').map(placed => {
    const { stack, logicalId, resource: { Properties = {} } } = placed;
    const arn = stack.getAtt(logicalId, 'Arn');
    return {
      arn,
      account: stack.account,
      region: stack.region,
      policy: asDocument(Properties.KeyPolicy),
      aliases: [...new Set([arn, `${stack.account}/${stack.region}/${stack.ref(logicalId)}`].flatMap(target => aliases.get(target) ?? []))],
      awsManaged: false,
      tags: tagsOf(Properties.Tags),
      placed,
    };
  });
  return [...customerManaged, ...awsManagedKeys(stacks)];
}

/** The names of aliases by the ARN of the key, or by its id with the account and the region. */
function aliasesByTarget(stacks: ResolvedStack[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { stack, resource: { Properties = {} } } of resourcesOfType(stacks, 'AWS::KMS::Alias')) {
    const [target, name] = [textOf(Properties.TargetKeyId), textOf(Properties.AliasName)];
    if (target === undefined || name === undefined) continue;
    const key = target.startsWith('arn:') ? target : `${stack.account}/${stack.region}/${target}`;
    found.set(key, [...found.get(key) ?? [], name]);
  }
  return found;
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

/** Finds the key that `KmsKeyId` of a secret means: an ARN, an id, an alias, or nothing for the AWS managed key. */
export function keyFinder(keys: Key[]): (keyId: string | undefined, place: { account: string; region: string }) => Key | undefined {
  const byName = new Map<string, Key>();
  for (const key of [...keys].reverse()) {
    const [arn, local] = [key.arn, `${key.account}/${key.region}/`];
    const names = [arn, local + arn.replace(/^.*:key\//, ''), ...key.aliases.flatMap(alias => [aliasArn(key, alias), local + alias])];
    for (const name of names) byName.set(name, key);
  }
  return (keyId, { account, region }) => {
    const name = isAwsManagedKeyId(keyId) ? AWS_MANAGED_ALIAS : keyId!;
    return byName.get(`${account}/${region}/${name}`) ?? byName.get(name);
  };
}

function aliasArn(key: Key, alias: string): string {
  return key.arn.replace(/:key\/.*$/, `:${alias}`);
}
