import { App, assertions, aws_ec2 as ec2, aws_rds as rds, aws_secretsmanager as secretsmanager, Stack } from 'aws-cdk-lib';
import {
  DatabaseEngine, DatabaseRotator, DatabaseRotatorProps, RotatedDatabaseSecret, RotatedDatabaseSecretProps, RotationStrategy,
  RotationTarget, SecretNamespace,
} from 'cdk-managed-secrets';
import type { Construct } from 'constructs';
import { ENV, testApp, testStack } from '../support/test-app';

export const NAMESPACE = { environment: 'prod', service: 'payments' };
export const HOST = 'db.example.com';
export const POSTGRES = rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.VER_16_4 });
export const AURORA_MYSQL = rds.DatabaseClusterEngine.auroraMysql({ version: rds.AuroraMysqlEngineVersion.VER_3_08_0 });
export const SUPERUSER_ARN = `arn:aws:secretsmanager:${ENV.region}:${ENV.account}:secret:rds!cluster-0a1b2c-a1b2c3`;

export type Props = Partial<RotatedDatabaseSecretProps>;

/** A stack with a VPC and a namespace. */
export interface World {
  readonly stack: Stack;
  readonly vpc: ec2.Vpc;
  readonly namespace: SecretNamespace;
}

export function world(app: App = testApp(), id = 'Stack', env = ENV): World {
  const stack = testStack(id, app, env);
  // The L2's own custom resource would hide one of ours.
  const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 1, restrictDefaultSecurityGroup: false });
  return { stack, vpc, namespace: new SecretNamespace(stack, 'Secrets', NAMESPACE) };
}

export function instance({ stack, vpc }: World, props: Partial<rds.DatabaseInstanceProps> = {}): rds.DatabaseInstance {
  return new rds.DatabaseInstance(stack, 'Database', { engine: POSTGRES, vpc, ...props });
}

export function cluster({ stack, vpc }: World, props: Partial<rds.DatabaseClusterProps> = {}): rds.DatabaseCluster {
  return new rds.DatabaseCluster(stack, 'Database', {
    engine: AURORA_MYSQL,
    vpc,
    writer: rds.ClusterInstance.serverlessV2('writer'),
    readers: [rds.ClusterInstance.serverlessV2('reader', { scaleWithWriter: true })],
    ...props,
  });
}

export function serverlessCluster({ stack, vpc }: World): rds.ServerlessCluster {
  return new rds.ServerlessCluster(stack, 'Database', {
    vpc, engine: rds.DatabaseClusterEngine.auroraPostgres({ version: rds.AuroraPostgresEngineVersion.VER_13_12 }),
  });
}

export function proxyOf({ vpc }: World, database: rds.DatabaseInstance | rds.DatabaseCluster): rds.DatabaseProxy {
  return database.addProxy('Proxy', { vpc, secrets: [database.secret!] });
}

/** A database of nobody, which is reached over the internet. */
export function endpoint(engine = DatabaseEngine.POSTGRESQL, props: object = {}): RotationTarget {
  return RotationTarget.fromEndpoint({ engine, host: HOST, ...props });
}

/** The credentials of `app`, in the namespace that the scope has. */
export function rotated(scope: Construct, props: Props = {}, id = 'Credentials'): RotatedDatabaseSecret {
  return new RotatedDatabaseSecret(scope, id, { purpose: 'db', username: 'app', database: endpoint(), ...props });
}

/** The same, with a rotator for it alone, which is made as the secret's own would be, but for what is said of the function. */
export function rotatedBy(scope: Construct, options: Partial<DatabaseRotatorProps>, props: Props = {}, id = 'Credentials'): RotatedDatabaseSecret {
  const { database = endpoint(), strategy, passwordPolicy, vpc, ...others } = props;
  const { engine, vpc: ofDatabase } = database._bind('Test');
  const rotator = new DatabaseRotator(scope, `${id}Rotator`, { engine, strategy, passwordPolicy, vpc: vpc ?? ofDatabase, ...options });
  return rotated(scope, { ...others, database, strategy, passwordPolicy, rotator }, id);
}

/** Alternating users with a superuser whose secret Amazon RDS manages. */
export function alternatingUsers(scope: Construct): RotationStrategy {
  return RotationStrategy.alternatingUsers({ superuserSecret: secretsmanager.Secret.fromSecretCompleteArn(scope, 'Superuser', SUPERUSER_ARN) });
}

/** The same superuser, who sets the password of the one user. */
export function superuserSets(scope: Construct): RotationStrategy {
  return RotationStrategy.superuserSets({ superuserSecret: secretsmanager.Secret.fromSecretCompleteArn(scope, 'Superuser', SUPERUSER_ARN) });
}

export function resourcesOf(stack: Stack): Record<string, any> {
  return assertions.Template.fromStack(stack).toJSON().Resources as Record<string, any>;
}

/** Logical ids of a type, in the order of the template. */
export function idsOf(stack: Stack, type: string): string[] {
  return Object.entries(resourcesOf(stack)).filter(([, { Type }]) => Type === type).map(([id]) => id);
}

/** The only resource of a type whose logical id begins like this. */
export function resourceOf(stack: Stack, type: string, start = ''): any {
  const found = Object.entries(resourcesOf(stack)).filter(([id, { Type }]) => Type === type && id.startsWith(start));
  expect(found.map(([id]) => id)).toHaveLength(1);
  return found[0][1];
}

/** All that CloudFormation deploys before a resource, directly or not. */
export function deployedBefore(stack: Stack, id: string): Set<string> {
  const resources = resourcesOf(stack);
  const before = new Set<string>();
  const visit = (each: string) => {
    for (const next of [...[resources[each].DependsOn ?? []].flat(), ...referencesIn(resources[each].Properties)]) {
      if (before.has(next) || !(next in resources)) continue;
      before.add(next);
      visit(next);
    }
  };
  visit(id);
  return before;
}

function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'Ref') return [inner as string];
    if (key === 'Fn::GetAtt') return [([inner].flat() as string[])[0].split('.')[0]];
    if (key === 'Fn::Sub') return [...String([inner].flat()[0]).matchAll(/\$\{([A-Za-z0-9]+)/g)].map(([, id]) => id);
    return referencesIn(inner);
  });
}
