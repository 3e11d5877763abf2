import {
  aws_cloudwatch_actions as actions, aws_ec2 as ec2, aws_kms as kms, aws_lambda as lambda, aws_logs as logs, aws_rds as rds,
  aws_secretsmanager as secretsmanager, aws_sns as sns, aws_sqs as sqs, Stack,
} from 'aws-cdk-lib';
import {
  CrossAccountSecretPolicy, DatabaseEngine, DatabaseRotator, EmergencyRevocation, EmergencyRotation, ExternalPartner, ManagedExternalSecret,
  ManagedSecret, MasterUserRotation,
  ReplicaPromotion, ReplicaRegion, ReplicatedSecret, RotatedDatabaseSecret, RotationHealing, RotationSchedule, RotationStrategy,
  RotationTarget, SecretAudit, SecretConfigRules, SecretDashboard, SecretMonitoring, SecretNamespace, SecretReader, SecretRestoration,
  SecretsManagerEndpoint,
} from 'cdk-managed-secrets';
import { withStack } from './synthesized';
import { acknowledgements, findingsOf } from '../../tools/rules';

/**
 * An app that uses every construct as a user does who follows the rules: with a key for logs, tracing, a limit on invocations, an alarm with
 * an action, rotated secrets. The packs of cdk-nag say nothing about what this package creates there, and the app acknowledges nothing.
 */

jest.setTimeout(60_000);

const PACK = /^(AwsSolutions|NIST\.800\.53\.R5|HIPAA\.Security|PCI\.DSS\.321|Serverless)-/;
const [HERE, THERE] = ['eu-west-1', 'eu-central-1'];
const env = (region: string) => ({ account: '111122223333', region });

const OVER_THE_INTERNET = RotationTarget.fromEndpoint({ engine: DatabaseEngine.POSTGRESQL, host: 'orders.example.com' });

type Options = { vpc?: ec2.IVpc; tracing?: lambda.Tracing; deadLetterQueue?: sqs.IQueue };

/** Every construct, in stacks beside the one of the test. */
function everything(app: Stack): void {
  const stack = new Stack(app.node.root as Stack, 'Ours', { env: env(HERE) });
  const namespace = new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'payments', replicaRegions: [THERE] });
  const apiKey = new ManagedSecret(stack, 'ApiKey', { purpose: 'api' });
  const replicated = new ReplicatedSecret(stack, 'Replicated', { purpose: 'replicated', replicas: [ReplicaRegion.of(THERE)] });
  for (const each of [apiKey, replicated]) each.addRotationSchedule('Schedule', { hostedRotation: secretsmanager.HostedRotation.postgreSqlSingleUser() });
  const onCall = sns.Topic.fromTopicArn(stack, 'OnCall', `arn:aws:sns:${HERE}:111122223333:on-call`);
  const trailLogGroup = logs.LogGroup.fromLogGroupName(stack, 'Trail', 'trail');
  const monitoring = new SecretMonitoring(stack, 'Monitoring', { trailLogGroup, alarmActions: [new actions.SnsAction(onCall)], expectedReaders: ['arn:aws:iam::111122223333:role/x'] });
  new SecretAudit(stack, 'Audit', { namespace, trailLogGroup });
  const ofRunbook = { namespace, logGroup: new logs.LogGroup(stack, 'RunbookLog', { retention: logs.RetentionDays.ONE_YEAR, encryptionKey: monitoring.encryptionKey }) };
  const runbooks = [
    new SecretRestoration(stack, 'Restore', ofRunbook), new RotationHealing(stack, 'Heal', ofRunbook),
    new EmergencyRotation(stack, 'RotateAll', ofRunbook), new EmergencyRevocation(stack, 'Revoke', ofRunbook),
  ];
  new SecretDashboard(stack, 'Dashboard', { monitoring, runbooks });
  new SecretConfigRules(stack, 'Rules', { driftOf: [stack] });
  new ReplicaPromotion(new Stack(app.node.root as Stack, 'There', { env: env(THERE) }), 'Promotion', { secrets: [replicated] });
  CrossAccountSecretPolicy.forSecret(stack, 'Policy', apiKey, { readers: [SecretReader.account('444455556666')] });
  rotation(stack, { vpc: vpcOf(stack), tracing: lambda.Tracing.ACTIVE });
  new RotatedDatabaseSecret(stack, 'Alternating', {
    namespace,
    purpose: 'alternating',
    username: 'reports',
    database: database(stack),
    rotator: new DatabaseRotator(stack, 'AlternatingRotator', {
      ...ofRotator(stack, { vpc: vpcOf(stack), tracing: lambda.Tracing.ACTIVE }),
      engine: DatabaseEngine.POSTGRESQL,
      strategy: RotationStrategy.alternatingUsers({ superuserSecret: apiKey }),
      endpoint: SecretsManagerEndpoint.create(),
      logGroup: logs.LogGroup.fromLogGroupName(stack, 'ImportedLog', 'rotations'),
    }),
  });
  new RotatedDatabaseSecret(stack, 'Hosted', {
    namespace,
    purpose: 'hosted',
    username: 'ledger',
    database: RotationTarget.fromEndpoint({
      engine: DatabaseEngine.SQLSERVER, host: 'ledger.example.com', securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(stack, 'Ledger', 'sg-0b1c')],
    }),
    rotator: DatabaseRotator.hosted(stack, 'HostedRotator', { vpc: vpcOf(stack) }),
  });
  const partner = ExternalPartner.DATADOG_API_KEY;
  new ManagedExternalSecret(stack, 'External', { namespace, purpose: 'external', partner, adminSecret: apiKey, schedule: RotationSchedule.spread() });
  const masterUserSecret = secretsmanager.Secret.fromSecretCompleteArn(stack, 'Master', `arn:aws:secretsmanager:${HERE}:111122223333:secret:rds!cluster-0a1b-a1b2c3`);
  new MasterUserRotation(stack, 'MasterRotation', { database: database(stack), masterUserSecret, schedule: RotationSchedule.spread() });
}

/** A rotator, and a secret that it rotates. */
function rotation(stack: Stack, options: Options): void {
  const rotator = new DatabaseRotator(stack, 'Rotator', { engine: DatabaseEngine.POSTGRESQL, ...ofRotator(stack, options) });
  new RotatedDatabaseSecret(stack, 'Shared', { purpose: 'shared', username: 'app', database: options.vpc ? database(stack) : OVER_THE_INTERNET, rotator });
}

function ofRotator(stack: Stack, options: Options) {
  const logGroup = stack.node.tryFindChild('Log') as logs.LogGroup ?? new logs.LogGroup(stack, 'Log', {
    retention: logs.RetentionDays.ONE_YEAR, encryptionKey: new kms.Key(stack, 'LogKey', { enableKeyRotation: true }),
  });
  return { logGroup, reservedConcurrentExecutions: 2, ...options };
}

function vpcOf(stack: Stack): ec2.IVpc {
  return stack.node.tryFindChild('Vpc') as ec2.IVpc ?? ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'vpc-0a1b2c3d4e5f60718', availabilityZones: ['a', 'b'], privateSubnetIds: ['subnet-1', 'subnet-2'],
  });
}

function database(stack: Stack): RotationTarget {
  return RotationTarget.fromCluster(stack.node.tryFindChild('Database') as rds.IDatabaseCluster ?? rds.DatabaseCluster.fromDatabaseClusterAttributes(stack, 'Database', {
    clusterIdentifier: 'orders',
    clusterEndpointAddress: 'orders.example.com',
    port: 5432,
    engine: rds.DatabaseClusterEngine.auroraPostgres({ version: rds.AuroraPostgresEngineVersion.VER_16_4 }),
    securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-0a1b2c3d')],
  }));
}

const ofPacks = (fill: (stack: Stack) => void) => withStack(fill, synthesized => ({
  findings: findingsOf(synthesized).filter(({ rule }) => PACK.test(rule) || rule.startsWith('acknowledgement-')).map(({ rule, resource }) => `${rule} at ${resource}`),
  acknowledged: acknowledgements(synthesized.app).map(({ path }) => path),
}));

test('nothing is found in an app that has every construct', () => {
  const { findings, acknowledged } = ofPacks(everything);
  expect(findings).toEqual([]);
  expect(acknowledged.length).toBeGreaterThan(10);
});

/** What is acknowledged follows from what is there: an acknowledgement without its finding is a finding of `findingsOf`. */
describe.each<[string, (stack: Stack) => Options, RegExp | undefined]>([
  ['in a VPC', stack => ({ vpc: vpcOf(stack), tracing: lambda.Tracing.ACTIVE }), undefined],
  ['in a VPC, without tracing', stack => ({ vpc: vpcOf(stack) }), /LambdaTracing/],
  ['outside of a VPC', () => ({ tracing: lambda.Tracing.PASS_THROUGH }), /LambdaInsideVPC|LambdaTracing/],
  ['outside of a VPC, without tracing', () => ({}), /LambdaInsideVPC|LambdaTracing/],
  ['with a queue of its own', stack => ({ vpc: vpcOf(stack), tracing: lambda.Tracing.ACTIVE, deadLetterQueue: sqs.Queue.fromQueueArn(stack, 'Queue', `arn:aws:sqs:${HERE}:111122223333:failed`) }), undefined],
])('a rotator %s', (_, options, ofUser) => {
  test.each([['in a known region', env(HERE)], ['in any region', undefined]])('%s: what remains is for its user to decide', (__, place) => {
    const { findings } = ofPacks(app => {
      const stack = new Stack(app.node.root as Stack, 'Ours', { env: place });
      new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'payments' });
      rotation(stack, options(stack));
    });
    expect(findings.filter(each => !ofUser?.test(each))).toEqual([]);
  });
});

test('a secret that nothing rotates stays a finding, because rotating it is for its owner to decide', () => {
  const { findings, acknowledged } = ofPacks(stack => {
    new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'payments' });
    new ManagedSecret(stack, 'ApiKey', { purpose: 'api' });
  });
  expect(findings).toEqual(expect.arrayContaining(['AwsSolutions-SMG4 at App/ApiKey/Resource']));
  expect(acknowledged).toEqual([]);
});
