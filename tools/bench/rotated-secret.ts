import type { App } from 'aws-cdk-lib';
import { DatabaseEngine, DatabaseRotator, RotatedDatabaseSecret, RotationTarget, SecretNamespace } from 'cdk-managed-secrets';
import { databaseIn, usernameOf } from './database';
import { Layout, NAMESPACE, purposeOf, secretStacks } from './layout';

/** `RotatedDatabaseSecret`: all secrets in one namespace and on one rotator, and all of that in one stack. */
export function build(app: App, { secrets }: Layout): void {
  const [{ stack, numbers }] = secretStacks(app, secrets, secrets);
  const namespace = new SecretNamespace(stack, 'Namespace', NAMESPACE);
  const { vpc, cluster } = databaseIn(stack);
  const rotator = new DatabaseRotator(stack, 'Rotator', { engine: DatabaseEngine.POSTGRESQL, vpc });
  const database = RotationTarget.fromCluster(cluster);
  for (const number of numbers) {
    new RotatedDatabaseSecret(stack, `Secret${number}`, { namespace, purpose: purposeOf(number), username: usernameOf(number), database, rotator });
  }
}
