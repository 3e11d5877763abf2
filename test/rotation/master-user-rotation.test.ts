import { aws_rds as rds, aws_secretsmanager as secretsmanager, Duration } from 'aws-cdk-lib';
import { MasterUserRotation, RotationSchedule, RotationTarget } from 'cdk-managed-secrets';
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
