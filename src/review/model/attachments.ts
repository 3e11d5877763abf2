import type { Secret } from './model';
import { resourcesOfType } from './placed';
import type { Properties, ResolvedStack } from '../assembly/resolved-stack';

const DATABASES = ['AWS::RDS::DBInstance', 'AWS::RDS::DBCluster', 'AWS::DocDB::DBCluster', 'AWS::Redshift::Cluster'];

/** The database into whose secret CloudFormation writes engine, host and port. */
export interface Attachment {
  readonly targetType: string;
  readonly targetId: string;
  /** What the templates say of the database; absent for one that is in none of them. */
  readonly database?: Properties;
}

export function attachmentOf({ arn, account, region }: Secret, stacks: ResolvedStack[]): Attachment | undefined {
  const attachment = resourcesOfType(stacks, 'AWS::SecretsManager::SecretTargetAttachment').find(each => each.resource.Properties!.SecretId === arn);
  if (!attachment) return undefined;
  const { TargetType: targetType, TargetId: targetId } = attachment.resource.Properties!;
  const database = resourcesOfType(stacks, ...DATABASES)
    .find(({ stack, logicalId }) => stack.account === account && stack.region === region && stack.ref(logicalId) === targetId);
  return { targetType, targetId, database: database?.resource.Properties };
}
