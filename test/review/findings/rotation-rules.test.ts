import { aws_lambda as lambda, aws_secretsmanager as secretsmanager, Stack } from 'aws-cdk-lib';
import { evidenceOf, raised } from './evidence';
import { deployStackAfter } from '../../../src/private/stack-order';
import { mostDaysBetween } from '../../../src/review/findings/schedule-length';
import { ENV, testApp } from '../../support/test-app';

type ScheduleProps = Partial<secretsmanager.CfnRotationScheduleProps>;

const RULES = ['rotation-late', 'rotation-source-account', 'rotation-permission', 'rotation-after-permission', 'one-rotation-schedule'];

/** One stack with a secret and a function, of which each test makes the rotation that it needs. */
class Rotation {
  public readonly app = testApp();
  public readonly stack = new Stack(this.app, 'Shop', { env: ENV });
  public readonly secret = new secretsmanager.CfnSecret(this.stack, 'Secret', { name: 'prod/shop/db', kmsKeyId: 'alias/of-another-app' });
  public readonly rotator = new lambda.CfnFunction(this.stack, 'Rotator', { code: { zipFile: ' ' }, role: `arn:aws:iam::${ENV.account}:role/rotator` });

  public permission(props: Partial<lambda.CfnPermissionProps> = {}, stack = this.stack): lambda.CfnPermission {
    return new lambda.CfnPermission(stack, 'Permission', {
      action: 'lambda:InvokeFunction', principal: 'secretsmanager.amazonaws.com', functionName: this.rotator.ref, sourceAccount: ENV.account, ...props,
    });
  }

  public schedule(props: ScheduleProps = {}, id = 'Rotation', stack = this.stack): secretsmanager.CfnRotationSchedule {
    return new secretsmanager.CfnRotationSchedule(stack, id, {
      secretId: this.secret.ref, rotationLambdaArn: this.rotator.attrArn, rotationRules: { scheduleExpression: 'rate(30 days)' }, ...props,
    });
  }

  /** As it should be. */
  public complete(props: ScheduleProps = {}): this {
    this.schedule(props).node.addDependency(this.permission());
    return this;
  }

  public raised(): string[] {
    return raised(evidenceOf(this.app), RULES);
  }
}

test('nothing about a rotation as it should be', () => {
  expect(new Rotation().complete().raised()).toEqual([]);
});

describe('rotation-source-account', () => {
  test('a function that Secrets Manager may invoke for any account, once', () => {
    const rotation = new Rotation();
    const permission = rotation.permission({ sourceAccount: undefined });
    const other = new secretsmanager.CfnSecret(rotation.stack, 'Other', { name: 'prod/shop/other' });
    rotation.schedule().node.addDependency(permission);
    rotation.schedule({ secretId: other.ref }, 'OtherRotation').node.addDependency(permission);

    expect(rotation.raised()).toEqual(['rotation-source-account Shop/Rotator']);
  });

  test.each([['ARN', undefined], ['name', 'prod/shop/db']])('not a permission for this secret alone: a schedule by %s', (_, secretId) => {
    const rotation = new Rotation();
    const permission = rotation.permission({ sourceAccount: undefined, sourceArn: rotation.secret.ref });
    rotation.schedule(secretId ? { secretId } : {}).node.addDependency(permission);

    expect(rotation.raised()).toEqual([]);
  });
});

describe('rotation-permission', () => {
  test.each<[string, Partial<lambda.CfnPermissionProps> | undefined]>([
    ['no permission', undefined],
    ['a permission of another account', { sourceAccount: '444455556666' }],
    ['a permission of another service', { principal: 'events.amazonaws.com' }],
    ['a permission of another function', { functionName: 'another' }],
    ['a permission of another secret', { sourceArn: `arn:aws:secretsmanager:eu-west-1:${ENV.account}:secret:other-AbCdEf` }],
    ['a permission of another action', { action: 'lambda:GetFunction' }],
  ])('%s', (_, permission) => {
    const rotation = new Rotation();
    const schedule = rotation.schedule();
    if (permission) schedule.node.addDependency(rotation.permission(permission));

    expect(rotation.raised()).toEqual(['rotation-permission Shop/Rotation']);
  });

  test.each<[string, ScheduleProps]>([
    ['a function of elsewhere', { rotationLambdaArn: `arn:aws:lambda:${ENV.region}:${ENV.account}:function:rotate` }],
    ['a hosted function', { rotationLambdaArn: undefined, hostedRotationLambda: { rotationType: 'MySQLSingleUser' } }],
  ])('not of %s, of which nothing is known', (_, props) => {
    const rotation = new Rotation();
    rotation.schedule(props);
    expect(rotation.raised()).toEqual([]);
  });
});

describe('rotation-by-transform', () => {
  const of = (props: ScheduleProps) => {
    const rotation = new Rotation();
    rotation.schedule(props);
    return raised(evidenceOf(rotation.app), ['rotation-by-transform']);
  };

  test('a function that AWS hosts', () => {
    expect(of({ rotationLambdaArn: undefined, hostedRotationLambda: { rotationType: 'SQLServerSingleUser' } })).toEqual(['rotation-by-transform Shop/Rotation']);
  });

  test('not another function, nor what a partner rotates', () => {
    expect(of({})).toEqual([]);
    expect(of({ rotationLambdaArn: undefined, externalSecretRotationRoleArn: 'arn:aws:iam::111122223333:role/rotation' })).toEqual([]);
  });
});

describe('one-rotation-schedule', () => {
  test.each([
    ['ARN', (rotation: Rotation) => rotation.secret.ref],
    ['name', (rotation: Rotation) => rotation.secret.name!],
  ])('a second schedule, which names the secret by its %s', (_, secretId) => {
    const rotation = new Rotation().complete();
    rotation.schedule({ secretId: secretId(rotation) }, 'Second').node.addDependency(rotation.stack.node.findChild('Permission') as lambda.CfnPermission);

    expect(rotation.raised()).toEqual(['one-rotation-schedule Shop/Second']);
  });

  test('a second schedule of one secret that is in no template, and not one of another', () => {
    const rotation = new Rotation().complete({ secretId: 'prod/elsewhere' });
    const permission = rotation.stack.node.findChild('Permission') as lambda.CfnPermission;
    rotation.schedule({ secretId: 'prod/elsewhere' }, 'Second').node.addDependency(permission);
    rotation.schedule({ secretId: 'prod/another' }, 'Third').node.addDependency(permission);

    expect(rotation.raised()).toEqual(['one-rotation-schedule Shop/Second']);
  });
});

describe('rotation-after-permission', () => {
  test('a schedule that does not depend on the permission', () => {
    const rotation = new Rotation();
    rotation.permission();
    rotation.schedule();

    expect(rotation.raised()).toEqual(['rotation-after-permission Shop/Rotation']);
  });

  test('not one that depends on what depends on it', () => {
    const rotation = new Rotation();
    const attachment = new secretsmanager.CfnSecretTargetAttachment(rotation.stack, 'Attachment', {
      secretId: rotation.secret.ref, targetId: 'shop', targetType: 'AWS::RDS::DBInstance',
    });
    attachment.node.addDependency(rotation.permission());
    rotation.schedule({ secretId: attachment.ref });

    expect(rotation.raised()).toEqual([]);
  });

  test.each([
    ['deployed before', true, []],
    ['deployed whenever', false, ['rotation-after-permission Shop/Rotation']],
  ])('a permission in a stack that is %s', (_, first, expected) => {
    const rotation = new Rotation();
    const platform = new Stack(rotation.app, 'Platform', { env: ENV });
    rotation.rotator.functionName = 'rotator';
    rotation.permission({ functionName: 'rotator' }, platform);
    rotation.schedule();
    if (first) deployStackAfter(rotation.stack, platform);

    expect(rotation.raised()).toEqual(expected);
  });
});

describe('rotation-late', () => {
  test.each<[string | undefined, string[]]>([
    [undefined, ['rotation-late Shop/Rotation']],
    ['rate(91 days)', ['rotation-late Shop/Rotation']],
    ['cron(0 3 1 JAN,JUL ? *)', ['rotation-late Shop/Rotation']],
    ['rate(90 days)', []],
    ['cron(0 3 1 1/3 ? *)', []],
    ['cron(0 3 ? * SUN *)', []],
  ])('%s', (scheduleExpression, expected) => {
    const rotationRules = scheduleExpression === undefined ? undefined : { scheduleExpression };
    expect(new Rotation().complete({ rotationRules }).raised()).toEqual(expected);
  });

  test.each<[string, number | undefined]>([
    ['rate(720 hours)', 30],
    ['rate(1 day)', 1],
    ['cron(0 3 ? * SUN *)', 31],
    ['cron(0 3 1 2-4 ? *)', 310],
    ['cron(0 3 1 1/6 ? *)', 186],
    ['cron(0 3 1 */2 ? *)', 62],
    ['cron(0 3 1 DEC ? *)', 372],
    ['when the moon is full', undefined],
  ])('%s has up to %s days', (schedule, days) => {
    expect(mostDaysBetween(schedule)).toBe(days);
  });
});
