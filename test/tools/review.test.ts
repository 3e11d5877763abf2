import { spawnSync } from 'child_process';
import * as path from 'path';
import { App, aws_iam as iam, aws_kms as kms, aws_secretsmanager as secretsmanager, RemovalPolicy, Stack, Stage, Validations } from 'aws-cdk-lib';
import { COLUMNS, COLORED, PLAIN, styleFor } from '../../tools/review/layout';
import { plaintextIn } from '../../tools/review/plaintext';
import { findingsReport, report } from '../../tools/review/report';
import { reviewOf } from '../../tools/review/review';
import { resolveTemplates } from '../../tools/templates';

// The first synthesis of a newer aws-cdk-lib compiles its template validation.
jest.setTimeout(60_000);

const ENV = { account: '111122223333', region: 'eu-west-1' };
const LITERAL = 'hunter2-in-the-clear';
const lambda = new iam.ServicePrincipal('lambda.amazonaws.com');

function throughSecretsManager(stack: Stack): iam.PolicyDocument {
  const statement = (actions: string[], conditions = {}) =>
    new iam.PolicyStatement({ principals: [new iam.AccountRootPrincipal()], actions, resources: ['*'], conditions });
  return new iam.PolicyDocument({
    statements: [
      statement(['kms:Describe*', 'kms:Put*']),
      statement(['kms:Decrypt', 'kms:GenerateDataKey*'], { StringEquals: { 'kms:ViaService': `secretsmanager.${stack.region}.amazonaws.com` } }),
    ],
  });
}

function goodApp(): App {
  const app = new App();
  const stack = new Stack(new Stage(app, 'Prod'), 'Shop', { env: ENV });
  const key = new kms.Key(stack, 'Key', { alias: 'secrets/prod/shop', enableKeyRotation: true, policy: throughSecretsManager(stack) });
  const secret = new secretsmanager.CfnSecret(stack, 'ApiKey', {
    name: 'prod/shop/api-key',
    kmsKeyId: key.keyArn,
    replicaRegions: [{ region: 'eu-central-1', kmsKeyId: 'arn:aws:kms:eu-central-1:111122223333:key/replica' }],
  });
  secret.applyRemovalPolicy(RemovalPolicy.RETAIN);
  new secretsmanager.CfnResourcePolicy(stack, 'Guard', {
    secretId: secret.ref,
    blockPublicPolicy: true,
    resourcePolicy: {
      Version: '2012-10-17',
      Statement: [{
        Sid: 'DenyOutsideOrganization',
        Effect: 'Deny',
        Principal: '*',
        Action: 'secretsmanager:*',
        Resource: '*',
        Condition: { StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } },
      }],
    },
  });
  new secretsmanager.CfnRotationSchedule(stack, 'Rotation', {
    secretId: secret.ref,
    rotationLambdaArn: 'arn:aws:lambda:eu-west-1:111122223333:function:rotate',
    rotationRules: { scheduleExpression: 'cron(0 3 ? * SUN *)', duration: '2h' },
  });
  const reader = new iam.Role(stack, 'Reader', { assumedBy: lambda });
  reader.addToPolicy(new iam.PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [secret.ref] }));
  reader.addToPolicy(new iam.PolicyStatement({ actions: ['kms:Decrypt'], resources: [key.keyArn] }));
  new iam.Role(stack, 'Stranger', { assumedBy: lambda });
  return app;
}

function badApp(): App {
  const app = new App();
  const stack = new Stack(app, 'Shop', { env: ENV });
  const secret = new secretsmanager.Secret(stack, 'Plain', { encryptionKey: new kms.Key(stack, 'Key') });
  new iam.Role(stack, 'HalfReader', { assumedBy: lambda })
    .addToPolicy(new iam.PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [secret.secretArn] }));
  new secretsmanager.CfnSecret(stack, 'Literal', { name: 'prod/shop/literal', secretString: LITERAL });
  secret.addToResourcePolicy(new iam.PolicyStatement({
    effect: iam.Effect.DENY, principals: [new iam.AnyPrincipal()], actions: ['secretsmanager:DeleteSecret'], resources: ['*'],
  }));
  return app;
}

async function reviewText(app: App): Promise<string> {
  const review = await reviewOf(resolveTemplates(app.synth()));
  return [...report('shop', review, PLAIN), ...findingsReport(review.findings, PLAIN)].join('\n');
}

describe('the review', () => {
  test('tells all about a secret', async () => {
    const text = await reviewText(goodApp());

    for (const line of [
      'Stage Prod',
      '  Stack Prod/Shop, account 111122223333, region eu-west-1',
      '    prod/shop/api-key',
      '      key              alias/secrets/prod/shop, customer managed, rotated yearly',
      '                       usable through Secrets Manager only: yes',
      '      may read         Prod/Shop/Reader',
      '      may write        no role of these templates',
      '      provided that    aws:PrincipalOrgID is o-a1b2c3d4e5',
      '      resource policy  DenyOutsideOrganization: deny secretsmanager:* to * when aws:PrincipalOrgID',
      '      removal policy   Retain',
      '      rotation         cron(0 3 ? * SUN *), window of 2h',
      '      replicas         eu-central-1, key arn:aws:kms:eu-central-1:111122223333:key/replica, in',
      '                       eu-central-1, may read: not decided, because its key is in none of these',
      '      list price       0.80 USD a month',
      '  List price: 2.80 USD a month (1 secret, 1 replica, 2 customer managed keys)',
      'No findings',
    ]) expect(text.split('\n')).toContain(line);
  });

  test('lists what is wrong, each with its resource', async () => {
    const { findings } = await reviewOf(resolveTemplates(badApp().synth()));

    expect(findings.map(({ rule, resource }) => `${rule.replace('review::', '')} ${resource}`).sort()).toEqual([
      'block-public-policy Shop/Plain/Policy',
      'customer-managed-key Shop/Literal',
      'half-grant Shop/HalfReader',
      'name-in-hierarchy Shop/Plain',
      'no-plaintext Shop/Literal',
      'retained Shop/Literal',
      'retained Shop/Plain',
      'secrets-manager-only Shop/Key',
    ]);
  });

  test('leaves out what is acknowledged, shows the reason, and knows when there was nothing to acknowledge', async () => {
    const app = badApp();
    const reason = 'Deployed under this name; renaming it would replace it.';
    Validations.of(app.node.findChild('Shop').node.findChild('Plain')).acknowledge({ id: 'review::name-in-hierarchy', reason });
    Validations.of(app.node.findChild('Shop').node.findChild('Key')).acknowledge({ id: 'review::retained', reason });
    const review = await reviewOf(resolveTemplates(app.synth()));

    expect(review.acknowledged).toMatchObject([{ rule: 'review::name-in-hierarchy', resource: 'Shop/Plain', reason }]);
    expect(review.findings.map(({ rule }) => rule)).not.toContain('review::name-in-hierarchy');
    expect(review.findings).toContainEqual(expect.objectContaining({ rule: 'review::acknowledgement-without-finding', resource: 'Shop/Key' }));
    expect(report('shop', review, PLAIN).join(' ').replace(/\s+/g, ' ')).toContain(`Acknowledged: review::name-in-hierarchy on Shop/Plain. ${reason}`);
  });

  test('shows no value of a secret, and no line wider than the page', async () => {
    const text = await reviewText(badApp());

    expect(text).not.toContain(LITERAL);
    expect(Math.max(...text.split('\n').map(line => line.length))).toBeLessThanOrEqual(COLUMNS);
    expect(text).toContain('8 findings');
  });

  test('decides nothing about a secret whose key is in no template, and says so', async () => {
    const app = new App();
    new secretsmanager.CfnSecret(new Stack(app, 'Shop'), 'Secret', { name: 'prod/shop/a', kmsKeyId: 'alias/of-another-app' });

    expect(await reviewText(app)).toContain('may read         not decided: the key alias/of-another-app is in none of these templates');
  });

  test('is colored on a terminal, unless NO_COLOR is set', () => {
    expect(styleFor({ isTTY: true }, {})).toBe(COLORED);
    expect(styleFor({ isTTY: true }, { NO_COLOR: '1' })).toBe(PLAIN);
    expect(styleFor({}, {})).toBe(PLAIN);
  });
});

describe('a literal in SecretString', () => {
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
  ])('%#', (secretString, expected) => {
    expect(plaintextIn(secretString, template)).toEqual(expected);
  });
});

describe('the command', () => {
  function review(...args: string[]) {
    const command = [require.resolve('tsx/cli'), '--tsconfig', 'tools/tsconfig.json', 'tools/review/main.ts', ...args];
    return spawnSync(process.execPath, command, { cwd: path.resolve(__dirname, '../..'), encoding: 'utf8' });
  }

  test('exits with 0 without findings', () => {
    const { status, stdout } = review(goodApp().synth().directory);
    expect(stdout).toContain('No findings');
    expect(status).toBe(0);
  });

  test('exits with 1 with findings', () => {
    const { status, stdout, stderr } = review(badApp().synth().directory);
    expect(stdout).toContain('8 findings');
    expect(stdout + stderr).not.toContain(LITERAL);
    expect(status).toBe(1);
  });

  test('exits with 2 when there is nothing to review', () => {
    const { status, stderr } = review('no-such-app');
    expect(stderr).toMatch(/no-such-app is not a cloud assembly .*; synthesize the app into it first/);
    expect(status).toBe(2);
  });
});
