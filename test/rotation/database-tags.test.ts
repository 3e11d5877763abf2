import { App, aws_ec2 as ec2, aws_rds as rds, aws_secretsmanager as secretsmanager, Stack, Tags } from 'aws-cdk-lib';
import { DatabaseEngine, ManagedSecret, RotationStrategy, RotationTarget, SecretContent } from 'cdk-managed-secrets';
import {
  alternatingUsers, AURORA_MYSQL, cluster, endpoint, HOST, instance, Props, resourceOf, resourcesOf, rotated, serverlessCluster, superuserSets, World,
  world,
} from './rotated-databases';
import { ROTATION_TAGS } from '../../src/rotation/contract/tags';
import { ENV, testApp, testStack } from '../support/test-app';

const { DATABASE_HOST, DATABASE_PORT, SUPERUSER_SECRET } = ROTATION_TAGS;
const SECRET = 'AWS::SecretsManager::Secret';

let here: World;

beforeEach(() => {
  here = world();
});

/** As CloudFormation is given them. */
function tagsOf(stack: Stack): Record<string, unknown> {
  const { Tags: tags } = resourceOf(stack, SECRET, 'Credentials').Properties as { Tags: { Key: string; Value: unknown }[] };
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}

function tagsWith(props: (at: World) => Props): Record<string, unknown> {
  rotated(here.stack, { vpc: here.vpc, ...props(here) });
  return tagsOf(here.stack);
}

const attribute = (name: string) => ({ 'Fn::GetAtt': [expect.stringMatching(/^Database/), name] });

test.each<[string, (at: World) => Props, unknown, unknown]>([
  ['an RDS instance', at => ({ database: RotationTarget.fromInstance(instance(at)) }), attribute('Endpoint.Address'), attribute('Endpoint.Port')],
  ['a cluster, whose writer it is', at => ({ database: RotationTarget.fromCluster(cluster(at)) }), attribute('Endpoint.Address'), attribute('Endpoint.Port')],
  ['a serverless cluster', at => ({ database: RotationTarget.fromServerlessCluster(serverlessCluster(at)) }), attribute('Endpoint.Address'), attribute('Endpoint.Port')],
  ['an endpoint', () => ({ vpc: undefined, database: endpoint(DatabaseEngine.MYSQL, { port: 3307 }) }), HOST, '3307'],
  ['an endpoint at the port of its engine', () => ({ vpc: undefined, database: endpoint() }), HOST, '5432'],
  ['an address of IPv6', () => ({ vpc: undefined, database: endpoint(DatabaseEngine.MYSQL, { host: '2001:db8::17' }) }), '2001:db8::17', '3306'],
])('the tags of the secret name the server of %s', (_, props, host, port) => {
  expect(tagsWith(props)).toMatchObject({ [DATABASE_HOST]: host, [DATABASE_PORT]: port, environment: 'prod' });
});

test('an imported cluster that does not know its endpoint is refused, before anything is created', () => {
  const database = RotationTarget.fromCluster(rds.DatabaseCluster.fromDatabaseClusterAttributes(here.stack, 'Imported', {
    clusterIdentifier: 'imported', engine: AURORA_MYSQL, securityGroups: [new ec2.SecurityGroup(here.stack, 'Group', { vpc: here.vpc })],
  }));
  const before = here.stack.node.findAll().length;
  expect(() => rotated(here.stack, { database, vpc: here.vpc }))
    .toThrow(/`database` must know its endpoint.*Stack\/Imported does not; import it with `clusterEndpointAddress` and `port`/);
  expect(here.stack.node.findAll()).toHaveLength(before);
});

test('only the secret has them, not what is made for it', () => {
  rotated(here.stack);
  const tagged = Object.values(resourcesOf(here.stack)).filter(({ Properties }) => JSON.stringify(Properties?.Tags ?? '').includes(DATABASE_HOST));
  expect(tagged.map(({ Type }) => Type)).toEqual([SECRET]);
});

test('tags of the app for everything stand beside them', () => {
  rotated(here.stack);
  Tags.of(here.stack).add('team', 'payments');
  expect(tagsOf(here.stack)).toMatchObject({ [DATABASE_HOST]: HOST, team: 'payments' });
});

describe('the superuser of alternating users', () => {
  const named = (superuserSecret: (stack: Stack) => secretsmanager.ISecret) => tagsWith(({ stack }) => ({
    vpc: undefined, strategy: RotationStrategy.alternatingUsers({ superuserSecret: superuserSecret(stack) }),
  }))[SUPERUSER_SECRET];

  test('is none for a single user', () => expect(tagsWith(() => ({ vpc: undefined }))).not.toHaveProperty([SUPERUSER_SECRET]));

  test.each([alternatingUsers, superuserSets])('is named without the `!` of Amazon RDS, which no tag takes', strategy => {
    expect(tagsWith(({ stack }) => ({ vpc: undefined, strategy: strategy(stack) }))[SUPERUSER_SECRET]).toBe('rds cluster-0a1b2c-a1b2c3');
  });

  test('is named by CloudFormation where its ARN is not known before', () => {
    const content = SecretContent.generatedField({ template: { username: 'root' } });
    const tag = named(stack => new ManagedSecret(stack, 'Superuser', { purpose: 'superuser', content }));
    const nameOf = { 'Fn::Select': [6, { 'Fn::Split': [':', { Ref: expect.stringMatching(/^Superuser/) }] }] };
    expect(tag).toEqual({ 'Fn::Join': [' ', { 'Fn::Split': ['!', nameOf] }] });
  });

  test('may be known by its name alone', () => {
    expect(named(stack => secretsmanager.Secret.fromSecretNameV2(stack, 'Superuser', 'master/one'))).toBe('master/one');
  });

  const withLength = (length: number) => (stack: Stack) => secretsmanager.Secret.fromSecretCompleteArn(stack, 'Superuser',
    `arn:aws:secretsmanager:${ENV.region}:${ENV.account}:secret:${'m'.repeat(length)}-a1b2c3`);

  test('may have a name as long as a tag takes', () => expect(named(withLength(249))).toHaveLength(256));

  test('must not have a longer one', () => {
    expect(() => named(withLength(250))).toThrow(/`superuserSecret` must have a name of at most 249 characters, because a tag/);
  });
});

test('a database of another stack, with its master user as superuser, makes no cycle', () => {
  const app: App = testApp();
  const data = world(app, 'Data');
  const database = cluster(data);
  const stack = testStack('Service', app);
  rotated(stack, {
    namespace: data.namespace,
    database: RotationTarget.fromCluster(database),
    strategy: RotationStrategy.alternatingUsers({ superuserSecret: database.secret! }),
  });
  expect(() => app.synth()).not.toThrow();
  // An import or, on newer releases of aws-cdk-lib, an output of the other stack.
  expect(JSON.stringify(tagsOf(stack)[DATABASE_HOST])).toMatch(/^{"Fn::(ImportValue|GetStackOutput)":.*EndpointAddress/);
});
