import { aws_iam as iam, Stack, StackProps } from 'aws-cdk-lib';
import type { ManagedSecret } from 'cdk-managed-secrets';
import type { Construct } from 'constructs';

export interface PaymentsReportingStackProps extends StackProps {
  readonly databaseCredentials: ManagedSecret;
}

/** A job of another team that reads a secret of the first stack: a grant across stacks, without a cycle. */
export class PaymentsReportingStack extends Stack {
  constructor(scope: Construct, id: string, props: PaymentsReportingStackProps) {
    super(scope, id, props);

    const job = new iam.Role(this, 'NightlyReport', {
      assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com'),
      description: 'The nightly report reads the payments database',
    });
    props.databaseCredentials.grantRead(job);
  }
}
