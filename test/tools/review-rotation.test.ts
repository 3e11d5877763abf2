import { aws_lambda as lambda, aws_rds as rds, aws_secretsmanager as secretsmanager, Stack, Validations } from 'aws-cdk-lib';
import { resolveTemplates } from '../../src/review/assembly/resolve-templates';
import { PLAIN } from '../../tools/review/layout';
import { report } from '../../tools/review/report';
import { Review, reviewOf } from '../../tools/review/review';
import { ENV, testApp } from '../support/test-app';

type ScheduleProps = Partial<secretsmanager.CfnRotationScheduleProps>;

/** One stack with a secret and a function, of which each test makes the rotation that it needs. */
class Rotation {
  public readonly app = testApp();
  public readonly stack = new Stack(this.app, 'Shop', { env: ENV });
  public readonly secret = new secretsmanager.CfnSecret(this.stack, 'Secret', { name: 'prod/shop/db', kmsKeyId: 'alias/of-another-app' });
  public readonly rotator = this.functionIn(this.stack);

  public functionIn(stack: Stack, id = 'Rotator'): lambda.CfnFunction {
    return new lambda.CfnFunction(stack, id, { code: { zipFile: ' ' }, role: `arn:aws:iam::${ENV.account}:role/rotator` });
  }

  public permission(props: Partial<lambda.CfnPermissionProps> = {}, stack = this.stack): lambda.CfnPermission {
    return new lambda.CfnPermission(stack, 'Permission', {
      action: 'lambda:InvokeFunction', principal: 'secretsmanager.amazonaws.com', functionName: this.rotator.ref, sourceAccount: ENV.account, ...props,
    });
  }

  public schedule(props: ScheduleProps = {}, id = 'Rotation', stack = this.stack): secretsmanager.CfnRotationSchedule {
    return new secretsmanager.CfnRotationSchedule(stack, id, { secretId: this.secret.ref, rotationLambdaArn: this.rotator.attrArn, ...props });
  }

  /** As it should be. */
  public complete(props: ScheduleProps = {}): this {
    this.schedule(props).addDependency(this.permission());
    return this;
  }

  public review(): Promise<Review> {
    return reviewOf(resolveTemplates(this.app.synth()));
  }

  /** The lines of the rotation of the only secret. */
  public async lines(): Promise<string[]> {
    const lines = report('shop', await this.review(), PLAIN);
    const first = lines.findIndex(line => line.startsWith('      rotation '));
    const next = lines.findIndex((line, index) => index > first && /^ {6}\S/.test(line));
    return lines.slice(first, next).map(line => line.slice('      rotation         '.length));
  }

  /** Of the rules about rotation. */
  public async findings(): Promise<string[]> {
    const { findings } = await this.review();
    return findings.filter(({ rule }) => rule.includes('rotation')).map(({ rule, resource }) => `${rule.replace('review::', '')} ${resource}`);
  }
}

describe('the review tells', () => {
  test('that a secret is not rotated', async () => {
    expect(await new Rotation().lines()).toEqual(['not rotated']);
  });

  test('of each secret its own rotation', async () => {
    const rotation = new Rotation().complete();
    new secretsmanager.CfnSecret(rotation.stack, 'Other', { name: 'prod/shop/other' });
    const { stages: [{ stacks: [{ secrets }] }] } = await rotation.review();

    expect(secrets.map(({ secret, rotations }) => [secret.path, ...rotations.map(({ schedule }) => schedule.path)]))
      .toEqual([['Shop/Secret', 'Shop/Rotation'], ['Shop/Other']]);
  });

  test('when, by which function, engine and strategy, and whether immediately', async () => {
    const rotation = new Rotation().complete({
      rotationRules: { scheduleExpression: 'cron(0 3 ? * SUN *)', duration: '2h' }, rotateImmediatelyOnUpdate: false,
    });
    rotation.secret.generateSecretString = { secretStringTemplate: '{"engine":"postgres"}', generateStringKey: 'password' };
    rotation.rotator.environment = { variables: { ROTATION_STRATEGY: 'alternatingUsers' } };

    expect(await rotation.lines()).toEqual(['cron(0 3 ? * SUN *), window of 2h', 'by Shop/Rotator (postgres, alternatingUsers)', 'the first time in the next window of the schedule']);
  });

  test('the engine of an attached database, through the attachment', async () => {
    const rotation = new Rotation();
    new rds.CfnDBInstance(rotation.stack, 'Other', { engine: 'mariadb' });
    const database = new rds.CfnDBInstance(rotation.stack, 'Database', { engine: 'mysql' });
    const attachment = new secretsmanager.CfnSecretTargetAttachment(rotation.stack, 'Attachment', {
      secretId: rotation.secret.ref, targetId: database.ref, targetType: 'AWS::RDS::DBInstance',
    });
    rotation.complete({ secretId: attachment.ref, rotationRules: { automaticallyAfterDays: 30 } });

    expect(await rotation.lines()).toEqual(['every 30 days', 'by Shop/Rotator (mysql)', 'the first time when the schedule is created, and again when it is changed']);
  });

  test.each<[string, ScheduleProps, string]>([
    ['a function of elsewhere', { rotationLambdaArn: `arn:aws:lambda:${ENV.region}:${ENV.account}:function:rotate` }, 'by arn:aws:lambda:eu-west-1:111122223333:function:rotate, in none of these'],
    ['a hosted function', { rotationLambdaArn: undefined, hostedRotationLambda: { rotationType: 'MySQLSingleUser' } }, 'by a function of AWS (MySQLSingleUser)'],
    ['no function', { rotationLambdaArn: undefined }, 'by no function of these templates'],
  ])('%s', async (_, props, line) => {
    const rotation = new Rotation();
    rotation.schedule(props);

    expect((await rotation.lines()).slice(0, 2)).toEqual(['on demand', line]);
    expect(await rotation.findings()).toEqual([]);
  });

  test('nothing of the value that is not JSON', async () => {
    const rotation = new Rotation().complete();
    rotation.secret.generateSecretString = { secretStringTemplate: 'no JSON', generateStringKey: 'password' };

    expect((await rotation.lines())[1]).toBe('by Shop/Rotator');
  });
});

describe('the review finds', () => {
  test('nothing about a rotation as it should be', async () => {
    expect(await new Rotation().complete().findings()).toEqual([]);
  });

  test('a function that Secrets Manager may invoke for any account, once', async () => {
    const rotation = new Rotation();
    const permission = rotation.permission({ sourceAccount: undefined });
    const other = new secretsmanager.CfnSecret(rotation.stack, 'Other', { name: 'prod/shop/other' });
    rotation.schedule().addDependency(permission);
    rotation.schedule({ secretId: other.ref }, 'OtherRotation').addDependency(permission);

    expect(await rotation.findings()).toEqual(['rotation-source-account Shop/Rotator']);
  });

  test.each([
    ['ARN', undefined],
    ['name', 'prod/shop/db'],
  ])('no fault in a permission for this secret alone, which is that of one account: a schedule by %s', async (_, secretId) => {
    const rotation = new Rotation();
    const permission = rotation.permission({ sourceAccount: undefined, sourceArn: rotation.secret.ref });
    rotation.schedule(secretId ? { secretId } : {}).addDependency(permission);

    expect(await rotation.findings()).toEqual([]);
  });

  test.each<[string, Partial<lambda.CfnPermissionProps> | undefined]>([
    ['no permission', undefined],
    ['a permission of another account', { sourceAccount: '444455556666' }],
    ['a permission of another service', { principal: 'events.amazonaws.com' }],
    ['a permission of another function', { functionName: 'another' }],
  ])('%s', async (_, permission) => {
    const rotation = new Rotation();
    const schedule = rotation.schedule();
    if (permission) schedule.addDependency(rotation.permission(permission));

    expect(await rotation.findings()).toEqual(['rotation-permission Shop/Rotation']);
  });

  test.each([
    ['ARN', (rotation: Rotation) => rotation.secret.ref],
    ['name', (rotation: Rotation) => rotation.secret.name!],
  ])('a second schedule of one secret, which names it by its %s', async (_, secretId) => {
    const rotation = new Rotation().complete();
    rotation.schedule({ secretId: secretId(rotation) }, 'Second').addDependency(rotation.stack.node.findChild('Permission') as lambda.CfnPermission);

    expect(await rotation.findings()).toEqual(['one-rotation-schedule Shop/Second']);
  });

  test('a second schedule of one secret that is in no template', async () => {
    const rotation = new Rotation().complete({ secretId: 'prod/elsewhere' });
    const permission = rotation.stack.node.findChild('Permission') as lambda.CfnPermission;
    rotation.schedule({ secretId: 'prod/elsewhere' }, 'Second').addDependency(permission);
    rotation.schedule({ secretId: 'prod/another' }, 'Third').addDependency(permission);

    expect(await rotation.findings()).toEqual(['one-rotation-schedule Shop/Second']);
  });

  test('is acknowledged as any other', async () => {
    const rotation = new Rotation();
    rotation.schedule();
    Validations.of(rotation.stack).acknowledge({ id: 'review::rotation-permission', reason: 'Permitted by hand.' });

    expect(await rotation.findings()).toEqual([]);
  });
});

describe('a schedule needs its permission first', () => {
  test('and does not depend on it', async () => {
    const rotation = new Rotation();
    rotation.permission();
    rotation.schedule();

    expect(await rotation.findings()).toEqual(['rotation-after-permission Shop/Rotation']);
  });

  test('and depends on that of another secret only', async () => {
    const rotation = new Rotation();
    rotation.permission();
    const other = new lambda.CfnPermission(rotation.stack, 'OtherPermission', {
      action: 'lambda:InvokeFunction', principal: 'secretsmanager.amazonaws.com', functionName: rotation.rotator.ref, sourceArn: 'arn:aws:secretsmanager:*:*:secret:other',
    });
    rotation.schedule().addDependency(other);

    expect(await rotation.findings()).toEqual(['rotation-after-permission Shop/Rotation']);
  });

  test('and depends on what depends on it', async () => {
    const rotation = new Rotation();
    const attachment = new secretsmanager.CfnSecretTargetAttachment(rotation.stack, 'Attachment', {
      secretId: rotation.secret.ref, targetId: 'shop', targetType: 'AWS::RDS::DBInstance',
    });
    attachment.addDependency(rotation.permission());
    rotation.schedule({ secretId: attachment.ref });

    expect(await rotation.findings()).toEqual([]);
  });

  test.each([
    ['deployed before', true, []],
    ['deployed whenever', false, ['rotation-after-permission Shop/Rotation']],
  ])('in a stack that is %s', async (_, first, expected) => {
    const rotation = new Rotation();
    const platform = new Stack(rotation.app, 'Platform', { env: ENV });
    rotation.rotator.functionName = 'rotator';
    rotation.permission({ functionName: 'rotator' }, platform);
    rotation.schedule();
    if (first) rotation.stack.addDependency(platform);

    expect(await rotation.findings()).toEqual(expected);
  });
});
