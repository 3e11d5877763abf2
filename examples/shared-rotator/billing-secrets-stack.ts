import { Stack, StackProps } from 'aws-cdk-lib';
import { IDatabaseRotator, RotatedDatabaseSecret, RotationSchedule, RotationStrategy, RotationTarget, SecretNamespace } from 'cdk-managed-secrets';
import type { Construct } from 'constructs';
import { AuroraCluster } from './aurora-cluster';

export interface BillingSecretsStackProps extends StackProps {
  readonly rotator: IDatabaseRotator;
}

/** The billing team has one user; Amazon RDS rotates the master user's password every seven days, as it does by default. */
export class BillingSecretsStack extends Stack {
  constructor(scope: Construct, id: string, { rotator, ...props }: BillingSecretsStackProps) {
    super(scope, id, props);

    new SecretNamespace(this, 'Secrets', { environment: 'prod', service: 'billing' });
    const { cluster, masterUserSecret } = new AuroraCluster(this, 'Database', {
      clusterIdentifier: 'billing',
      securityGroupId: 'sg-0a1b2c3d4e5f60732',
      masterUserSecretName: 'rds!cluster-7a0e5b36-2c4d-4f18-9d63-8b1f7e2c5d90-m4n5o6',
    });

    new RotatedDatabaseSecret(this, 'DatabaseCredentials', {
      purpose: 'db-credentials',
      username: 'billing_app',
      database: RotationTarget.fromCluster(cluster),
      strategy: RotationStrategy.alternatingUsers({ superuserSecret: masterUserSecret }),
      schedule: RotationSchedule.spread({ fromHour: 1, toHour: 5 }),
      rotator,
    });
  }
}
