import { aws_codebuild as codebuild, type Stack, Validations } from 'aws-cdk-lib';
import { acknowledge, acknowledgeInPacks } from './acknowledgements';

const ARTIFACTS = 'CDK Pipelines lets each step read and write the artifacts of this pipeline, in the one bucket of them and under the one key.';
const ACTIONS = ['kms:GenerateDataKey*', 'kms:ReEncrypt*', 's3:Abort*', 's3:DeleteObject*', 's3:GetBucket*', 's3:GetObject*', 's3:List*'];

/** What CDK Pipelines writes, and what artifacts of a pipeline do without. */
export function acknowledgePipeline(stack: Stack): void {
  const bucket = stack.node.findChild('Artifacts');
  acknowledge(stack, Object.fromEntries(ACTIONS.map(action => [`AwsSolutions-IAM5[Action::${action}]`, ARTIFACTS])));
  acknowledge(stack, { [`AwsSolutions-IAM5[Resource::<${stack.getLogicalId(bucket.node.defaultChild as never)}.Arn>/*]`]: ARTIFACTS });
  acknowledgeInPacks(stack, ['NIST.800.53.R5', 'HIPAA.Security', 'PCI.DSS.321'], 'IAMNoInlinePolicy',
    'CDK Pipelines writes an AWS::IAM::Policy of each role, so that nobody can attach it to another.');
  acknowledgeInPacks(stack, ['HIPAA.Security', 'PCI.DSS.321'], 'CodeBuildProjectSourceRepoUrl', 'The source is an artifact of the pipeline, which uses a connection and no token.');
  acknowledgeBucket(bucket);
  for (const project of stack.node.findAll().filter(each => each instanceof codebuild.Project)) acknowledgeProject(stack, project);
  acknowledgeSelfMutation(stack);
}

/** The second id has an account between two colons, which `acknowledge` takes from aws-cdk-lib 2.269.0 on. */
function acknowledgeSelfMutation(stack: Stack): void {
  const pipeline = stack.node.findChild('Pipeline');
  acknowledge(pipeline, { 'AwsSolutions-IAM5[Resource::*]': 'The step that changes the pipeline describes stacks by names that are not known to CDK Pipelines.' });
  pipeline.node.addMetadata(Validations.ACKNOWLEDGED_RULES_METADATA_KEY, {
    [`AwsSolutions-IAM5[Resource::arn:*:iam::${stack.account}:role/*]`]: 'Only roles of the bootstrap that are tagged for it can be assumed: a condition says so.',
  });
}

function acknowledgeBucket(bucket: Parameters<typeof acknowledge>[0]): void {
  const reason = 'Artifacts are made again by a run of the pipeline, and the trail of the account has who reads them.';
  acknowledge(bucket, { 'AwsSolutions-S1': reason });
  for (const rule of ['S3BucketLoggingEnabled', 'S3BucketReplicationEnabled']) acknowledgeInPacks(bucket, ['NIST.800.53.R5', 'HIPAA.Security', 'PCI.DSS.321'], rule, reason);
  for (const rule of ['s3_bucket_logging_enabled', 's3_bucket_object_lock_enabled', 's3_event_notifications_enabled']) {
    acknowledge(bucket, { [`cdk-validator-cfnguard::${rule}_check`]: reason });
  }
}

/** A project may write reports and logs of its own, whose names end in what each run adds. */
function acknowledgeProject(stack: Stack, project: codebuild.Project): void {
  const id = stack.getLogicalId(project.node.defaultChild as never);
  acknowledge(stack, {
    [`AwsSolutions-IAM5[Resource::arn:aws:codebuild:${stack.region}:${stack.account}:report-group/<${id}>-*]`]: 'A project makes its groups of reports when it runs.',
    [`AwsSolutions-IAM5[Resource::arn:aws:logs:${stack.region}:${stack.account}:log-group:/aws/codebuild/<${id}>:*]`]: 'A project makes its streams of logs when it runs.',
  });
}
