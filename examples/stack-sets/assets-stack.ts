import { aws_iam as iam, aws_s3 as s3, Duration, Stack, StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { acknowledgeAssets } from './acknowledged-assets';

export const ASSETS_PREFIX = 'acme-stack-set-assets';
const ORGANIZATION_ID = 'o-a1b2c3d4e5';

/** The code of rotation functions in one region, from where every account of the organization may fetch it: Lambda takes code of its own region alone. */
export class AssetsStack extends Stack {
  public readonly bucket: s3.Bucket;

  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    this.bucket = new s3.Bucket(this, 'Assets', {
      bucketName: `${ASSETS_PREFIX}-${this.region}`,
      encryption: s3.BucketEncryption.S3_MANAGED,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      versioned: true,
      lifecycleRules: [{ noncurrentVersionExpiration: Duration.days(365) }],
    });
    this.bucket.addToResourcePolicy(new iam.PolicyStatement({
      sid: 'AccountsOfTheOrganization',
      principals: [new iam.AnyPrincipal()],
      actions: ['s3:GetObject'],
      resources: [this.bucket.arnForObjects('*')],
      conditions: { StringEquals: { 'aws:PrincipalOrgID': ORGANIZATION_ID } },
    }));
    acknowledgeAssets(this.bucket);
  }
}
