import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { GuardRail, OrganizationGuardRails } from 'cdk-managed-secrets';
import type { Construct } from 'constructs';

/** The policies of the organization, for one organizational unit. */
export class OrganizationStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    const guardRails = new OrganizationGuardRails(this, 'SecretGuardRails', {
      // Begin with a unit for trials; the root of the organization comes last.
      targetIds: ['ou-ab12-11111111'],
      deploymentRoles: [
        'arn:aws:iam::*:role/cdk-*-cfn-exec-role-*',
        // The runbook that denies a principal every secret changes resource policies too. CloudFormation names its role after its stack.
        'arn:aws:iam::*:role/payments-secrets-Revocation*',
      ],
      guardRails: [
        GuardRail.denyOutsideOrganization('o-a1b2c3d4e5'),
        GuardRail.denyDeletion({ exceptPrincipals: ['arn:aws:iam::*:role/cdk-*-cfn-exec-role-*', 'arn:aws:iam::*:role/break-glass'] }),
      ],
    });
    // For the review of an app: see the guide.
    new CfnOutput(this, 'ServiceControlPolicy', { value: this.toJsonString(guardRails.serviceControlPolicy) });
    new CfnOutput(this, 'ResourceControlPolicy', { value: this.toJsonString(guardRails.resourceControlPolicy) });
  }
}
