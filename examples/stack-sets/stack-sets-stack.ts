import { aws_s3 as s3, Stack, StackProps } from 'aws-cdk-lib';
import { Capability, DeploymentType, StackSet, StackSetStack, StackSetTarget, StackSetTemplate } from 'cdk-stacksets';
import type { Construct } from 'constructs';
import { AccountSecrets } from './account-secrets';
import { acknowledgeBucketDeployment } from './acknowledged-assets';
import { acknowledge } from './acknowledgements';
import { ASSETS_PREFIX } from './assets-stack';

interface StackSetsStackProps extends StackProps {
  readonly regions: string[];
  readonly assetBuckets: s3.IBucket[];
}

/** The StackSet, of the management account of the organization or of one that it has delegated this to. */
export class StackSetsStack extends Stack {
  constructor(scope: Construct, id: string, { regions, assetBuckets, ...props }: StackSetsStackProps) {
    super(scope, id, props);
    const template = new StackSetStack(this, 'Template', { assetBuckets, assetBucketPrefix: ASSETS_PREFIX });
    new AccountSecrets(template, 'Secrets');
    new StackSet(this, 'StackSet', {
      stackSetName: 'account-secrets',
      description: 'A key, rules and a token in every account',
      template: StackSetTemplate.fromStackSetStack(template),
      target: StackSetTarget.fromOrganizationalUnits({ regions, organizationalUnits: ['ou-ab12-cdefghij'] }),
      deploymentType: DeploymentType.serviceManaged({ autoDeployEnabled: true, autoDeployRetainStacks: true }),
      capabilities: [Capability.IAM],
    });
    acknowledge(template, {
      'cdk-validator-cfnguard::lambda_function_public_access_prohibited_check': 'The permission has the account as SourceAccount, which is a pseudo parameter in a template for all accounts.',
    });
    acknowledgeBucketDeployment(this, regions.map(region => `arn:aws:s3:::${ASSETS_PREFIX}-${region}`));
  }
}
