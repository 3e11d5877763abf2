import { App, assertions, aws_ec2 as ec2, aws_rds as rds, aws_secretsmanager as secretsmanager, Stack } from 'aws-cdk-lib';
import { DatabaseEngine, DatabaseRotator, ManagedSecret, RotationStrategy, RotationTarget, SecretContent, SecretsManagerEndpoint } from 'cdk-managed-secrets';
import { alternatingUsers, cluster, deployedBefore, idsOf, instance, resourceOf, resourcesOf, rotated, rotatedBy, serverlessCluster, World, world } from './rotated-databases';
import { testStack } from '../support/test-app';

/** The schedule is what starts rotations: it is deployed after all that the first one needs, on the first deployment too. */

const SCHEDULE_ID = 'CredentialsAttachmentRotationSchedule4E0DB0FF';

let here: World;

beforeEach(() => {
  here = world();
});

/** What a rotation needs of this stack, by type; each of these must be there, and come before the schedule. */
const NEEDED: [string, string, number][] = [
  ['the way into the database', 'AWS::EC2::SecurityGroupIngress', 1],
  ['the way out of the function', 'AWS::EC2::SecurityGroupEgress', 1],
  ['the policies of the role', 'AWS::IAM::Policy', 2],
  ['the permission to invoke', 'AWS::Lambda::Permission', 1],
  ['the attachment', 'AWS::SecretsManager::SecretTargetAttachment', 1],
  ['the secret', 'AWS::SecretsManager::Secret', 1],
  ['the function', 'AWS::Lambda::Function', 1],
  ['its security group, with the rule for Secrets Manager', 'AWS::EC2::SecurityGroup', 2],
  ['its log group', 'AWS::Logs::LogGroup', 1],
  ['the key', 'AWS::KMS::Key', 1],
];

const CREDENTIALS = rds.Credentials.fromPassword('postgres', secretsmanager.Secret.fromSecretNameV2(new Stack(), 'Master', 'm').secretValue);

describe.each<[string, (at: World) => RotationTarget, string[]]>([
  ['an instance', at => RotationTarget.fromInstance(instance(at, { credentials: CREDENTIALS })), ['AWS::RDS::DBInstance']],
  ['a cluster', at => RotationTarget.fromCluster(cluster(at, { credentials: CREDENTIALS })), ['AWS::RDS::DBCluster', 'AWS::RDS::DBInstance', 'AWS::RDS::DBInstance']],
])('the schedule of %s', (_, database, types) => {
  test.each(NEEDED)('comes after %s', (__, type, count) => {
    rotated(here.stack, { database: database(here) });
    const needed = idsOf(here.stack, type);
    expect(needed).toHaveLength(count);
    const before = deployedBefore(here.stack, SCHEDULE_ID);
    expect(needed.filter(id => !before.has(id))).toEqual([]);
  });

  test('comes after the database and all its instances', () => {
    rotated(here.stack, { database: database(here) });
    const before = [...deployedBefore(here.stack, SCHEDULE_ID)].map(id => resourcesOf(here.stack)[id].Type).filter(type => type.startsWith('AWS::RDS::DB'));
    expect(before.filter(type => !type.endsWith('Group')).sort()).toEqual(types);
  });

  test('comes after an endpoint that is created, the rule into it, and the rules to the database', () => {
    rotatedBy(here.stack, { endpoint: SecretsManagerEndpoint.create() }, { database: database(here) });
    const before = deployedBefore(here.stack, SCHEDULE_ID);
    const needed = ['AWS::EC2::VPCEndpoint', 'AWS::EC2::SecurityGroupIngress', 'AWS::EC2::SecurityGroupEgress'].flatMap(type => idsOf(here.stack, type));
    expect(needed).toHaveLength(5);
    expect(needed.filter(id => !before.has(id))).toEqual([]);
  });
});

test('the schedule comes after the rules into an endpoint that is there', () => {
  const existing = here.vpc.addInterfaceEndpoint('Existing', { service: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER, open: false });
  const endpoint = SecretsManagerEndpoint.fromInterfaceEndpoint(existing);
  rotatedBy(here.stack, { endpoint }, { database: RotationTarget.fromInstance(instance(here)) });
  const rules = ['AWS::EC2::SecurityGroupIngress', 'AWS::EC2::SecurityGroupEgress'].flatMap(type => idsOf(here.stack, type));
  const before = deployedBefore(here.stack, SCHEDULE_ID);
  expect(rules).toHaveLength(4);
  expect(rules.filter(id => !before.has(id))).toEqual([]);
});

test('the schedule of a serverless cluster comes after its attachment', () => {
  rotated(here.stack, { database: RotationTarget.fromServerlessCluster(serverlessCluster(here)) });
  expect([...deployedBefore(here.stack, SCHEDULE_ID)]).toEqual(expect.arrayContaining([
    ...idsOf(here.stack, 'AWS::RDS::DBCluster'), ...idsOf(here.stack, 'AWS::SecretsManager::SecretTargetAttachment').filter(id => id.startsWith('Credentials')),
  ]));
});

test('the schedule of a database without connections comes after policy and permission', () => {
  rotated(here.stack);
  const before = deployedBefore(here.stack, idsOf(here.stack, 'AWS::SecretsManager::RotationSchedule')[0]);
  const needed = ['AWS::IAM::Policy', 'AWS::Lambda::Permission'].flatMap(type => idsOf(here.stack, type));
  expect(needed).toHaveLength(3);
  expect(needed.filter(id => !before.has(id))).toEqual([]);
});

test('with a security group of the user\'s own, the schedule comes after the rule that is added to it', () => {
  const own = new ec2.SecurityGroup(here.stack, 'Own', { vpc: here.vpc, allowAllOutbound: false });
  rotatedBy(here.stack, { securityGroups: [own] }, { database: RotationTarget.fromInstance(instance(here)) });
  const { Properties } = resourceOf(here.stack, 'AWS::EC2::SecurityGroup', 'Own');
  expect(Properties.SecurityGroupEgress).toEqual([{ CidrIp: '0.0.0.0/0', Description: 'Secrets Manager', FromPort: 443, IpProtocol: 'tcp', ToPort: 443 }]);
  expect(deployedBefore(here.stack, SCHEDULE_ID)).toContain(idsOf(here.stack, 'AWS::EC2::SecurityGroup').find(id => id.startsWith('Own')));
});

test('the schedule comes after the superuser\'s secret and the policy that lets it be read', () => {
  const superuserSecret = new ManagedSecret(here.stack, 'Superuser', { purpose: 'superuser', content: SecretContent.generatedField({ template: { username: 'root' } }) });
  rotated(here.stack, { strategy: RotationStrategy.alternatingUsers({ superuserSecret }) });
  expect([...deployedBefore(here.stack, idsOf(here.stack, 'AWS::SecretsManager::RotationSchedule')[0])]).toEqual(expect.arrayContaining(idsOf(here.stack, 'AWS::SecretsManager::Secret').concat(idsOf(here.stack, 'AWS::IAM::Policy'))));
});

describe('across stacks', () => {
  test('the stack of the secret is deployed after those of the rotator and of the database, and neither waits for it', () => {
    const app = here.stack.node.root as App;
    const home = testStack('Home', app);
    const rotator = new DatabaseRotator(here.stack, 'Rotator', { engine: DatabaseEngine.POSTGRESQL, vpc: here.vpc });
    rotated(home, { namespace: here.namespace, database: RotationTarget.fromInstance(instance(here)), rotator });
    app.synth();
    expect(home.dependencies.map(({ node }) => node.id)).toEqual(['Stack']);
    expect(here.stack.dependencies).toHaveLength(0);
    // The policy stands beside the secret, the rules beside the groups: the one is waited for in the stack, the others by it.
    expect(idsOf(home, 'AWS::IAM::Policy')).toHaveLength(1);
    expect(deployedBefore(home, SCHEDULE_ID)).toContain(idsOf(home, 'AWS::IAM::Policy')[0]);
    for (const type of ['AWS::EC2::SecurityGroupIngress', 'AWS::EC2::SecurityGroupEgress']) {
      expect([idsOf(here.stack, type), idsOf(home, type)].map(({ length }) => length)).toEqual([1, 0]);
    }
    expect(idsOf(here.stack, 'AWS::Lambda::Permission')).toHaveLength(1);
  });
});

describe('what is deployed needs nothing but the capability for unnamed IAM resources', () => {
  beforeEach(() => {
    const database = RotationTarget.fromCluster(cluster(here));
    rotatedBy(here.stack, { endpoint: SecretsManagerEndpoint.create() }, { database, strategy: alternatingUsers(here.stack) });
    rotated(here.stack, { purpose: 'other' }, 'Other');
  });

  test('no macro, no nested stack, no custom resource', () => {
    const template = assertions.Template.fromStack(here.stack).toJSON();
    expect(template.Transform).toBeUndefined();
    expect(Object.values(resourcesOf(here.stack)).map(({ Type }) => Type).filter(type => /^Custom::|CloudFormation::|Serverless/.test(type))).toEqual([]);
  });

  test('no role, managed policy, user or group with a name', () => {
    const iamTypes = Object.values(resourcesOf(here.stack)).filter(({ Type }) => Type.startsWith('AWS::IAM::'));
    expect([...new Set(iamTypes.map(({ Type }) => Type))].sort()).toEqual(['AWS::IAM::Policy', 'AWS::IAM::Role']);
    expect(iamTypes.flatMap(({ Properties }) => Object.keys(Properties)).filter(name => /RoleName|UserName|GroupName|ManagedPolicyName/.test(name))).toEqual([]);
    expect(iamTypes.filter(({ Properties }) => Properties.ManagedPolicyArns)).toEqual([]);
  });

  test('no resource policy that hinders the removal of the stack: each refers to its secret, and goes before it', () => {
    const policies = Object.values(resourcesOf(here.stack)).filter(({ Type }) => Type === 'AWS::SecretsManager::ResourcePolicy');
    expect(policies.map(({ Properties }) => Properties.SecretId)).toEqual([{ Ref: 'CredentialsF8F243AA' }, { Ref: expect.stringMatching(/^Other/) }]);
    expect(policies.map(({ DeletionPolicy }) => DeletionPolicy)).toEqual(idsOf(here.stack, 'AWS::SecretsManager::Secret')
      .filter(id => /^(Credentials|Other)/.test(id)).map(id => resourcesOf(here.stack)[id].DeletionPolicy));
  });

  test('no function but those that rotate, from a bundle of this package', () => {
    expect(idsOf(here.stack, 'AWS::Lambda::Function').sort()).toEqual([expect.stringMatching(/^CredentialsRotator/), expect.stringMatching(/^OtherRotator/)]);
  });
});
