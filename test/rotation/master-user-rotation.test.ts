import { aws_rds as rds, aws_secretsmanager as secretsmanager, Duration, Stack } from 'aws-cdk-lib';
import { ManagedSecret, MasterUserRotation, MasterUserRotationProps, RotationSchedule, RotationTarget } from 'cdk-managed-secrets';
import { cluster, endpoint, idsOf, instance, resourceOf, resourcesOf, SUPERUSER_ARN, World, world } from './rotated-databases';

const SCHEDULE = 'AWS::SecretsManager::RotationSchedule';
const MONTHLY = RotationSchedule.cron({ day: '1', hour: '3', window: Duration.hours(2) });

let here: World;

beforeEach(() => {
  here = world();
});

function managed<T extends rds.DatabaseInstance | rds.DatabaseCluster>(database: T): T {
  (database.node.defaultChild as rds.CfnDBInstance | rds.CfnDBCluster).manageMasterUserPassword = true;
  return database;
}

describe('the master user\'s password, which Amazon RDS manages', () => {
  test.each<[string, (at: World) => RotationTarget, string]>([
    ['an instance', at => RotationTarget.fromInstance(managed(instance(at))), 'AWS::RDS::DBInstance'],
    ['a cluster', at => RotationTarget.fromCluster(managed(cluster(at))), 'AWS::RDS::DBCluster'],
  ])('of %s, is rotated by the service on a schedule, and not at once', (_, database, type) => {
    new MasterUserRotation(here.stack, 'Master', { database: database(here), schedule: MONTHLY });
    expect(resourceOf(here.stack, SCHEDULE).Properties).toEqual({
      SecretId: { 'Fn::GetAtt': [idsOf(here.stack, type)[0], 'MasterUserSecret.SecretArn'] },
      RotationRules: { ScheduleExpression: 'cron(0 3 1 * ? *)', Duration: '2h' },
      RotateImmediatelyOnUpdate: false,
    });
  });

  test('of an import, is rotated in the secret that is given', () => {
    const masterUserSecret = secretsmanager.Secret.fromSecretCompleteArn(here.stack, 'MasterSecret', SUPERUSER_ARN);
    new MasterUserRotation(here.stack, 'Master', { database: endpoint(), schedule: MONTHLY, masterUserSecret });
    expect(resourceOf(here.stack, SCHEDULE).Properties.SecretId).toBe(SUPERUSER_ARN);
  });

  test('needs no function, no role and no permission', () => {
    new MasterUserRotation(here.stack, 'Master', { database: RotationTarget.fromInstance(managed(instance(here))), schedule: MONTHLY });
    expect(Object.values(resourcesOf(here.stack)).map(({ Type }) => Type).filter(type => /Lambda|IAM/.test(type))).toEqual([]);
  });

  test('has a schedule whose logical id is part of the contract', () => {
    new MasterUserRotation(here.stack, 'Master', { database: RotationTarget.fromInstance(managed(instance(here))), schedule: MONTHLY });
    expect(idsOf(here.stack, SCHEDULE)).toEqual(['Master1645C907']);
  });
});

describe('a second schedule of a master user', () => {
  test.each<[string, (at: World) => () => object]>([
    ['of a database of this app', at => {
      const database = RotationTarget.fromInstance(managed(instance(at)));
      return () => ({ database });
    }],
    ['of an imported one, whose secret is imported twice', at => {
      const superuser = () => secretsmanager.Secret.fromSecretCompleteArn(at.stack, `Imported${at.stack.node.children.length}`, SUPERUSER_ARN);
      return () => ({ database: endpoint(), masterUserSecret: superuser() });
    }],
  ])('%s is refused', (_, props) => {
    const next = props(here);
    new MasterUserRotation(here.stack, 'First', { schedule: MONTHLY, ...next() } as MasterUserRotationProps);
    expect(() => new MasterUserRotation(here.stack, 'Second', { schedule: MONTHLY, ...next() } as MasterUserRotationProps))
      .toThrow('a secret must have one schedule, because Secrets Manager keeps one, and Stack/First/Resource is there already; change that one [at Stack/Second]');
  });

  test('is refused also where an import of the L2 made the first, in another stack', () => {
    const other = new Stack(here.stack.node.root, 'Other');
    secretsmanager.Secret.fromSecretCompleteArn(other, 'Imported', SUPERUSER_ARN)
      .addRotationSchedule('First', { hostedRotation: secretsmanager.HostedRotation.postgreSqlSingleUser() });
    const masterUserSecret = secretsmanager.Secret.fromSecretCompleteArn(here.stack, 'Imported', SUPERUSER_ARN);
    expect(() => new MasterUserRotation(here.stack, 'Second', { schedule: MONTHLY, database: endpoint(), masterUserSecret }))
      .toThrow(/a secret must have one schedule, .* and Other\/Imported\/First\/Resource is there already.*\[at Stack\/Second\]/);
  });

  test('nor is a secret of this app taken for one that Amazon RDS manages', () => {
    const masterUserSecret = new ManagedSecret(here.stack, 'Managed', { namespace: here.namespace, purpose: 'managed' });
    expect(() => new MasterUserRotation(here.stack, 'Master', { database: endpoint(), schedule: MONTHLY, masterUserSecret }))
      .toThrow(/`masterUserSecret` must be the one that Amazon RDS manages, got Stack\/Managed of this app.*\[at Stack\/Master\]/);
  });
});
