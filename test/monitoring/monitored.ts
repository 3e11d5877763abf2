import { App, aws_logs as logs, Duration, Stack } from 'aws-cdk-lib';
import {
  DatabaseEngine, DatabaseRotator, IDatabaseRotator, ManagedSecret, RotatedDatabaseSecret, RotationSchedule, RotationTarget, SecretMonitoring,
  SecretMonitoringProps, SecretNamespace,
} from '../../src';
import { testApp, testStack } from '../support/test-app';

export interface Monitored {
  readonly app: App;
  readonly stack: Stack;
  readonly namespace: SecretNamespace;
  readonly monitoring: SecretMonitoring;
}

/** CloudFormation allows 500 resources. */
const SECRETS_A_STACK = 400;

export const TRAIL = 'organization-trail';

/** The namespace prod/payments with a trail, so many API keys, and one secret that is rotated every week. */
export function monitored(props: SecretMonitoringProps = {}, secrets = 1): Monitored {
  const app = testApp();
  const stack = testStack('payments', app);
  const namespace = new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'payments' });
  const trailLogGroup = logs.LogGroup.fromLogGroupName(stack, 'Trail', TRAIL);
  const monitoring = new SecretMonitoring(stack, 'Monitoring', { trailLogGroup, expectedReaders: ['arn:aws:iam::111122223333:role/payments-*'], ...props });
  for (let index = 0; index < secrets; index += 1) {
    const id = `further-${Math.floor(index / SECRETS_A_STACK)}`;
    const further = app.node.tryFindChild(id) as Stack | undefined ?? testStack(id, app);
    new ManagedSecret(further, `ApiKey${index}`, { namespace, purpose: `api-key-${index}` });
  }
  rotated(stack, 'Database');
  return { app, stack, namespace, monitoring };
}

/** A secret that is rotated every week by a function of a rotator. */
export function rotated(stack: Stack, id: string, rotator: IDatabaseRotator = new DatabaseRotator(stack, `${id}Rotator`, { engine: DatabaseEngine.POSTGRESQL })): RotatedDatabaseSecret {
  return new RotatedDatabaseSecret(stack, id, {
    purpose: `${id.toLowerCase()}-credentials`,
    username: `${id.toLowerCase()}_app`,
    database: RotationTarget.fromEndpoint({ engine: DatabaseEngine.POSTGRESQL, host: 'db.example.com' }),
    schedule: RotationSchedule.every(Duration.days(7)),
    rotator,
  });
}
