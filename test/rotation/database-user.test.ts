import { aws_secretsmanager as secretsmanager, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  DatabaseEngine, DatabaseGrant, DatabasePrivilege, DatabaseRotator, DatabaseUser, DatabaseUserOptions, RotationStrategy, RotationTarget,
  SchemaPrivilege, SequencePrivilege, TablePrivilege,
} from 'cdk-managed-secrets';
import type { Construct } from 'constructs';
import { deployedBefore, endpoint, idsOf, instance, resourceOf, resourcesOf, rotated, SUPERUSER_ARN, World, world } from './rotated-databases';
import { resolveTemplates } from '../../src/review/assembly/resolve-templates';
import { fingerprintOf } from '../../src/rotation/contract/database-user';
import { accessModel, decide, functionOf, invokeFunction, Principal, roleOf } from '../../tools/access';
import { testApp, testStack } from '../support/test-app';

const TYPE = 'Custom::DatabaseUser';
const { POSTGRESQL, MYSQL } = DatabaseEngine;

function superuser(scope: Construct): secretsmanager.ISecret {
  return secretsmanager.Secret.fromSecretCompleteArn(scope, 'Superuser', SUPERUSER_ARN);
}

function user(scope: Construct, options: Partial<DatabaseUserOptions> = {}): DatabaseUser {
  return DatabaseUser.create({ superuserSecret: superuser(scope), grants: [DatabaseGrant.role('readers')], ...options });
}

const described = (stack: Stack) => JSON.parse(resourceOf(stack, TYPE).Properties.User);

test('the description is one text, whose fingerprint is a tag of the secret', () => {
  const { stack } = world();
  rotated(stack, { user: user(stack) });
  const { Properties: { User: text, SecretArn } } = resourceOf(stack, TYPE);
  expect(JSON.parse(text)).toEqual({
    username: 'app', database: 'postgres', grants: [{ on: 'role', role: 'readers' }], takeOver: false, drop: false,
  });
  const [secretId] = idsOf(stack, 'AWS::SecretsManager::Secret');
  expect(SecretArn).toEqual({ Ref: secretId });
  expect(resourcesOf(stack)[secretId].Properties.Tags).toEqual(expect.arrayContaining([
    { Key: 'cdk-managed-secrets:database-user', Value: fingerprintOf(text) },
    { Key: 'cdk-managed-secrets:superuser-secret', Value: 'rds cluster-0a1b2c-a1b2c3' },
  ]));
});

test('every grant of PostgreSQL', () => {
  const { stack } = world();
  const schema = 'app';
  rotated(stack, {
    databaseName: 'shop',
    user: user(stack, {
      grants: [
        DatabaseGrant.onDatabase({ privileges: [DatabasePrivilege.CONNECT, DatabasePrivilege.CONNECT] }),
        DatabaseGrant.onSchema({ schema, privileges: [SchemaPrivilege.USAGE], database: 'archive' }),
        DatabaseGrant.onTables({ privileges: [TablePrivilege.SELECT] }),
        DatabaseGrant.onTables({ schema, tables: ['orders'], privileges: [TablePrivilege.UPDATE] }),
        DatabaseGrant.onSequences({ schema, sequences: ['numbers'], privileges: [SequencePrivilege.USAGE] }),
        DatabaseGrant.onFutureTables({ schema, privileges: [TablePrivilege.SELECT] }),
        DatabaseGrant.onFutureSequences({ schema, owner: 'owner', privileges: [SequencePrivilege.SELECT] }),
        DatabaseGrant.statement('GRANT EXECUTE ON FUNCTION app.answer() TO app'),
      ],
    }),
  });
  expect(described(stack).grants).toEqual([
    { on: 'database', database: 'shop', privileges: ['CONNECT'] },
    { on: 'schema', database: 'archive', schema, privileges: ['USAGE'] },
    { on: 'tables', database: 'shop', schema: 'public', privileges: ['SELECT'] },
    { on: 'tables', database: 'shop', schema, names: ['orders'], privileges: ['UPDATE'] },
    { on: 'sequences', database: 'shop', schema, names: ['numbers'], privileges: ['USAGE'] },
    { on: 'futureTables', database: 'shop', schema, privileges: ['SELECT'] },
    { on: 'futureSequences', database: 'shop', schema, owner: 'owner', privileges: ['SELECT'] },
    { on: 'statement', database: 'shop', statement: 'GRANT EXECUTE ON FUNCTION app.answer() TO app' },
  ]);
});

test('grants of MySQL, and what two passwords of one user need', () => {
  const { stack } = world();
  rotated(stack, {
    database: endpoint(MYSQL),
    databaseName: 'shop',
    strategy: RotationStrategy.dualPassword(),
    user: user(stack, { grants: [DatabaseGrant.onTables({ privileges: [TablePrivilege.SELECT] })] }),
  });
  expect(described(stack).grants).toEqual([
    { on: 'tables', database: 'shop', privileges: ['SELECT'] }, { on: 'server', privileges: ['APPLICATION_PASSWORD_ADMIN'] },
  ]);
});

test('the database is the one that the instance was created with', () => {
  const at = world();
  rotated(at.stack, { database: RotationTarget.fromInstance(instance(at, { databaseName: 'inventory' })), user: user(at.stack) });
  expect(described(at.stack).database).toBe('inventory');
});

describe('the order of the deployment', () => {
  function deployed(at: World): Record<string, string> {
    const { stack } = at;
    const secret = rotated(stack, { database: RotationTarget.fromInstance(instance(at)), user: user(stack) });
    const consumer = new secretsmanager.CfnRotationSchedule(stack, 'AnyResource', { secretId: 'another' });
    consumer.rotationRules = { duration: secret.secretArn };
    const only = (type: string) => idsOf(stack, type)[0];
    return {
      secret: only('AWS::SecretsManager::Secret'),
      attachment: idsOf(stack, 'AWS::SecretsManager::SecretTargetAttachment').find(id => id.startsWith('Credentials'))!,
      user: only(TYPE),
      policy: idsOf(stack, 'AWS::IAM::Policy').find(id => id.includes('AccessPolicy'))!,
      database: only('AWS::RDS::DBInstance'),
      ingress: only('AWS::EC2::SecurityGroupIngress'),
      schedule: idsOf(stack, 'AWS::SecretsManager::RotationSchedule').find(id => id !== 'AnyResource')!,
    };
  }

  test('the user comes after the attachment, the permissions, the network and the database', () => {
    const at = world();
    const ids = deployed(at);
    const before = deployedBefore(at.stack, ids.user);
    for (const each of ['secret', 'attachment', 'policy', 'database', 'ingress']) expect([each, before.has(ids[each])]).toEqual([each, true]);
  });

  test('the schedule, and whatever refers to the secret, come after the user', () => {
    const at = world();
    const ids = deployed(at);
    expect(deployedBefore(at.stack, ids.schedule).has(ids.user)).toBe(true);
    expect(deployedBefore(at.stack, 'AnyResource').has(ids.user)).toBe(true);
  });
});

test('another stack refers to the secret itself', () => {
  const app = testApp();
  const { stack } = world(app);
  const secret = rotated(stack, { user: user(stack) });
  const other = testStack('Other', app);
  new CfnOutput(other, 'Arn', { value: secret.secretArn });
  const [exported] = Object.values(JSON.parse(JSON.stringify(app.synth().getStackByName('Stack').template.Outputs))) as { Value: unknown }[];
  expect(exported.Value).toEqual({ Ref: idsOf(stack, 'AWS::SecretsManager::Secret')[0] });
});

test('a user that comes later leaves the value of the secret as it is', () => {
  const valueWith = (withUser: boolean) => {
    const { stack } = world();
    rotated(stack, withUser ? { user: user(stack) } : {});
    return resourceOf(stack, 'AWS::SecretsManager::Secret').Properties.GenerateSecretString;
  };
  expect(valueWith(true)).toEqual(valueWith(false));
});

test('a user stays when it goes from the app, unless asked', () => {
  const policyOf = (removalPolicy?: RemovalPolicy) => {
    const { stack } = world();
    rotated(stack, { user: user(stack, { removalPolicy }) });
    return [resourceOf(stack, TYPE).DeletionPolicy, described(stack).drop];
  };
  expect(policyOf()).toEqual(['Retain', false]);
  expect(policyOf(RemovalPolicy.DESTROY)).toEqual(['Delete', true]);
});

test('of alternating users, the superuser of the strategy makes the user', () => {
  const { stack } = world();
  const strategy = RotationStrategy.alternatingUsers({ superuserSecret: superuser(stack) });
  rotated(stack, { strategy, user: DatabaseUser.create({ grants: [] }) });
  expect(described(stack).grants).toEqual([]);
});

test('one function answers for all secrets of a rotator, also those of another stack', () => {
  const app = testApp();
  const { stack, namespace } = world(app);
  const rotator = new DatabaseRotator(stack, 'Rotator', { engine: POSTGRESQL });
  const made = user(stack);
  rotated(stack, { rotator, user: made, purpose: 'one' }, 'One');
  rotated(stack, { rotator, user: made, purpose: 'two' }, 'Two');
  const other = testStack('Other', app);
  rotated(other, { rotator, user: made, purpose: 'three', namespace });
  app.synth();
  expect(idsOf(stack, TYPE)).toHaveLength(2);
  expect(idsOf(other, TYPE)).toHaveLength(1);
  expect([stack, other].flatMap(each => idsOf(each, 'AWS::Lambda::Function')).filter(id => id.includes('framework'))).toHaveLength(1);
});

test('a superuser whose own secret has a user makes no cycle', () => {
  const { stack } = world();
  const rotator = new DatabaseRotator(stack, 'Rotator', { engine: POSTGRESQL });
  const chief = rotated(stack, { rotator, username: 'chief', purpose: 'chief', user: user(stack) }, 'Chief');
  rotated(stack, { rotator, user: DatabaseUser.create({ superuserSecret: chief, grants: [] }) });
  const [ofChief, ofApp] = idsOf(stack, TYPE);
  expect(deployedBefore(stack, ofApp).has(ofChief)).toBe(true);
});

test('a second schedule is refused', () => {
  const { stack } = world();
  const secret = rotated(stack, { user: user(stack) });
  expect(() => secret.addRotationSchedule('Again', { automaticallyAfter: Duration.days(30), rotationLambda: secret.rotator.rotationFunction }))
    .toThrow('a secret must have one schedule');
});

describe('who may do what', () => {
  const build = () => {
    const { stack } = world();
    rotated(stack, { user: user(stack) });
    return resourcesOf(stack);
  };
  const statementsOf = (resources: Record<string, any>, start: string) => Object.entries(resources)
    .filter(([id, { Type }]) => Type === 'AWS::IAM::Policy' && id.startsWith(start)).flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);

  test('the rotation function may read the one secret before it is its rotation function, and the superuser\'s', () => {
    const reading = statementsOf(build(), 'CredentialsRotatorAccess').filter(({ Condition }) => Condition === undefined);
    expect(reading).toEqual([{
      Action: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
      Effect: 'Allow',
      Resource: [SUPERUSER_ARN, { Ref: 'CredentialsF8F243AA' }],
    }]);
  });

  test('as IAM decides it', async () => {
    const app = testApp();
    const { stack } = world(app);
    rotated(stack, { user: user(stack), purpose: 'one' }, 'One');
    rotated(stack, { purpose: 'two' }, 'Two');
    const model = accessModel(resolveTemplates(app.synth()));
    const [one, two] = ['Stack/One', 'Stack/Two'].map(path => model.secrets.find(each => each.path === path)!.arn);
    const rotator = roleOf(model, 'Stack/One/Rotator/Role');
    const answering = roleOf(model, 'Stack/One/Rotator/Users/Role');
    const before = { 'secretsmanager:resource/AllowRotationLambdaArn': 'arn:aws:lambda:eu-west-1:111122223333:function:none' };
    const may = async (principal: Principal, action: string, resource: string) =>
      decide(model, { principal, action: `secretsmanager:${action}`, resource, context: before });
    expect([await may(rotator, 'GetSecretValue', one), await may(rotator, 'DescribeSecret', one)]).toEqual(['Allowed', 'Allowed']);
    expect([await may(rotator, 'PutSecretValue', one), await may(rotator, 'UpdateSecretVersionStage', one)]).toEqual(['ImplicitlyDenied', 'ImplicitlyDenied']);
    expect([await may(rotator, 'GetSecretValue', two), await may(rotator, 'DescribeSecret', two)]).toEqual(['ImplicitlyDenied', 'ExplicitlyDenied']);
    expect([await may(answering, 'GetSecretValue', one), await may(answering, 'DescribeSecret', one)]).toEqual(['ImplicitlyDenied', 'ImplicitlyDenied']);
    const invoked = ['Stack/One/Rotator/Function', 'Stack/Two/Rotator/Function'].map(async path => invokeFunction(model, answering, functionOf(model, path).arn));
    expect(await Promise.all(invoked)).toEqual(['Allowed', 'ImplicitlyDenied']);
  });

  test('what answers CloudFormation may invoke that function, write its log, and do nothing else', () => {
    const statements = statementsOf(build(), 'CredentialsRotatorUsers');
    expect([...new Set(statements.flatMap(({ Action }: any) => Action))].sort()).toEqual([
      'lambda:GetFunction', 'lambda:InvokeFunction', 'logs:CreateLogStream', 'logs:PutLogEvents',
    ]);
    const functionArn = { 'Fn::GetAtt': ['CredentialsRotatorFunctionE017DFD5', 'Arn'] };
    const [invoke] = statements.filter(({ Action }: any) => [Action].flat().includes('lambda:InvokeFunction'));
    expect(invoke.Resource).toEqual([functionArn, { 'Fn::Join': ['', [functionArn, ':*']] }]);
  });
});
