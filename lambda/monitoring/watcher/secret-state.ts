import type { DescribeSecretCommandOutput, SecretListEntry } from '@aws-sdk/client-secrets-manager';

export interface Replica {
  readonly region: string;
  readonly status: string;
}

/** What is known of a secret, from the list or from its description. There is no value among it. */
export interface SecretState {
  readonly name: string;
  readonly arn: string;
  readonly isRotated: boolean;
  /** It has a rotation function or rules, which stay when the rotation is turned off. */
  readonly wasRotated: boolean;
  readonly lastRotation?: Date;
  readonly nextRotation?: Date;
  readonly created?: Date;
  readonly changed?: Date;
  /** In any region that is known. */
  readonly accessed?: Date;
  readonly isDeleted: boolean;
  /** A version has AWSPENDING and not AWSCURRENT. */
  readonly isPending: boolean;
  readonly replicas: readonly Replica[];
  /** The list does not tell in which state the replicas are. */
  readonly isReplicated: boolean;
  readonly tags: ReadonlyMap<string, string>;
}

export function stateOf(secret: SecretListEntry & DescribeSecretCommandOutput | SecretListEntry | DescribeSecretCommandOutput): SecretState {
  const { SecretVersionsToStages, VersionIdsToStages, ReplicationStatus = [] } = secret as SecretListEntry & DescribeSecretCommandOutput;
  const stages = Object.values(SecretVersionsToStages ?? VersionIdsToStages ?? {});
  return {
    name: secret.Name ?? '',
    arn: secret.ARN ?? '',
    isRotated: secret.RotationEnabled === true,
    wasRotated: secret.RotationLambdaARN !== undefined || secret.RotationRules !== undefined,
    lastRotation: secret.LastRotatedDate,
    nextRotation: secret.NextRotationDate,
    created: secret.CreatedDate,
    changed: secret.LastChangedDate,
    accessed: latest([secret.LastAccessedDate, ...ReplicationStatus.map(({ LastAccessedDate }) => LastAccessedDate)]),
    isDeleted: secret.DeletedDate !== undefined,
    isPending: stages.some(labels => labels.includes('AWSPENDING') && !labels.includes('AWSCURRENT')),
    replicas: ReplicationStatus.map(({ Region = '', Status = '' }) => ({ region: Region, status: Status })),
    isReplicated: secret.PrimaryRegion !== undefined,
    tags: new Map((secret.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
  };
}

function latest(dates: readonly (Date | undefined)[]): Date | undefined {
  return dates.filter(date => date !== undefined).sort((one, other) => other.getTime() - one.getTime())[0];
}
