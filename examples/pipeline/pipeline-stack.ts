import {
  aws_codebuild as codebuild, aws_codepipeline as codepipeline, aws_logs as logs, aws_s3 as s3, Duration, pipelines, Stack, StackProps,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { acknowledgePipeline } from './acknowledged-pipeline';
import { ENVIRONMENTS } from './environments';
import { PaymentsStage } from './payments-stage';
import { PipelineKey } from './pipeline-key';
import { secretsGate } from './secrets-gate';

/** Synthesizes, changes itself, and deploys to staging and production, with a gate before each. */
export class PipelineStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    const source = pipelines.CodePipelineSource.connection('example/payments', 'main', {
      connectionArn: `arn:${this.partition}:codeconnections:${this.region}:${this.account}:connection/0a1b2c3d-1111-4222-8333-0a1b2c3d4e5f`,
    });
    const synth = new pipelines.ShellStep('Synth', { input: source, commands: ['npm ci', 'npx cdk synth'] });
    const key = new PipelineKey(this, 'Key');
    const pipeline = new pipelines.CodePipeline(this, 'Pipeline', {
      codePipeline: new codepipeline.Pipeline(this, 'CodePipeline', {
        pipelineType: codepipeline.PipelineType.V2,
        artifactBucket: this.createArtifactBucket(key),
        restartExecutionOnUpdate: true,
      }),
      synth,
      codeBuildDefaults: {
        buildEnvironment: { buildImage: codebuild.LinuxBuildImage.AMAZON_LINUX_2_ARM_3 },
        logging: { cloudWatch: { logGroup: new logs.LogGroup(this, 'Log', { retention: logs.RetentionDays.ONE_YEAR, encryptionKey: key }) } },
      },
    });
    for (const [stage, account] of Object.entries(ENVIRONMENTS)) {
      pipeline.addStage(new PaymentsStage(this, stage, { env: { account, region: this.region } }), {
        pre: [secretsGate(this, { stage, account, source, assembly: synth })],
      });
    }
    pipeline.buildPipeline();
    acknowledgePipeline(this);
  }

  private createArtifactBucket(encryptionKey: PipelineKey): s3.Bucket {
    return new s3.Bucket(this, 'Artifacts', {
      encryption: s3.BucketEncryption.KMS,
      encryptionKey,
      bucketKeyEnabled: true,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      versioned: true,
      lifecycleRules: [{ expiration: Duration.days(90), noncurrentVersionExpiration: Duration.days(30) }],
    });
  }
}
