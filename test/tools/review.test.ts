import { spawnSync } from 'child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { App, aws_iam as iam, aws_kms as kms, aws_secretsmanager as secretsmanager, RemovalPolicy, Stack, Stage, Validations } from 'aws-cdk-lib';
import { resolveTemplates } from '../../src/review/assembly/resolve-templates';
import { COLUMNS, COLORED, PLAIN, styleFor } from '../../tools/review/layout';
import { managedPoliciesIn } from '../../tools/review/managed-policies';
import { plaintextIn } from '../../tools/review/plaintext';
import { findingsReport, report } from '../../tools/review/report';
import { reviewOf } from '../../tools/review/review';

// The first synthesis of a newer aws-cdk-lib compiles its template validation.

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

async function reviewText(app: App, managedPolicies?: ReturnType<typeof managedPoliciesIn>): Promise<string> {
  const review = await reviewOf(resolveTemplates(app.synth()), { managedPolicies });
  return [...report('shop', review, PLAIN), ...findingsReport(review.findings, PLAIN)].join('\n');
}

describe('the review', () => {
  test('tells all about a secret', async () => {
    const text = await reviewText(goodApp());

    for (const line of [
      'Review of shop: no findings',
      '  Secrets          1 secret and 1 replica, under 2 customer managed keys',
      '  Access           1 role may read, 0 may write; keys decrypt through Secrets Manager only; 1 not',
      '                     decided',
      '  Rotation         1 of 1 secrets are rotated',
      '  Deletion         every secret is kept when its stack is deleted',
      '  List price       2.80 USD a month for the secrets and their keys',
      'Stage Prod',
      '  Stack Prod/Shop, account 111122223333, region eu-west-1',
      '    prod/shop/api-key',
      '      key              alias/secrets/prod/shop, customer managed, rotated yearly',
      '                       decrypts through Secrets Manager only, for administrators too',
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

  test('says once what is true of all secrets of a stack, and nothing of it again', async () => {
    const app = new App();
    const stack = new Stack(app, 'Shop', { env: ENV });
    for (const name of ['prod/shop/a', 'prod/shop/b']) new secretsmanager.CfnSecret(stack, name, { name }).applyRemovalPolicy(RemovalPolicy.RETAIN);
    const lines = (await reviewText(app)).split('\n');

    expect(lines.filter(line => line.includes('removal policy   Retain'))).toHaveLength(1);
    expect(lines.indexOf('    all 2 secrets')).toBeLessThan(lines.findIndex(line => line.includes('removal policy')));
    expect(lines).toEqual(expect.arrayContaining(['    prod/shop/a', '    prod/shop/b']));
  });

  test('says a statement once that all resource policies of a stack hold, and the others with their secret', async () => {
    const app = new App();
    const stack = new Stack(app, 'Shop', { env: ENV });
    const deny = (action: string) => ({ Effect: 'Deny', Principal: '*', Action: `secretsmanager:${action}`, Resource: '*' });
    for (const [name, actions] of [['prod/shop/a', ['DeleteSecret']], ['prod/shop/b', ['DeleteSecret', 'PutSecretValue']]] as const) {
      const secretId = new secretsmanager.CfnSecret(stack, name, { name }).ref;
      new secretsmanager.CfnResourcePolicy(stack, `${name}-policy`, { secretId, resourcePolicy: { Statement: actions.map(deny) } });
    }
    const lines = (await reviewText(app)).split('\n');
    const at = (text: string) => lines.flatMap((line, index) => line.includes(text) ? [index] : []);

    expect(at('resource policy  deny secretsmanager:DeleteSecret to *')).toHaveLength(1);
    expect(at('resource policy  deny secretsmanager:DeleteSecret to *')[0]).toBeLessThan(lines.indexOf('    prod/shop/a'));
    expect(at('resource policy  deny secretsmanager:PutSecretValue to *')[0]).toBeGreaterThan(lines.indexOf('    prod/shop/b'));
  });

  test('shows one stage in detail, when asked, and names the others', async () => {
    const app = goodApp();
    new Stack(new Stage(app, 'Staging'), 'Shop', { env: ENV });
    const review = await reviewOf(resolveTemplates(app.synth()));
    const text = report('shop', review, PLAIN, 'Staging').join('\n');

    expect(text).toContain('\nStage Staging\n');
    expect(text).not.toContain('Stage Prod\n');
    expect(text).toContain('\nNot shown in detail: stage Prod\n');
  });

  test('prices a key that encrypts none of the secrets, such as the old one of a secret that was moved', async () => {
    const app = goodApp();
    const stack = app.node.findChild('Prod').node.findChild('Shop') as Stack;
    new kms.Key(stack, 'OldKey', { enableKeyRotation: true });
    const text = await reviewText(app);

    expect(text).toContain('List price: 2.80 USD a month (1 secret, 1 replica, 2 customer managed keys)');
    expect(text).toContain('And 1.00 USD a month for 1 customer managed key that encrypts none of these secrets:\n    Prod/Shop/OldKey');
  });

  test('is colored on a terminal, unless NO_COLOR is set', () => {
    expect(styleFor({ isTTY: true }, {})).toBe(COLORED);
    expect(styleFor({ isTTY: true }, { NO_COLOR: '1' })).toBe(PLAIN);
    expect(styleFor({}, {})).toBe(PLAIN);
  });
});

describe('a policy of a role that is not in the templates', () => {
  const TEAM = 'arn:aws:iam::111122223333:policy/teams/TeamBoundary';
  const OPERATOR = 'arn:aws:iam::aws:policy/job-function/Operator';
  const readAny = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['secretsmanager:GetSecretValue', 'kms:Decrypt'], Resource: '*' }] };
  let directory: string;

  beforeEach(() => { directory = mkdtempSync(path.join(tmpdir(), 'policies-')); });
  afterEach(() => rmSync(directory, { recursive: true }));

  /** The good app; its reader is under an imported boundary, and two roles have an imported managed policy. */
  function app(): App {
    const good = goodApp();
    const stack = good.node.findChild('Prod').node.findChild('Shop') as Stack;
    iam.PermissionsBoundary.of(stack.node.findChild('Reader')).apply(iam.ManagedPolicy.fromManagedPolicyArn(stack, 'Team', TEAM));
    const managedPolicies = [iam.ManagedPolicy.fromManagedPolicyArn(stack, 'Operators', OPERATOR)];
    new iam.Role(stack, 'Operator', { assumedBy: lambda, managedPolicies });
    new iam.Role(stack, 'Denied', { assumedBy: lambda, managedPolicies })
      .addToPolicy(new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: ['secretsmanager:*'], resources: ['*'] }));
    return good;
  }

  const give = (file: string, document: unknown) => {
    mkdirSync(path.dirname(path.join(directory, file)), { recursive: true });
    writeFileSync(path.join(directory, file), typeof document === 'string' ? document : JSON.stringify(document));
  };
  const flat = (text: string) => text.replace(/\s+/g, ' ');

  test('is named, and what depends on it is not decided', async () => {
    const text = flat(await reviewText(app()));

    expect(text).toContain('may read not decided: Prod/Shop/Operator may, if the managed policy Operator allows it'
      + ' not decided: Prod/Shop/Reader may, unless the permissions boundary TeamBoundary denies it may write');
    expect(text).toContain('may write not decided: Prod/Shop/Operator may, if the managed policy Operator allows it provided that');
    expect(text).toContain(`Not decided: the permissions boundary ${TEAM} of Prod/Shop/Reader is not in the templates;`
      + ' give its document as TeamBoundary.json in a directory, with --managed-policies <directory>');
    expect(text).toContain(`Not decided: the managed policy ${OPERATOR} of Prod/Shop/Operator, Prod/Shop/Denied is not in the templates;`);
    expect(text).toContain('0 roles may read, 0 may write');
    expect(text).toContain('2 policies of roles not known');
  });

  test('makes no finding of what is not known', async () => {
    expect((await reviewOf(resolveTemplates(app().synth()))).findings).toEqual([]);
  });

  test('is decided by its document', async () => {
    give('TeamBoundary.json', { PolicyVersion: { Document: readAny } });
    give('aws/Operator.json', readAny);
    const text = flat(await reviewText(app(), managedPoliciesIn(directory)));

    expect(text).toContain('may read Prod/Shop/Operator Prod/Shop/Reader may write no role of these templates');
    expect(text).not.toContain('ot decided: the');
  });

  test('is decided by its document, when that does not allow it', async () => {
    give('TeamBoundary.json', { Statement: { Effect: 'Allow', Action: 's3:*', Resource: '*' } });
    give('Operator.json', { Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] });

    expect(flat(await reviewText(app(), managedPoliciesIn(directory)))).toContain('may read no role of these templates may write');
  });

  test('is not that of another account by the same name', async () => {
    give('444455556666/TeamBoundary.json', readAny);
    expect(managedPoliciesIn(directory)(TEAM)).toBeUndefined();
  });

  test.each([
    ['not JSON', /TeamBoundary\.json must hold JSON$/],
    [{ Allow: '*' }, /TeamBoundary\.json must hold a policy document with Statement, or what `aws iam get-policy-version` prints$/],
  ])('is refused as %j', (document, message) => {
    give('TeamBoundary.json', document);
    expect(() => managedPoliciesIn(directory)(TEAM)).toThrow(message);
  });

  test('needs a directory', () => {
    expect(() => managedPoliciesIn(path.join(directory, 'none'))).toThrow(/--managed-policies must name a directory, got .*none/);
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
    expect(stdout).toContain(': no findings\n');
    expect(status).toBe(0);
  });

  test('reads managed policies from a directory', () => {
    const { stdout, stderr, status } = review(goodApp().synth().directory, '--managed-policies', 'no-such-directory');
    expect(stderr).toContain('--managed-policies must name a directory, got no-such-directory');
    expect({ stdout, status }).toEqual({ stdout: '', status: 2 });
  });

  test('refuses a stage that is not there', () => {
    const { status, stderr } = review(goodApp().synth().directory, '--stage', 'prod');
    expect(stderr).toContain('there is no stage prod; there are: Prod');
    expect(status).toBe(2);
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
