import { aws_logs as logs, Duration, Stack, StackProps } from 'aws-cdk-lib';
import { GuardRail, SecretAudit, SecretConfigRules, SecretNamespace } from 'cdk-managed-secrets';
import type { Construct } from 'constructs';
import type { BaselineAccount } from './accounts';

const ORGANIZATION_ID = 'o-a1b2c3d4e5';

/** What each account has in each region before its first secret: a key, the rules of AWS Config, and the questions of an audit. */
export class BaselineStack extends Stack {
  constructor(scope: Construct, id: string, { environment, workload, ...props }: StackProps & Omit<BaselineAccount, 'id'>) {
    super(scope, id, props);
    const namespace = new SecretNamespace(this, 'Secrets', {
      environment,
      service: workload,
      guardRails: [GuardRail.denyOutsideOrganization(ORGANIZATION_ID)],
    });
    new SecretConfigRules(this, 'Rules', { maxRotationInterval: Duration.days(90), unusedAfter: Duration.days(60) });
    new SecretAudit(this, 'Audit', { namespace, trailLogGroup: logs.LogGroup.fromLogGroupName(this, 'Trail', 'organization-trail') });
  }
}
