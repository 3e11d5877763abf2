import { Stack, StackProps } from 'aws-cdk-lib';
import {
  IDatabaseRotator, MasterUserRotation, RotatedDatabaseSecret, RotationSchedule, RotationStrategy, RotationTarget, SecretNamespace,
} from 'cdk-managed-secrets';
import type { Construct } from 'constructs';
import { AuroraCluster } from './aurora-cluster';

export interface LedgerSecretsStackProps extends StackProps {
  readonly rotator: IDatabaseRotator;
}

/** The ledger team has two users in one cluster, and decides when Amazon RDS rotates the master user's password. */
export class LedgerSecretsStack extends Stack {
  constructor(scope: Construct, id: string, { rotator, ...props }: LedgerSecretsStackProps) {
    super(scope, id, props);

    new SecretNamespace(this, 'Secrets', { environment: 'prod', service: 'ledger' });
    const { cluster, masterUserSecret } = new AuroraCluster(this, 'Database', {
      clusterIdentifier: 'ledger',
      securityGroupId: 'sg-0a1b2c3d4e5f60731',
      masterUserSecretName: 'rds!cluster-1d4f8a20-90b3-4c1e-b7a5-2f6e0c9d3a84-j1k2l3',
    });
    const rotation = {
      database: RotationTarget.fromCluster(cluster),
      strategy: RotationStrategy.alternatingUsers({ superuserSecret: masterUserSecret }),
      schedule: RotationSchedule.spread({ fromHour: 1, toHour: 5 }),
      rotator,
    };
    new RotatedDatabaseSecret(this, 'WriterCredentials', { purpose: 'db/writer', username: 'ledger_writer', ...rotation });
    new RotatedDatabaseSecret(this, 'ReportingCredentials', { purpose: 'db/reporting', username: 'ledger_reporting', ...rotation });

    // Not between 1 and 5, when a rotation may need the master user.
    new MasterUserRotation(this, 'MasterUser', {
      database: rotation.database,
      masterUserSecret,
      schedule: RotationSchedule.cron({ weekDay: 'SUN', hour: '22' }),
    });
  }
}
