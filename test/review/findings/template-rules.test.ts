import { aws_iam as iam, aws_kms as kms, aws_rds as rds, aws_secretsmanager as secretsmanager, RemovalPolicy, SecretValue, Stack } from 'aws-cdk-lib';
import { evidenceOf, findings, raised } from './evidence';
import { permits } from '../../../src/review/findings/invocation';
import { plaintextIn } from '../../../src/review/findings/plaintext';
import { widePatterns } from '../../../src/review/findings/wide-statements';
import { role, testApp, testStack } from '../../support/test-app';

/** Templates of foreign making: the L2 and L1 of aws-cdk-lib. */

const LITERAL = 'hunter2-in-the-clear';
const app = testApp;

function stackWith(make: (stack: Stack) => void): Stack['node']['root'] {
  const stack = testStack('Shop', app());
  make(stack);
  return stack.node.root;
}

function found(only: string[], make: (stack: Stack) => void, options?: Parameters<typeof raised>[2]): string[] {
  return raised(evidenceOf(stackWith(make) as ReturnType<typeof testApp>), only, options);
}

describe('plaintext-value', () => {
  const rule = ['plaintext-value'];

  test('a value in the template, and never the value itself', () => {
    const evidence = evidenceOf(stackWith(stack => {
      new secretsmanager.Secret(stack, 'Literal', { secretObjectValue: { user: SecretValue.unsafePlainText('shop'), password: SecretValue.unsafePlainText(LITERAL) } });
    }) as ReturnType<typeof testApp>);

    expect(raised(evidence, rule)).toEqual(['plaintext-value Shop/Literal', 'plaintext-value Shop/Literal']);
    expect(JSON.stringify(findings(evidence))).not.toContain(LITERAL);
  });

  test('not a generated one, nor one that refers to another resource', () => {
    expect(found(rule, stack => {
      const user = new iam.User(stack, 'User');
      new secretsmanager.Secret(stack, 'Generated');
      new secretsmanager.Secret(stack, 'Key', { secretStringValue: new iam.AccessKey(stack, 'AccessKey', { user }).secretAccessKey });
    })).toEqual([]);
  });

  const template = { Resources: {}, Parameters: { Given: { Type: 'String' }, Default: { Type: 'String', Default: LITERAL } } };

  test.each<[unknown, string[]]>([
    [undefined, []],
    [LITERAL, ['the whole value']],
    [{ 'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: 'Other' }, ':SecretString:password::}}']] }, []],
    [{ Ref: 'Given' }, []],
    [{ Ref: 'Default' }, ['the whole value']],
    [`{"username":"shop","password":"${LITERAL}"}`, ['the field password']],
    [{ 'Fn::Join': ['', ['{"host":"', { 'Fn::GetAtt': ['Db', 'Host'] }, '","port":', { 'Fn::GetAtt': ['Db', 'Port'] }, `,"token":"${LITERAL}"}`]] }, ['the field token']],
    [{ 'Fn::Sub': '{"url":"https://${Host}/path","key":"${Given}"}' }, []],
    [{ 'Fn::Sub': ['{"password":"${P}"}', { P: LITERAL }] }, ['the field password']],
    [{ 'Fn::Sub': 'postgres://shop:hunter2@${Host}/db' }, ['the whole value']],
    [{ 'Fn::Sub': 'postgres://shop:${Given}@db.example.com/db' }, []],
  ])('of SecretString %#', (secretString, expected) => {
    expect(plaintextIn(secretString, template)).toEqual(expected);
  });
});

describe('customer-managed-key', () => {
  test.each([undefined, 'alias/aws/secretsmanager', 'arn:aws:kms:eu-west-1:111122223333:alias/aws/secretsmanager'])('a secret under %s', kmsKeyId => {
    expect(found(['customer-managed-key'], stack => new secretsmanager.CfnSecret(stack, 'Secret', { kmsKeyId }))).toEqual(['customer-managed-key Shop/Secret']);
  });

  test('not a secret with a key', () => {
    expect(found(['customer-managed-key'], stack => new secretsmanager.Secret(stack, 'Secret', { encryptionKey: new kms.Key(stack, 'Key') }))).toEqual([]);
  });
});

describe('replica-key', () => {
  const key = (region: string) => `arn:aws:kms:${region}:111122223333:key/1`;
  const replicated = (kmsKeyId: string | undefined, ofReplica: string | undefined) => (stack: Stack) =>
    new secretsmanager.CfnSecret(stack, 'Secret', { kmsKeyId, replicaRegions: [{ region: 'eu-central-1', kmsKeyId: ofReplica }] });

  test.each<[string, string | undefined]>([
    ['without a key', undefined],
    ['with a key of another region', key('eu-west-1')],
  ])('a replica %s', (_, ofReplica) => {
    expect(found(['replica-key'], replicated(key('eu-west-1'), ofReplica))).toEqual(['replica-key Shop/Secret']);
  });

  test.each<[string, string | undefined, string | undefined]>([
    ['with a key of its region', key('eu-west-1'), key('eu-central-1')],
    ['with an alias', key('eu-west-1'), 'alias/secrets'],
    ['of a secret without a key, which is the finding', undefined, undefined],
  ])('not a replica %s', (_, ofPrimary, ofReplica) => {
    expect(found(['replica-key'], replicated(ofPrimary, ofReplica))).toEqual([]);
  });
});

describe('block-public-policy', () => {
  const policy = (blockPublicPolicy?: boolean) => (stack: Stack) => new secretsmanager.CfnResourcePolicy(stack, 'Policy', {
    secretId: new secretsmanager.CfnSecret(stack, 'Secret', {}).ref, resourcePolicy: { Version: '2012-10-17', Statement: [] }, blockPublicPolicy,
  });

  test('the policy of the L2', () => {
    expect(found(['block-public-policy'], stack => new secretsmanager.Secret(stack, 'Secret').denyAccountRootDelete())).toEqual(['block-public-policy Shop/Secret/Policy']);
  });

  test.each([undefined, false])('BlockPublicPolicy: %s', value => {
    expect(found(['block-public-policy'], policy(value))).toEqual(['block-public-policy Shop/Policy']);
  });

  test('not with it, nor a secret without a policy', () => {
    expect(found(['block-public-policy'], policy(true))).toEqual([]);
    expect(found(['block-public-policy'], stack => new secretsmanager.Secret(stack, 'Secret'))).toEqual([]);
  });
});

describe('access-wider-than-prefix', () => {
  const rule = ['access-wider-than-prefix'];
  const ARN = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret';
  const policy = (statement: object) => (stack: Stack) => new iam.CfnRolePolicy(stack, 'Policy', {
    roleName: 'reader', policyName: 'read', policyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', ...statement }] },
  });

  test.each<[string, object]>([
    ['everything', { Resource: '*' }],
    ['every action on everything', { Action: '*', Resource: '*' }],
    ['a pattern of actions', { Action: 'secretsmanager:Get*', Resource: '*' }],
    ['every secret', { Resource: `${ARN}:*` }],
    ['every secret of any service', { Resource: 'arn:aws:*:*:*:*' }],
    ['an environment', { Resource: `${ARN}:prod/*` }],
    ['one of several resources', { Resource: [`${ARN}:prod/shop/key-AbCdEf`, `${ARN}:p*`] }],
    ['the other end of names', { Resource: `${ARN}:*/shop/*` }],
    ['writing', { Action: 'secretsmanager:PutSecretValue', Resource: '*' }],
    ['all actions but some', { Action: undefined, NotAction: 'iam:*', Resource: '*' }],
    ['all resources but some', { Resource: undefined, NotResource: 'arn:aws:s3:::bucket' }],
    ['a condition that leaves all secrets', { Resource: '*', Condition: { StringEquals: { 'aws:PrincipalTag/team': 'shop' } } }],
    ['a condition that excludes a few secrets', { Resource: '*', Condition: { StringNotEquals: { 'aws:ResourceTag/team': 'shop' } } }],
  ])('%s', (_, statement) => {
    expect(found(rule, policy(statement))).toEqual(['access-wider-than-prefix Shop/Policy']);
  });

  test.each<[string, object]>([
    ['one secret', { Resource: `${ARN}:prod/shop/key-AbCdEf` }],
    ['one secret by its name', { Resource: `${ARN}:key-??????` }],
    ['a prefix', { Resource: `${ARN}:prod/shop/*` }],
    ['another service', { Resource: 'arn:aws:s3:::bucket/*' }],
    ['an action that knows no resource', { Action: ['secretsmanager:BatchGetSecretValue', 'secretsmanager:GetRandomPassword', 'secretsmanager:ListSecrets'], Resource: '*' }],
    ['a denial', { Effect: 'Deny', Resource: '*' }],
    ['secrets of one tag', { Resource: '*', Condition: { StringEquals: { 'secretsmanager:ResourceTag/team': 'shop' } } }],
    ['secrets of one rotation function', { Resource: '*', Condition: { StringEquals: { 'secretsmanager:resource/AllowRotationLambdaArn': 'arn' } } }],
  ])('not %s', (_, statement) => {
    expect(found(rule, policy(statement))).toEqual([]);
  });

  test('a role with a managed policy of AWS that reads all', () => {
    expect(found(rule, stack => role(stack).addManagedPolicy(iam.ManagedPolicy.fromAwsManagedPolicyName('SecretsManagerReadWrite')))).toEqual(['access-wider-than-prefix Shop/Reader']);
    expect(found(rule, stack => role(stack).addManagedPolicy(iam.ManagedPolicy.fromAwsManagedPolicyName('ReadOnlyAccess')))).toEqual([]);
  });

  test('a managed policy, and not one that is a permissions boundary alone', () => {
    const everything = (stack: Stack) => new iam.ManagedPolicy(stack, 'Policy', {
      statements: [new iam.PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: ['*'] })],
    });

    expect(found(rule, stack => everything(stack))).toEqual(['access-wider-than-prefix Shop/Policy']);
    expect(found(rule, stack => iam.PermissionsBoundary.of(role(stack)).apply(everything(stack)))).toEqual([]);
    expect(found(rule, stack => {
      const both = everything(stack);
      iam.PermissionsBoundary.of(role(stack)).apply(both);
      role(stack, 'Other').addManagedPolicy(both);
    })).toEqual(['access-wider-than-prefix Shop/Policy']);
  });

  test('an environment, where the hierarchy has one level', () => {
    expect(found(rule, policy({ Resource: `${ARN}:prod/*` }), { hierarchy: ['*/'] })).toEqual([]);
  });
});

describe('the name of a secret', () => {
  const rules = ['name-in-hierarchy', 'name-like-arn-suffix'];
  const named = (name?: string) => (stack: Stack) => new secretsmanager.CfnSecret(stack, 'Secret', { name });

  test.each<[string | undefined, string[]]>([
    [undefined, ['name-in-hierarchy Shop/Secret']],
    ['key', ['name-in-hierarchy Shop/Secret']],
    ['prod/key', ['name-in-hierarchy Shop/Secret']],
    ['prod/shop/', ['name-in-hierarchy Shop/Secret']],
    ['prod/shop/key', []],
    ['prod/shop/key-AbC123', ['name-like-arn-suffix Shop/Secret']],
    ['prod/shop/key-AbC12', []],
  ])('%s', (name, expected) => {
    expect(found(rules, named(name))).toEqual(expected);
  });

  test('in the hierarchy of an organization', () => {
    expect(found(rules, named('shared/key'), { hierarchy: ['*/*/', 'shared/'] })).toEqual([]);
    expect(found(rules, named('prod/shop/key'), { hierarchy: ['prod/payments/'] })).toEqual(['name-in-hierarchy Shop/Secret']);
    expect(found(rules, named('prodXshop'), { hierarchy: ['prod.'] })).toEqual(['name-in-hierarchy Shop/Secret']);
  });
});

describe('deletion-without-recovery', () => {
  test('a secret that goes with its stack, and one that goes when it is replaced', () => {
    expect(found(['deletion-without-recovery'], stack => new secretsmanager.CfnSecret(stack, 'Secret', {}))).toEqual(['deletion-without-recovery Shop/Secret']);
    expect(found(['deletion-without-recovery'], stack => new secretsmanager.Secret(stack, 'Secret', { removalPolicy: RemovalPolicy.DESTROY }))).toEqual(['deletion-without-recovery Shop/Secret']);
    expect(found(['deletion-without-recovery'], stack => new secretsmanager.CfnSecret(stack, 'Secret', {}).applyRemovalPolicy(RemovalPolicy.RETAIN, { applyToUpdateReplacePolicy: false })))
      .toEqual(['deletion-without-recovery Shop/Secret']);
  });

  test.each([RemovalPolicy.RETAIN, RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE])('not with %s', removalPolicy => {
    expect(found(['deletion-without-recovery'], stack => new secretsmanager.Secret(stack, 'Secret', { removalPolicy }))).toEqual([]);
  });
});

describe('rotation-off', () => {
  const attached = (schedule: boolean) => (stack: Stack) => {
    const secret = new secretsmanager.CfnSecret(stack, 'Secret', {});
    const database = new rds.CfnDBInstance(stack, 'Database', { engine: 'mysql' });
    const { ref: secretId } = new secretsmanager.CfnSecretTargetAttachment(stack, 'Attachment', { secretId: secret.ref, targetId: database.ref, targetType: 'AWS::RDS::DBInstance' });
    if (schedule) new secretsmanager.CfnRotationSchedule(stack, 'Rotation', { secretId, hostedRotationLambda: { rotationType: 'MySQLSingleUser' } });
  };

  test('the credentials of a database', () => {
    expect(found(['rotation-off'], attached(false))).toEqual(['rotation-off Shop/Secret']);
  });

  test('not with a schedule, nor a secret of no database', () => {
    expect(found(['rotation-off'], attached(true))).toEqual([]);
    expect(found(['rotation-off'], stack => new secretsmanager.Secret(stack, 'Secret'))).toEqual([]);
  });
});

describe('what only a deployment knows', () => {
  const unknown = { unknown: 'the value of a parameter' } as unknown as string;

  test('is no flaw, and no failure', () => {
    expect(widePatterns({
      Statement: [
        unknown as never,
        { Effect: 'Allow', Action: unknown, Resource: '*' },
        { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: [unknown] },
        { Effect: 'Allow', NotAction: unknown, Resource: '*' },
      ],
    }, 2)).toEqual([]);
  });

  test('is no flaw beside one', () => {
    expect(widePatterns({ Statement: [{ Effect: 'Allow', Action: 'secretsmanager:*', Resource: [unknown, '*'] }] }, 2)).toEqual(['*']);
  });

  test('permits an invocation, or not, as who asks needs it', () => {
    const permission = (properties: object) => ({
      resource: { Type: 'AWS::Lambda::Permission', Properties: { Principal: 'secretsmanager.amazonaws.com', Action: 'lambda:InvokeFunction', ...properties } },
    }) as unknown as Parameters<typeof permits>[0];
    const asked = (properties: object) => [true, false].map(answer => permits(permission(properties), { account: '111122223333', arn: 'arn:a' }, answer));

    expect(asked({ SourceAccount: unknown })).toEqual([true, false]);
    expect(asked({ SourceArn: unknown })).toEqual([true, false]);
    expect(asked({ SourceAccount: '444455556666', SourceArn: unknown })).toEqual([false, false]);
    expect(asked({})).toEqual([true, true]);
  });
});
