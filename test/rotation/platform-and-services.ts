import {
  App, aws_ec2 as ec2, aws_iam as iam, aws_kms as kms, aws_lambda as lambda, aws_rds as rds, aws_secretsmanager as secretsmanager, Duration, Stack,
} from 'aws-cdk-lib';
import {
  CrossAccountSecretPolicy, DatabaseEngine, DatabaseRotator, DeployedName, GuardRail, IDatabaseRotator, ManagedSecret,
  RotatedDatabaseSecret, RotatedDatabaseSecretProps, RotationStrategy, RotationTarget, SecretEncryption,
  SecretNamespace, SecretReader, SecretsManagerEndpoint,
} from 'cdk-managed-secrets';
import { endpoint } from './rotated-databases';
import { ENV, OTHER_ACCOUNT, role, testApp } from '../support/test-app';

export const OTHER_REGION = 'us-east-1';
export const ORGANIZATION = { organizationId: 'o-a1b2c3d4e5' };

/** Names of secrets. */
export const ORDERS = 'prod/orders/db';
export const AUDIT = 'prod/orders/audit';
export const ADOPTED = 'orders-database';
export const UNDER_OWN_KEY = 'prod/orders/cards';
export const NOT_ROTATED = 'prod/orders/webhook';
export const REPORT = 'prod/orders/report';
export const ARCHIVE = 'prod/orders/archive';
export const ABROAD = 'prod/orders/abroad';
export const FOREIGN = 'prod/orders/foreign';
export const PAYMENTS = 'prod/payments/db';
export const BOUNDED = 'prod/payments/bounded';
export const BY_OWN_FUNCTION = 'prod/payments/mainframe';
export const OTHER_NAMESPACE = 'prod/fraud/model';
export const GUARDED = 'prod/ledger/db';
export const OF_L2 = 'l2/db';
export const BAIT = 'bait/db';

/** Secrets of superusers, whose names CloudFormation makes, by their construct paths. */
export const ORDERS_SUPERUSER = 'orders/Database/Secret';
export const PAYMENTS_SUPERUSER = 'payments/Database/Secret';
export const MANAGED_SUPERUSER = 'prod/orders/superuser';

interface Platform {
  readonly vpc: ec2.Vpc;
  readonly rotator: DatabaseRotator;
}

/** A platform whose rotator is used by two services, and what it must not touch: every other way to have a secret. */
export function platformAndServices(): App {
  const app = testApp();
  const stackIn = (id: string, env: Partial<typeof ENV> = {}) => new Stack(app, id, { env: { ...ENV, ...env } });
  const platform = createPlatform(stackIn('platform'));
  createOrders(stackIn('orders'), platform);
  createPayments(stackIn('payments'), platform);
  createLedger(stackIn('ledger'));
  createReporting(stackIn('reporting', { account: OTHER_ACCOUNT }));
  createUnserved(stackIn('fraud'), 'fraud', 'model');
  createUnserved(stackIn('abroad', { region: OTHER_REGION }), 'orders', 'abroad');
  createUnserved(stackIn('foreign', { account: OTHER_ACCOUNT }), 'orders', 'foreign');
  createL2(stackIn('l2'));
  createBait(stackIn('bait'), platform);
  return app;
}

function namespaceIn(stack: Stack, service: string, props: object = {}): SecretNamespace {
  return new SecretNamespace(stack, 'Secrets', { environment: 'prod', service, ...props });
}

function createUnserved(stack: Stack, service: string, purpose: string): void {
  new ManagedSecret(stack, 'Secret', { namespace: namespaceIn(stack, service), purpose });
}

const ISOLATED = { subnetType: ec2.SubnetType.PRIVATE_ISOLATED };

function createPlatform(stack: Stack): Platform {
  const vpc = new ec2.Vpc(stack, 'Vpc', {
    restrictDefaultSecurityGroup: false, natGateways: 0, subnetConfiguration: [{ name: 'Database', ...ISOLATED }],
  });
  const rotator = new DatabaseRotator(stack, 'Rotator', {
    engine: DatabaseEngine.POSTGRESQL,
    strategy: RotationStrategy.alternatingUsers(),
    vpc,
    vpcSubnets: ISOLATED,
    endpoint: SecretsManagerEndpoint.create(),
  });
  return { vpc, rotator };
}

/** An Aurora cluster with the secret of its superuser. */
function clusterIn(scope: Stack, vpc: ec2.IVpc, encryptionKey?: kms.IKey): rds.DatabaseCluster {
  return new rds.DatabaseCluster(scope, 'Database', {
    engine: rds.DatabaseClusterEngine.auroraPostgres({ version: rds.AuroraPostgresEngineVersion.VER_16_4 }),
    writer: rds.ClusterInstance.serverlessV2('writer'),
    credentials: rds.Credentials.fromGeneratedSecret('superuser', { encryptionKey }),
    vpc,
    vpcSubnets: ISOLATED,
  });
}

/** Four that the platform's rotator rotates, one with a name from before, one under another key; one that nobody rotates; one with its own rotator, one with a rotator for it alone. */
function createOrders(stack: Stack, { vpc, rotator }: Platform): void {
  const cluster = clusterIn(stack, vpc);
  const secrets = namespaceIn(stack, 'orders');
  const database = RotationTarget.fromCluster(cluster);
  const strategy = RotationStrategy.alternatingUsers({ superuserSecret: cluster.secret! });
  const ofArchive = new DatabaseRotator(stack, 'ArchiveRotator', {
    engine: DatabaseEngine.POSTGRESQL, strategy, vpc, vpcSubnets: ISOLATED, endpoint: SecretsManagerEndpoint.create(),
  });
  const orders = rotated(stack, 'Orders', { purpose: 'db', database, strategy, rotator });
  rotated(stack, 'Audit', { purpose: 'audit', database, strategy, rotator });
  rotated(stack, 'Adopted', { deployedName: DeployedName.explicit(ADOPTED), database, strategy, rotator });
  rotated(stack, 'Cards', {
    purpose: 'cards',
    encryption: SecretEncryption.customerManagedKey(new kms.Key(stack, 'CardsKey')),
    database,
    strategy: RotationStrategy.alternatingUsers({ superuserSecret: new ManagedSecret(stack, 'Superuser', { purpose: 'superuser' }) }),
    rotator,
  });
  rotated(stack, 'Report', { purpose: 'report', database });
  rotated(stack, 'Archive', { purpose: 'archive', database, rotator: ofArchive });
  new ManagedSecret(stack, 'Webhook', { purpose: 'webhook' });
  orders.grantRead(role(stack, 'Reader'));
  orders.grantManage(role(stack, 'Manager'));
  orders.grantRotate(role(stack, 'Granted'));
  secrets.grantRead(role(stack, 'NamespaceReader'));
}

/** Under a customer managed key the superuser's; beside it, a function with a permissions boundary, and one of the service's own. */
function createPayments(stack: Stack, { vpc, rotator }: Platform): void {
  const cluster = clusterIn(stack, vpc, new kms.Key(stack, 'SuperuserKey'));
  namespaceIn(stack, 'payments');
  const strategy = RotationStrategy.alternatingUsers({ superuserSecret: cluster.secret! });
  rotated(stack, 'Payments', { purpose: 'db', database: RotationTarget.fromCluster(cluster), strategy, rotator });
  const permissionsBoundary = new iam.ManagedPolicy(stack, 'Boundary', {
    statements: [new iam.PolicyStatement({ actions: ['logs:*', 'ec2:*', 'kms:*'], resources: ['*'] })],
  });
  const bounded = new DatabaseRotator(stack, 'BoundedRotator', { engine: DatabaseEngine.POSTGRESQL, permissionsBoundary });
  rotated(stack, 'Bounded', { purpose: 'bounded', database: endpoint(), rotator: bounded });
  rotated(stack, 'Mainframe', { purpose: 'mainframe', database: endpoint(), rotator: ownRotator(stack) });
}

function rotated(stack: Stack, id: string, props: Omit<RotatedDatabaseSecretProps, 'username'>): RotatedDatabaseSecret {
  return new RotatedDatabaseSecret(stack, id, { username: 'app', ...props });
}

function ownRotator(stack: Stack): IDatabaseRotator {
  return DatabaseRotator.fromFunction(stack, 'OwnRotator', ownFunction(stack));
}

function ownFunction(stack: Stack): lambda.Function {
  return new lambda.Function(stack, 'OwnFunction', {
    runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = async () => {};'),
  });
}

/** Rotated, replicated, shared with another account, and guarded. */
function createLedger(stack: Stack): void {
  namespaceIn(stack, 'ledger', {
    replicaRegions: [OTHER_REGION],
    guardRails: [GuardRail.denyOutsideOrganization(ORGANIZATION.organizationId), GuardRail.denyPrincipals(['arn:aws:iam::*:role/staging-*'])],
  });
  const secret = rotated(stack, 'Ledger', { purpose: 'db', database: endpoint() });
  CrossAccountSecretPolicy.forSecret(stack, 'Share', secret, { readers: [SecretReader.account(OTHER_ACCOUNT)] });
}

/** The account that the ledger is shared with. */
function createReporting(stack: Stack): void {
  const namespace = SecretNamespace.fromAttributes(stack, 'Ledger', {
    environment: 'prod', service: 'ledger', account: ENV.account, sharedByOwner: true,
  });
  ManagedSecret.fromNamespace(stack, 'Secret', { namespace, purpose: 'db' }).grantRead(role(stack));
}

/** The same with the L2, for comparison. */
function createL2(stack: Stack): void {
  const encryptionKey = new kms.Key(stack, 'Key');
  const secret = new secretsmanager.Secret(stack, 'Secret', { secretName: OF_L2, encryptionKey });
  secret.addRotationSchedule('Rotation', { rotationLambda: ownFunction(stack), automaticallyAfter: Duration.days(30) });
}

/** Somebody of the same account allows the rotator, by the policy of a secret of their own. */
function createBait(stack: Stack, { rotator }: Platform): void {
  const secret = new secretsmanager.Secret(stack, 'Secret', { secretName: BAIT });
  secret.addToResourcePolicy(new iam.PolicyStatement({
    principals: [new iam.ArnPrincipal(rotator.role.roleArn)], actions: ['secretsmanager:*'], resources: ['*'],
  }));
  new secretsmanager.CfnRotationSchedule(stack, 'Schedule', { secretId: secret.secretArn, rotationLambdaArn: rotator.rotationFunction.functionArn });
}
