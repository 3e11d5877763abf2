import { aws_iam as iam, aws_s3 as s3, aws_servicecatalog as servicecatalog, Duration, Stack, StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { acknowledgeAssets, acknowledgeBucketDeployment } from './acknowledged-assets';
import { acknowledge } from './acknowledgements';
import { TokenProduct } from './token-product';

/** A portfolio with a product of secrets, for the developers of this account and region. */
export class CatalogStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    const assetBucket = this.createAssetBucket();
    const productStack = new TokenProduct(this, 'TokenProduct', { assetBucket });
    const product = new servicecatalog.CloudFormationProduct(this, 'Product', {
      productName: 'Rotated token',
      owner: 'Platform team',
      description: 'A token that rotates, under a key of its own',
      productVersions: [{ productVersionName: 'v1', cloudFormationTemplate: servicecatalog.CloudFormationTemplate.fromProductStack(productStack) }],
    });
    const portfolio = new servicecatalog.Portfolio(this, 'Portfolio', { displayName: 'Secrets', providerName: 'Platform team' });
    portfolio.addProduct(product);
    portfolio.giveAccessToRole(iam.Role.fromRoleName(this, 'Developers', 'developers'));
    portfolio.setLaunchRole(product, iam.Role.fromRoleName(this, 'Launch', 'secrets-launch'));

    acknowledge(productStack, {
      'cdk-validator-cfnguard::lambda_function_public_access_prohibited_check': 'The permission has the account as SourceAccount, which is a pseudo parameter in the template of a product.',
    });
    acknowledgeBucketDeployment(this, [`<${this.getLogicalId(assetBucket.node.defaultChild as s3.CfnBucket)}.Arn>`]);
  }

  /** A product needs the name of the bucket at synthesis. */
  private createAssetBucket(): s3.Bucket {
    const bucket = new s3.Bucket(this, 'Assets', {
      bucketName: `acme-product-assets-${this.account}-${this.region}`,
      encryption: s3.BucketEncryption.S3_MANAGED,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      versioned: true,
      lifecycleRules: [{ noncurrentVersionExpiration: Duration.days(365) }],
    });
    acknowledgeAssets(bucket);
    return bucket;
  }
}
