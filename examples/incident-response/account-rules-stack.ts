import { Duration, Stack, StackProps } from 'aws-cdk-lib';
import { SecretConfigRules } from 'cdk-managed-secrets';
import type { Construct } from 'constructs';

interface AccountRulesStackProps extends StackProps {
  readonly driftOf: Stack[];
}

/** The rules of AWS Config for all secrets of the account and region. */
export class AccountRulesStack extends Stack {
  constructor(scope: Construct, id: string, { driftOf, ...props }: AccountRulesStackProps) {
    super(scope, id, props);
    new SecretConfigRules(this, 'Rules', { maxRotationInterval: Duration.days(90), unusedAfter: Duration.days(60), driftOf });
  }
}
