import type { App } from 'aws-cdk-lib';
import { DatabaseEngine, DatabaseRotator, RotatedDatabaseSecret, RotationTarget, SecretNamespace } from 'cdk-managed-secrets';
import { databaseIn, usernameOf } from './database';
import { Layout, NAMESPACE, purposeOf, secretStacks } from './layout';

/** `RotatedDatabaseSecret`: all secrets in one namespace and on one rotator, in as few stacks as they need. */
export function build(app: App, { secrets }: Layout): void {
  const stacks = secretStacks(app, secrets);
  const [{ stack: first }] = stacks;
  const namespace = new SecretNamespace(first, 'Namespace', NAMESPACE);
  const { vpc, cluster } = databaseIn(first);
  const rotator = new DatabaseRotator(first, 'Rotator', { engine: DatabaseEngine.POSTGRESQL, vpc });
  const database = RotationTarget.fromCluster(cluster);
  for (const { stack, numbers } of stacks) {
    for (const number of numbers) {
      new RotatedDatabaseSecret(stack, `Secret${number}`, { namespace, purpose: purposeOf(number), username: usernameOf(number), database, rotator });
    }
  }
}
