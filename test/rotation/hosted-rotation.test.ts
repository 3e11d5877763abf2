import { readFileSync } from 'fs';
import * as path from 'path';
import { App, assertions, aws_docdb as docdb, aws_ec2 as ec2, aws_kms as kms, aws_lambda as lambda, aws_rds as rds, aws_secretsmanager as secretsmanager, Stack } from 'aws-cdk-lib';
import {
  DatabaseEngine, DatabaseRotator, HostedRotationOptions, HostedSsl, PasswordPolicy, RotationStrategy, RotationTarget, SecretContent,
  SecretEncryption, SecretMonitoring, SecretNamespace, SecretsManagerEndpoint,
} from 'cdk-managed-secrets';
import { GIVEN, LEFT_OUT, ROTATION_TYPES } from './hosted-parameters';
import {
  alternatingUsers, deployedBefore, endpoint, idsOf, instance, NAMESPACE, Props, resourceOf, resourcesOf, rotated, SUPERUSER_ARN, World, world,
} from './rotated-databases';
import { needsSuperuser, type RotationStrategyName } from '../../src/rotation/contract/strategies';
import { HOSTED_ENGINES } from '../../src/rotation/private/hosted-engines';
import { proved } from '../support/proofs';
import { ENV, testApp, testStack } from '../support/test-app';

const SQL_SERVER = rds.DatabaseInstanceEngine.sqlServerEx({ version: rds.SqlServerEngineVersion.VER_16 });
const SCHEDULE = 'AWS::SecretsManager::RotationSchedule';
const KEY_ARN = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

let here: World;

beforeEach(() => {
  here = world();
});

const hosted = (options: HostedRotationOptions = {}, at: World = here) => DatabaseRotator.hosted(at.stack, 'Rotator', options);
const sqlServer = (at: World = here) => RotationTarget.fromInstance(instance(at, { engine: SQL_SERVER }));
const byHosted = (props: Props = {}) =>
  rotated(here.stack, { database: endpoint(DatabaseEngine.SQLSERVER), ...props, rotator: props.rotator ?? hosted() });
const hostedLambda = (stack: Stack = here.stack) => resourceOf(stack, SCHEDULE).Properties.HostedRotationLambda;
const templateOfSecret = (stack: Stack = here.stack) =>
  JSON.parse(resourceOf(stack, 'AWS::SecretsManager::Secret', 'Credentials').Properties.GenerateSecretString.SecretStringTemplate);

/** As people call the engines. */
const TITLES = {
  postgres: 'PostgreSQL',
  mysql: 'MySQL',
  mariadb: 'MariaDB',
  sqlserver: 'SQL Server',
  oracle: 'Oracle',
  mongo: 'MongoDB',
  redshift: 'Amazon Redshift',
  db2: 'Db2',
};

/** A strategy of each name, with a superuser where it needs one. */
function strategyNamed(name: RotationStrategyName): RotationStrategy {
  if (!needsSuperuser(name)) return RotationStrategy.singleUser();
  const superuserSecret = secretsmanager.Secret.fromSecretCompleteArn(here.stack, 'Superuser', SUPERUSER_ARN);
  return name === 'superuserSets' ? RotationStrategy.superuserSets({ superuserSecret }) : RotationStrategy.alternatingUsers({ superuserSecret });
}

/** An engine of each name, for which the database answers by TLS. */
function engineNamed(name: string): DatabaseEngine {
  return DatabaseEngine._named(name) ?? DatabaseEngine.of(name, { defaultPort: 9999, passwordPolicy: PasswordPolicy.DATABASE });
}

/** The L1, whose comments are AWS's documentation. */
const DOCUMENTED = readFileSync(path.join(path.dirname(require.resolve('aws-cdk-lib/package.json')), 'aws-secretsmanager/lib/secretsmanager.generated.d.ts'), 'utf8')
  .split('interface HostedRotationLambdaProperty {')[1].split(/^ {4}\}/m)[0];

describe('against what AWS documents', () => {
  test('every parameter is given, or left out for a reason', () => {
    const names = [...DOCUMENTED.matchAll(/^ +readonly (\w+)\??:/gm)].map(([, name]) => name[0].toUpperCase() + name.slice(1));
    expect(Object.keys({ ...GIVEN, ...LEFT_OUT }).sort()).toEqual(names.sort());
  });

  test('every type of rotation is known', () => {
    const types = [...DOCUMENTED.matchAll(/- `(\w+)` to use the template/g)].map(([, type]) => type);
    expect(ROTATION_TYPES.map(([,, type]) => type as string).sort()).toEqual(types.sort());
  });

  test.each(ROTATION_TYPES)('%s by %s is %s', (name, strategy, type) => {
    rotated(here.stack, {
      username: 'app',
      databaseName: 'ORCL',
      database: endpoint(engineNamed(name), { port: 2484 }),
      strategy: strategyNamed(strategy),
      rotator: hosted({ ssl: HostedSsl.IN_TEMPLATE }),
    });
    expect(hostedLambda().RotationType).toBe(type);
    proved({ credential: TITLES[name], strategies: [strategy], server: 'its template alone', rotator: 'hosted by AWS' });
  });

  test('there is no further type', () => {
    const ours = Object.entries(HOSTED_ENGINES)
      .flatMap(([name, { types }]) => Object.entries(types).map(([strategy, type]) => [name, strategy, type]));
    expect(ours.sort()).toEqual([...ROTATION_TYPES].map(each => [...each]).sort());
  });

  test('all parameters, in a VPC with a superuser and keys', () => {
    const superuserSecret = secretsmanager.Secret.fromSecretAttributes(here.stack, 'Superuser', {
      secretCompleteArn: SUPERUSER_ARN, encryptionKey: kms.Key.fromKeyArn(here.stack, 'Key', KEY_ARN),
    });
    rotated(here.stack, {
      database: sqlServer(),
      strategy: RotationStrategy.alternatingUsers({ superuserSecret }),
      rotator: hosted({ vpc: here.vpc, functionName: 'rotate-app' }),
    });
    const parameters = hostedLambda();
    expect(Object.keys(parameters).sort()).toEqual(Object.keys(GIVEN).sort());
    expect(parameters).toEqual({
      RotationType: 'SQLServerMultiUser',
      RotationLambdaName: 'rotate-app',
      ExcludeCharacters: PasswordPolicy.DATABASE.excludeCharacters,
      KmsKeyArn: here.stack.resolve(here.namespace.encryption.encryptionKey!.keyArn),
      SuperuserSecretArn: SUPERUSER_ARN,
      SuperuserSecretKmsKeyArn: KEY_ARN,
      VpcSecurityGroupIds: { 'Fn::GetAtt': [expect.stringMatching(/^RotatorSecurityGroup/), 'GroupId'] },
      VpcSubnetIds: { 'Fn::Join': [',', here.vpc.privateSubnets.map(({ subnetId }) => here.stack.resolve(subnetId))] },
    });
  });

  test('as few as there can be', () => {
    const namespace = new SecretNamespace(here.stack, 'Plain', { environment: 'dev', service: 'orders', encryption: SecretEncryption.awsManagedKey() });
    byHosted({ namespace });
    expect(Object.keys(hostedLambda()).sort()).toEqual(['ExcludeCharacters', 'RotationLambdaName', 'RotationType']);
  });

  test('the transform stands in the template, once', () => {
    byHosted();
    expect(assertions.Template.fromStack(here.stack).toJSON().Transform).toBe('AWS::SecretsManager-2024-09-16');
  });

  test('no function, role or permission of ours is deployed', () => {
    byHosted({ database: sqlServer(), rotator: hosted({ vpc: here.vpc }) });
    const types = Object.values(resourcesOf(here.stack)).map(({ Type }) => Type);
    expect(types.filter(type => /^AWS::(Lambda|IAM|Logs)::/.test(type))).toEqual([]);
  });
});

describe('the secret', () => {
  test('says ssl, as each of its engine, whoever rotates it', () => {
    byHosted();
    expect(templateOfSecret()).toEqual({ username: 'app', engine: 'sqlserver', host: 'db.example.com', port: '1433', ssl: 'true' });
  });

  test('names the superuser, whom the function finds there', () => {
    byHosted({ strategy: alternatingUsers(here.stack) });
    expect(templateOfSecret().masterarn).toBe(SUPERUSER_ARN);
  });

  test('of Db2 says nothing of TLS, of which its function knows nothing, and a warning does', () => {
    byHosted({ database: endpoint(DatabaseEngine.DB2), strategy: alternatingUsers(here.stack) });
    expect(templateOfSecret()).not.toHaveProperty('ssl');
    assertions.Annotations.fromStack(here.stack).hasWarning('*', assertions.Match.stringLikeRegexp('hosts for db2 logs in without TLS'));
  });

  const OWN_FUNCTION = (at: World) => DatabaseRotator.fromFunction(at.stack, 'Rotator', lambda.Function.fromFunctionAttributes(at.stack, 'Own', {
    functionArn: `arn:aws:lambda:${ENV.region}:${ENV.account}:function:rotate`, skipPermissions: true,
  }));

  /** Without what rotates. */
  function withoutRotation(at: World): Record<string, unknown> {
    const { Transform, Resources } = assertions.Template.fromStack(at.stack).toJSON();
    expect([undefined, 'AWS::SecretsManager-2024-09-16']).toContain(Transform);
    const isOfFunction = ([id, { Type }]: [string, any]) =>
      id.startsWith('Rotator') || /^AWS::(EC2::SecurityGroup(In|E)gress|Lambda::Permission)$/.test(Type);
    return Object.fromEntries(Object.entries<any>(Resources).filter(each => !isOfFunction(each)).map(([id, resource]) => {
      if (resource.Type !== SCHEDULE) return [id, resource];
      const { DependsOn, Properties: { RotationLambdaARN, HostedRotationLambda, ...Properties }, ...others } = resource;
      expect(RotationLambdaARN ?? HostedRotationLambda).toBeDefined();
      return [id, { ...others, Properties }];
    }));
  }

  test.each<[string, (at: World) => Props, (at: World) => Props]>([
    ['a function of the user\'s own of SQL Server', at => ({ database: sqlServer(at), rotator: OWN_FUNCTION(at) }),
      at => ({ database: sqlServer(at), rotator: hosted({ vpc: at.vpc }, at) })],
    ['ours of PostgreSQL', at => ({
      database: RotationTarget.fromInstance(instance(at)),
      rotator: new DatabaseRotator(at.stack, 'Rotator', { vpc: at.vpc, engine: DatabaseEngine.POSTGRESQL }),
    }), at => ({ database: RotationTarget.fromInstance(instance(at)), rotator: hosted({ vpc: at.vpc, ssl: HostedSsl.IN_VALUE }, at) })],
  ])('stays as it is when a hosted rotator takes the place of %s', (_, before, after) => {
    const [one, other] = [world(testApp()), world(testApp())];
    rotated(one.stack, before(one));
    rotated(other.stack, after(other));
    const [left, right] = [one, other].map(withoutRotation);
    expect(right).toEqual(left);
    expect(Object.keys(left)).toEqual(expect.arrayContaining([
      ...['F', 'AttachmentRotationSchedule', 'Policy'].map(each => expect.stringMatching(new RegExp(`^Credentials${each}`))),
    ]));
  });

  test('is deployed before the schedule, with the way to the database', () => {
    byHosted({ database: sqlServer(), rotator: hosted({ vpc: here.vpc }) });
    const [schedule] = idsOf(here.stack, SCHEDULE);
    const before = [...deployedBefore(here.stack, schedule)].map(id => resourcesOf(here.stack)[id].Type);
    expect(before).toEqual(expect.arrayContaining([
      'AWS::EC2::SecurityGroupIngress', 'AWS::EC2::SecurityGroupEgress', 'AWS::SecretsManager::SecretTargetAttachment', 'AWS::RDS::DBInstance',
    ]));
  });
});

describe('the network', () => {
  test('leads to the database and to Secrets Manager, and nowhere else', () => {
    byHosted({ database: sqlServer(), rotator: hosted({ vpc: here.vpc }) });
    const group = resourceOf(here.stack, 'AWS::EC2::SecurityGroup', 'RotatorSecurityGroup').Properties;
    expect(group.SecurityGroupEgress).toEqual([expect.objectContaining({ FromPort: 443, ToPort: 443, IpProtocol: 'tcp' })]);
    expect(resourceOf(here.stack, 'AWS::EC2::SecurityGroupIngress').Properties.SourceSecurityGroupId)
      .toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^RotatorSecurityGroup/), 'GroupId'] });
  });

  test('goes through the endpoint of isolated subnets', () => {
    const subnetType = ec2.SubnetType.PRIVATE_ISOLATED;
    const vpc = new ec2.Vpc(here.stack, 'Isolated', { natGateways: 0, subnetConfiguration: [{ name: 'db', subnetType }], restrictDefaultSecurityGroup: false });
    const endpointOfVpc = vpc.addInterfaceEndpoint('SecretsManager', { service: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER });
    const database = RotationTarget.fromInstance(instance({ ...here, vpc }, { engine: SQL_SERVER, vpcSubnets: { subnetType } }));
    byHosted({ database, rotator: hosted({ vpc, endpoint: SecretsManagerEndpoint.fromInterfaceEndpoint(endpointOfVpc) }) });
    expect(hostedLambda().VpcSubnetIds).toEqual({ 'Fn::Join': [',', vpc.isolatedSubnets.map(({ subnetId }) => here.stack.resolve(subnetId))] });
  });
});

test('the stack of the network may be another one', () => {
  const platform = testStack('Platform', here.stack.node.root as never);
  const vpc = new ec2.Vpc(platform, 'Vpc', { restrictDefaultSecurityGroup: false });
  byHosted({ database: sqlServer({ ...here, vpc }), rotator: DatabaseRotator.hosted(platform, 'Rotator', { vpc }) });
  const template = assertions.Template.fromStack(here.stack).toJSON();
  expect(template.Transform).toBe('AWS::SecretsManager-2024-09-16');
  expect(assertions.Template.fromStack(platform).toJSON().Transform).toBeUndefined();
  expect(JSON.stringify(hostedLambda().VpcSecurityGroupIds)).toContain('SecurityGroup');
  expect(idsOf(platform, 'AWS::EC2::SecurityGroup')).toEqual([expect.stringMatching(/^RotatorSecurityGroup/)]);
});

test('a cluster of Amazon DocumentDB is one of MongoDB', () => {
  const documents = new docdb.DatabaseCluster(here.stack, 'Documents', {
    vpc: here.vpc, masterUser: { username: 'root_user' }, instanceType: new ec2.InstanceType('r6g.large'),
  });
  byHosted({ database: RotationTarget.fromDocumentDbCluster(documents), rotator: hosted({ vpc: here.vpc, ssl: HostedSsl.IN_TEMPLATE }) });
  expect(hostedLambda().RotationType).toBe('MongoDBSingleUser');
  expect(templateOfSecret().ssl).toBe('true');
});

describe('alarms', () => {
  test('watch the function by its name', () => {
    byHosted();
    new SecretMonitoring(here.stack, 'Monitoring', { namespace: here.namespace });
    const functions = Object.values(resourcesOf(here.stack)).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
      .map(({ Properties }) => JSON.stringify(Properties)).filter(text => text.includes('FunctionName') && text.includes('AWS/Lambda'));
    const name = hostedLambda().RotationLambdaName;
    expect(functions.filter(text => text.includes(JSON.stringify(name))).length).toBeGreaterThanOrEqual(2);
  });

  test('the name that is made up is short enough, and of this rotator alone', () => {
    const stack = testStack('A'.repeat(80), testApp());
    const namespace = new SecretNamespace(stack, 'Secrets', NAMESPACE);
    const names = ['One', 'Two'].map(id => DatabaseRotator.hosted(stack, id.repeat(30)).rotationFunction.functionName);
    expect(namespace).toBeDefined();
    expect(new Set(names).size).toBe(2);
    names.forEach(name => expect(name).toMatch(/^[A-Za-z0-9-]{1,64}$/));
  });
});

test('the end of the runtime is warned of', () => {
  byHosted();
  assertions.Annotations.fromStack(here.stack).hasWarning('/Stack/Rotator', assertions.Match.stringLikeRegexp('Python 3.10.*cdk-managed-secrets:hostedRuntime'));
});

test('a deployed secret keeps its content, into whose value ssl was put', () => {
  byHosted({
    rotator: hosted({ vpc: here.vpc, ssl: HostedSsl.IN_VALUE }),
    database: sqlServer(),
    content: SecretContent.generatedField({ template: { username: 'app' }, passwordPolicy: PasswordPolicy.DATABASE }),
  });
  expect(templateOfSecret()).toEqual({ username: 'app' });
});

test('stacks of any account and region take it', () => {
  const stack = new Stack(new App(), 'Agnostic');
  new SecretNamespace(stack, 'Secrets', NAMESPACE);
  rotated(stack, { database: endpoint(DatabaseEngine.SQLSERVER), rotator: DatabaseRotator.hosted(stack, 'Rotator') });
  expect(hostedLambda(stack).RotationType).toBe('SQLServerSingleUser');
});
