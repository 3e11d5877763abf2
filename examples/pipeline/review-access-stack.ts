import { aws_iam as iam, Stack, StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { acknowledge, acknowledgeInPacks } from './acknowledgements';
import { GATE_ROLE, PIPELINE_ACCOUNT, REVIEW_ROLE } from './environments';

/** What the gate may do in an account that the pipeline deploys to: read the templates of its stage. No secret, no key, no parameter, no other stack. */
export class ReviewAccessStack extends Stack {
  constructor(scope: Construct, id: string, { stage, ...props }: StackProps & { readonly stage: string }) {
    super(scope, id, props);
    const role = new iam.Role(this, 'Role', {
      roleName: REVIEW_ROLE,
      description: `The gate of the pipeline reads the templates of ${stage}`,
      assumedBy: new iam.AccountPrincipal(PIPELINE_ACCOUNT).withConditions({
        ArnEquals: { 'aws:PrincipalArn': `arn:${this.partition}:iam::${PIPELINE_ACCOUNT}:role/${GATE_ROLE}-${stage}` },
      }),
    });
    const stacks = this.formatArn({ service: 'cloudformation', region: '*', resource: 'stack', resourceName: `${stage}-*` });
    role.addToPolicy(new iam.PolicyStatement({ actions: ['cloudformation:GetTemplate'], resources: [stacks] }));
    acknowledge(role, { [`AwsSolutions-IAM5[Resource::${this.resolve(stacks)}]`]: 'The ids of stacks are not known before they are deployed; their names begin with the stage.' });
    acknowledgeInPacks(role, ['NIST.800.53.R5', 'HIPAA.Security', 'PCI.DSS.321'], 'IAMNoInlinePolicy',
      'The policy is of this one role, so that nobody can attach it to another.');
  }
}
