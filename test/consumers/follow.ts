import { aws_ec2 as ec2, aws_ecs as ecs, Duration, Stack } from 'aws-cdk-lib';
import { DatabaseEngine, ManagedSecret, RotatedDatabaseSecret, RotatedDatabaseSecretProps, RotationSchedule, RotationStrategy, RotationTarget, SecretNamespace } from '../../src';
import { testStack } from '../support/test-app';

/** A stack with the namespace prod/payments. */
export function payments(id = 'payments', app?: ConstructorParameters<typeof Stack>[0], env?: { account: string; region: string }): Stack {
  const stack = testStack(id, app as never, env);
  new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'payments' });
  return stack;
}

export function apiKey(stack: Stack, id = 'ApiKey', purpose = 'api-key'): ManagedSecret {
  return new ManagedSecret(stack, id, { purpose });
}

/** The secret prod/payments/db, of a database elsewhere. */
export function database(stack: Stack, props: Partial<RotatedDatabaseSecretProps> = {}, id = 'Db'): RotatedDatabaseSecret {
  return new RotatedDatabaseSecret(stack, id, {
    purpose: id.toLowerCase(),
    username: 'payments_app',
    database: RotationTarget.fromEndpoint({ engine: DatabaseEngine.MYSQL, host: 'db.example.com' }),
    strategy: RotationStrategy.dualPassword(),
    schedule: RotationSchedule.every(Duration.hours(4)),
    ...props,
  });
}

/** A worker of Fargate in the stack, whose container is called app. */
export function worker(stack: Stack, id = 'Worker', props: Partial<ecs.FargateServiceProps> = {}, hasContainer = true): ecs.FargateService {
  const cluster = stack.node.tryFindChild('Cluster') as ecs.Cluster | undefined ?? new ecs.Cluster(stack, 'Cluster', { vpc: new ec2.Vpc(stack, 'Vpc') });
  const taskDefinition = new ecs.FargateTaskDefinition(stack, `${id}Task`);
  if (hasContainer) taskDefinition.addContainer('app', { image: ecs.ContainerImage.fromRegistry('worker'), environment: { STAGE: 'prod' } });
  return new ecs.FargateService(stack, id, { cluster, taskDefinition, ...props });
}
