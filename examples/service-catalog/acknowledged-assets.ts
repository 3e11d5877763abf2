import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { acknowledge, acknowledgeInPacks } from './acknowledgements';

const PACKS = ['NIST.800.53.R5', 'HIPAA.Security', 'PCI.DSS.321'];

/** A bucket of code, which those read who launch a product. */
export function acknowledgeAssets(bucket: IConstruct): void {
  const reason = 'It holds the code of functions, which deployments put there and no secret is in; the trail of the account has who changes it.';
  acknowledge(bucket, { 'AwsSolutions-S1': reason });
  for (const rule of ['S3BucketLoggingEnabled', 'S3BucketReplicationEnabled', 'S3DefaultEncryptionKMS']) acknowledgeInPacks(bucket, PACKS, rule, reason);
  for (const rule of ['s3_bucket_default_encryption_kms', 's3_bucket_logging_enabled', 's3_bucket_object_lock_enabled', 's3_event_notifications_enabled']) {
    acknowledge(bucket, { [`cdk-validator-cfnguard::${rule}_check`]: reason });
  }
}

/** The function of aws-cdk-lib that copies assets into the buckets, once a deployment. It has no settings for these. */
export function acknowledgeBucketDeployment(stack: Stack, buckets: string[]): void {
  const copier = stack.node.children.find(({ node: { id } }) => id.startsWith('Custom::CDKBucketDeployment'))!;
  const reason = 'aws-cdk-lib makes this function, which copies code between buckets of this account while a deployment waits for it.';
  for (const rule of ['CloudWatchLogGroupEncrypted', 'LambdaInsideVPC', 'IAMNoInlinePolicy']) acknowledgeInPacks(copier, PACKS, rule, reason);
  for (const rule of ['LambdaConcurrency', 'LambdaDLQ']) acknowledgeInPacks(copier, PACKS.slice(0, 2), rule, reason);
  for (const rule of ['LambdaDLQ', 'LambdaDefaultMemorySize', 'LambdaLatestVersion', 'LambdaTracing']) acknowledgeInPacks(copier, ['Serverless'], rule, reason);
  for (const rule of ['cloudwatch_log_group_encrypted', 'lambda_inside_vpc']) acknowledge(copier, { [`cdk-validator-cfnguard::${rule}_check`]: reason });
  const wildcards = [
    ...['s3:Abort*', 's3:DeleteObject*', 's3:GetBucket*', 's3:GetObject*', 's3:List*'].map(action => `Action::${action}`),
    ...[`arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-${stack.account}-${stack.region}`, ...buckets].map(bucket => `Resource::${bucket}/*`),
  ];
  acknowledgeExactly(copier, ['AwsSolutions-L1', ...wildcards.map(each => `AwsSolutions-IAM5[${each}]`),
    'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]'], reason);
}

/** Ids with two colons twice, which `acknowledge` takes from aws-cdk-lib 2.269.0 on. */
function acknowledgeExactly(construct: IConstruct, ids: string[], reason: string): void {
  construct.node.addMetadata(Validations.ACKNOWLEDGED_RULES_METADATA_KEY, Object.fromEntries(ids.map(id => [id, reason])));
}
