import { App, assertions, aws_ec2 as ec2, aws_rds as rds, Stack } from 'aws-cdk-lib';
import { DatabaseEngine, DatabaseRotator, ManagedSecret, RotationStrategy, RotationTarget, SecretContent, SecretNamespace } from 'cdk-managed-secrets';
import { HOST, NAMESPACE, POSTGRES, rotated } from './rotated-databases';
import { testApp, testStack } from '../support/test-app';

/** A shared rotator makes what a secret costs in a stack four resources, and in IAM nothing. */

/** The most that CloudFormation takes. */
const MAX_RESOURCES = 500;

type Strategy = 'singleUser' | 'alternatingUsers';
const OF_ROTATOR = {
  singleUser: RotationStrategy.singleUser(),
  alternatingUsers: RotationStrategy.alternatingUsers(),
};

/** Secrets of one namespace on one rotator; each of its own database, which another stack owns. */
function fleet(count: number, type: Strategy = 'singleUser', app: App = testApp()): Stack {
  const stack = testStack('Stack', app);
  const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-0123456789abcdef0', availabilityZones: ['a'], privateSubnetIds: ['subnet-1'] });
  const namespace = new SecretNamespace(stack, 'Secrets', NAMESPACE);
  const rotator = new DatabaseRotator(stack, 'Rotator', { engine: DatabaseEngine.POSTGRESQL, strategy: OF_ROTATOR[type], vpc });
  const strategy = type === 'singleUser' ? RotationStrategy.singleUser() : RotationStrategy.alternatingUsers({
    superuserSecret: new ManagedSecret(stack, 'Superuser', { namespace, purpose: 'superuser', content: SecretContent.generatedField({ template: { username: 'root' } }) }),
  });
  const securityGroups = [ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-0123456789abcdef0')];
  for (let index = 0; index < count; index++) {
    const database = RotationTarget.fromInstance(rds.DatabaseInstance.fromDatabaseInstanceAttributes(stack, `Database${index}`, {
      instanceIdentifier: `db-${index}`, instanceEndpointAddress: HOST, port: 5432, engine: POSTGRES, securityGroups,
    }));
    rotated(stack, { database, rotator, namespace, strategy, purpose: `db/${index}` }, `Secret${index}`);
  }
  return stack;
}

const template = (stack: Stack) => assertions.Template.fromStack(stack).toJSON().Resources as Record<string, any>;

/** The text of everything that IAM, KMS and EC2 limit in size or number. */
function documentsOf(stack: Stack): Record<string, string> {
  const limited = ['AWS::IAM::Policy', 'AWS::IAM::Role', 'AWS::KMS::Key', 'AWS::Lambda::Permission', 'AWS::Lambda::Function'];
  return Object.fromEntries(Object.entries(template(stack)).filter(([, { Type }]) => limited.includes(Type) || Type.startsWith('AWS::EC2::SecurityGroup'))
    .map(([id, { Type, Properties }]) => [id, JSON.stringify({ Type, Properties })]));
}

describe.each<[Strategy, number]>([
  ['singleUser', 11], ['alternatingUsers', 13],
])('%s', (strategy, shared) => {
  test('policies, key, permission and security group rules are the same to the byte with 1 and with 200 secrets', () => {
    const one = documentsOf(fleet(1, strategy));
    expect(Object.keys(one).length).toBeGreaterThanOrEqual(7);
    expect(documentsOf(inTwoStacks(strategy))).toEqual(one);
  });

  test('a further secret is four resources: the secret, its resource policy, its attachment and its schedule', () => {
    const [one, two] = [template(fleet(1, strategy)), template(fleet(2, strategy))];
    const added = Object.keys(two).filter(id => !(id in one)).map(id => two[id].Type as string);
    expect(added.sort()).toEqual(['AWS::SecretsManager::ResourcePolicy', 'AWS::SecretsManager::RotationSchedule', 'AWS::SecretsManager::Secret', 'AWS::SecretsManager::SecretTargetAttachment']);
    expect(Object.keys(one)).toHaveLength(shared + 4);
  });

  test('at least 120 secrets fit in a stack', () => {
    const resources = template(fleet(120, strategy));
    expect(Object.values(resources).filter(({ Type }) => Type === 'AWS::SecretsManager::RotationSchedule')).toHaveLength(120);
    expect(Object.keys(resources)).toHaveLength(shared + 4 * 120);
    expect(Object.keys(resources).length).toBeLessThanOrEqual(MAX_RESOURCES);
  });

  /** 200 secrets are more than a stack takes: the rest is another stack's, with the same rotator and superuser. */
  function inTwoStacks(type: Strategy): Stack {
    const stack = fleet(120, type);
    const further = testStack('Further', stack.node.root as App);
    const [namespace, rotator] = [stack.node.findChild('Secrets') as SecretNamespace, stack.node.findChild('Rotator') as DatabaseRotator];
    const superuserSecret = stack.node.tryFindChild('Superuser') as ManagedSecret | undefined;
    const securityGroups = [ec2.SecurityGroup.fromSecurityGroupId(further, 'Group', 'sg-0123456789abcdef0')];
    for (let index = 120; index < 200; index++) {
      const database = RotationTarget.fromInstance(rds.DatabaseInstance.fromDatabaseInstanceAttributes(further, `Database${index}`, {
        instanceIdentifier: `db-${index}`, instanceEndpointAddress: HOST, port: 5432, engine: POSTGRES, securityGroups,
      }));
      const own = superuserSecret ? { strategy: RotationStrategy.alternatingUsers({ superuserSecret }) } : {};
      rotated(further, { database, rotator, namespace, purpose: `db/${index}`, ...own }, `Secret${index}`);
    }
    const count = [stack, further].flatMap(each => Object.values(template(each))).filter(({ Type }) => Type === 'AWS::SecretsManager::RotationSchedule').length;
    expect(count).toBe(200);
    // Its policy is there once for its 80 secrets; the security group is open already.
    expect(Object.keys(template(further))).toHaveLength(4 * 80 + 1);
    return stack;
  }
});

test('each secret of a fleet is rotated at its own time', () => {
  const rules = Object.values(template(fleet(100))).filter(({ Type }) => Type === 'AWS::SecretsManager::RotationSchedule')
    .map(({ Properties }) => Properties.RotationRules.ScheduleExpression as string);
  expect(new Set(rules).size).toBeGreaterThan(80);
});

test('the schedules of a fleet wait for nothing of each other', () => {
  const schedules = Object.entries(template(fleet(20))).filter(([, { Type }]) => Type === 'AWS::SecretsManager::RotationSchedule');
  const waits = schedules.map(([, { DependsOn }]) => (DependsOn as string[]).filter(id => id.startsWith('Secret') && !id.startsWith('SecretsKey')));
  expect(waits.flat()).toEqual([]);
});
