import { aws_iam as iam, Stack, StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { acknowledge, acknowledgeInPacks } from './acknowledgements';
import { ORGANIZATION } from './organization';

/** The most that a role of a service may do: nothing that changes who may read a secret, or under which key it is. */
export class BoundaryStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    const boundary = new iam.ManagedPolicy(this, 'ServiceBoundary', {
      managedPolicyName: ORGANIZATION.boundaryName,
      description: 'The permissions boundary of every role of a service',
      statements: [
        new iam.PolicyStatement({ actions: ['*'], resources: ['*'] }),
        new iam.PolicyStatement({
          sid: 'AccessIsChangedByDeployments',
          effect: iam.Effect.DENY,
          actions: [
            'iam:*', 'organizations:*', 'account:*',
            'secretsmanager:PutResourcePolicy', 'secretsmanager:DeleteResourcePolicy', 'secretsmanager:UpdateSecret', 'secretsmanager:CreateSecret',
            'secretsmanager:ReplicateSecretToRegions', 'secretsmanager:StopReplicationToReplica',
            'kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion', 'kms:DisableKey',
          ],
          resources: ['*'],
        }),
      ],
    });
    const reason = 'A permissions boundary allows nothing by itself: what a role may do stands in its own policies, within this.';
    acknowledge(boundary, {
      'AwsSolutions-IAM5[Action::*]': reason,
      'AwsSolutions-IAM5[Resource::*]': reason,
    });
    for (const [rule, control] of [['AdminAccess', 'admin_access'], ['FullAccess', 'full_access']]) {
      acknowledgeInPacks(boundary, ['NIST.800.53.R5', 'HIPAA.Security', 'PCI.DSS.321'], `IAMPolicyNoStatementsWith${rule}`, reason);
      acknowledge(boundary, { [`cdk-validator-cfnguard::iam_managed_policy_no_statements_with_${control}_check`]: reason });
    }
  }
}
