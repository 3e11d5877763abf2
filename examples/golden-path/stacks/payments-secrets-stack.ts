import { aws_lambda as lambda, aws_logs as logs, Duration, Stack, StackProps } from 'aws-cdk-lib';
import {
  DatabaseEngine, DatabaseRotator, DeployedName, GuardRail, ManagedSecret, ReplicaRegion, RotatedDatabaseSecret, RotationSchedule,
  RotationStrategy, RotationTarget, SecretContent, SecretMonitoring, SecretNamespace,
} from 'cdk-managed-secrets';
import type { Construct } from 'constructs';
import { LogsKey } from './logs-key';
import { PaymentsDatabase } from './payments-database';
import { importVpc } from './payments-network';
import { acknowledge, acknowledgeInPacks } from '../acknowledgements';

export interface PaymentsSecretsStackProps extends StackProps {
  readonly environment: string;

  /** @default - the database credentials are in one region */
  readonly replicaRegions?: string[];
}

/** The functions that talk to Stripe run in one region. */
const ONE_REGION: ReplicaRegion[] = [];

/** The namespace of the payments service in one environment, and its secrets. */
export class PaymentsSecretsStack extends Stack {
  public readonly databaseCredentials: RotatedDatabaseSecret;
  public readonly stripeApiKey: ManagedSecret;
  public readonly webhookSigningKey: ManagedSecret;

  constructor(scope: Construct, id: string, props: PaymentsSecretsStackProps) {
    super(scope, id, props);

    new SecretNamespace(this, 'Secrets', {
      environment: props.environment,
      service: 'payments',
      owner: 'payments-team',
      costCenter: 'cc-4711',
      replicaRegions: props.replicaRegions,
      guardRails: props.environment === 'prod' ? [
        GuardRail.denyOutsideOrganization('o-a1b2c3d4e5'),
        GuardRail.denyPrincipals(['arn:aws:iam::*:role/staging-*']),
      ] : [],
    });

    new SecretMonitoring(this, 'Monitoring', { trailLogGroup: logs.LogGroup.fromLogGroupName(this, 'Trail', 'organization-trail') });

    this.databaseCredentials = this.createDatabaseCredentials(props);

    this.stripeApiKey = new ManagedSecret(this, 'StripeApiKey', {
      purpose: 'stripe/api_key',
      description: 'Issued by Stripe; put by the payments team with PutSecretValue',
      content: SecretContent.empty(),
      replicas: ONE_REGION,
    });

    // Before: new secretsmanager.Secret(this, 'WebhookSigningKey', { secretName, generateSecretString: { passwordLength: 48 } }).
    // The logical id, the name and the generator are the same, so that the deployed secret is neither replaced nor generated again.
    this.webhookSigningKey = new ManagedSecret(this, 'WebhookSigningKey', {
      deployedName: DeployedName.explicit(`${props.environment}-payments-webhook`),
      content: SecretContent.generateSecretString({ passwordLength: 48, excludePunctuation: true }),
      replicas: ONE_REGION,
    });

    acknowledge(this.webhookSigningKey, {
      'cdk-managed-secrets::name-in-hierarchy': 'It was deployed under this name before the namespace existed; another name would replace the secret and its value.',
    });
    for (const secret of [this.stripeApiKey, this.webhookSigningKey]) acknowledgeNoRotation(secret);
  }

  /** Two users take turns, so that the service logs in at every instant of a rotation. */
  private createDatabaseCredentials({ environment }: PaymentsSecretsStackProps): RotatedDatabaseSecret {
    const database = new PaymentsDatabase(this, 'Database', environment);
    const strategy = RotationStrategy.alternatingUsers({ superuserSecret: database.superuserSecret });
    return new RotatedDatabaseSecret(this, 'DatabaseCredentials', {
      purpose: 'db-credentials',
      description: 'The user with which the payments service logs in to its PostgreSQL database',
      username: 'payments_app',
      database: RotationTarget.fromCluster(database.cluster),
      schedule: RotationSchedule.cron({ weekDay: 'SUN', hour: '3', window: Duration.hours(2) }),
      rotator: this.createRotator(strategy),
    });
  }

  private createRotator(strategy: RotationStrategy): DatabaseRotator {
    return new DatabaseRotator(this, 'Rotator', {
      engine: DatabaseEngine.POSTGRESQL,
      strategy,
      vpc: importVpc(this),
      logGroup: new logs.LogGroup(this, 'RotatorLog', {
        retention: logs.RetentionDays.ONE_YEAR, encryptionKey: new LogsKey(this, 'LogsKey').serveLogs(),
      }),
      reservedConcurrentExecutions: 2,
      tracing: lambda.Tracing.ACTIVE,
    });
  }
}

function acknowledgeNoRotation(secret: ManagedSecret): void {
  const reason = 'Stripe holds this value too, where no function can change it; the team exchanges both, as examples/golden-path/README.md says.';
  acknowledge(secret, { 'AwsSolutions-SMG4': reason });
  acknowledgeInPacks(secret, ['NIST.800.53.R5', 'HIPAA.Security'], 'SecretsManagerRotationEnabled', reason);
}
