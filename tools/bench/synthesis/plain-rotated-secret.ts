import * as path from 'path';
import { App, aws_kms as kms, aws_lambda as lambda, aws_logs as logs, aws_rds as rds, Duration, Stack } from 'aws-cdk-lib';
import { Database, databaseIn, usernameOf } from './database';
import { Layout, secretStacks, SecretsOfStack, stackIn } from './layout';
import { createPlainSecret, keyIn, tag } from './plain-secret';

/** The bundle that `DatabaseRotator` deploys. */
const BUNDLE = path.resolve(__dirname, '../../../assets/rotation/postgres');

/** Of `PasswordPolicy.DATABASE`. */
const PASSWORD = { passwordLength: 32, excludeCharacters: ' %+~`#$&*()|[]{}:;<>?!\'/@"\\' };

/**
 * The L2 `Secret`, attached to the cluster and rotated by a function of one's own.
 *
 * Each stack of secrets has a function and a key: see `buildWithSharedFunction`.
 */
export function build(app: App, { secrets }: Layout): void {
  for (const secretsOfStack of secretStacks(app, secrets)) buildStack(secretsOfStack);
}

/** One function for all, in a stack of its own. The L2 refuses it as a cycle, for it writes each secret into the role of the function. */
export function buildWithSharedFunction(app: App, { secrets }: Layout): void {
  const functionStack = stackIn(app, 'Function');
  const rotationFunction = functionIn(functionStack, databaseIn(functionStack));
  for (const { stack, numbers } of secretStacks(app, secrets)) {
    createSecrets({ stack, numbers }, databaseIn(stack).cluster, rotationFunction);
  }
}

function buildStack({ stack, numbers }: SecretsOfStack): void {
  const database = databaseIn(stack);
  createSecrets({ stack, numbers }, database.cluster, functionIn(stack, database));
}

function createSecrets({ stack, numbers }: SecretsOfStack, cluster: rds.IDatabaseCluster, rotationLambda: lambda.IFunction): void {
  tag(stack);
  const key = keyIn(stack);
  for (const number of numbers) {
    createDatabaseSecret(stack, number, key).attach(cluster).addRotationSchedule('RotationSchedule', { rotationLambda, automaticallyAfter: Duration.days(30) });
  }
}

function createDatabaseSecret(stack: Stack, number: string, key: kms.IKey) {
  return createPlainSecret(stack, number, {
    encryptionKey: key,
    generateSecretString: {
      secretStringTemplate: JSON.stringify({ username: usernameOf(number) }),
      generateStringKey: 'password',
      ...PASSWORD,
    },
  });
}

/** Settings as those of `DatabaseRotator`. */
function functionIn(stack: Stack, { vpc, cluster }: Database): lambda.Function {
  const rotationFunction = new lambda.Function(stack, 'RotationFunction', {
    code: lambda.Code.fromAsset(BUNDLE),
    handler: 'index.handler',
    runtime: lambda.Runtime.NODEJS_24_X,
    architecture: lambda.Architecture.ARM_64,
    memorySize: 256,
    timeout: Duration.minutes(1),
    environment: { EXCLUDE_CHARACTERS: PASSWORD.excludeCharacters },
    logGroup: new logs.LogGroup(stack, 'RotationLog', { retention: logs.RetentionDays.ONE_YEAR }),
    vpc,
  });
  cluster.connections.allowDefaultPortFrom(rotationFunction);
  return rotationFunction;
}
