import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import Ajv from 'ajv';
import { App, aws_iam as iam, aws_kms as kms, aws_secretsmanager as secretsmanager, RemovalPolicy, Stack, Stage } from 'aws-cdk-lib';
import { cli } from '../../../src/review/command/cli';
import { ENV, role, testApp } from '../../support/test-app';

const LITERAL = 'hunter2-in-the-clear';

let directory: string;
let before: string;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'review-'));
  before = process.cwd();
  process.chdir(directory);
});

afterEach(() => {
  process.chdir(before);
  rmSync(directory, { recursive: true });
});

/** Runs the command in the directory of the test. */
async function run(...args: string[]) {
  const [printed, warned]: [string[], string[]] = [[], []];
  const code = await cli(args, {
    directory, isTTY: false, noColor: false, print: text => { printed.push(text); }, warn: text => { warned.push(text); },
  });
  return { code, out: printed.join(''), err: warned.join('\n') };
}

/** Writes the assembly of an app to a folder of the directory. */
function synthesized(folder: string, app: App): string {
  renameSync(app.synth().directory, path.join(directory, folder));
  return folder;
}

function good(): App {
  const app = testApp();
  const stack = new Stack(new Stage(app, 'Prod'), 'Shop', { env: ENV });
  new secretsmanager.CfnSecret(stack, 'ApiKey', { name: 'prod/shop/api-key', kmsKeyId: 'alias/of-another-app' }).applyRemovalPolicy(RemovalPolicy.RETAIN);
  return app;
}

function bad(): App {
  const app = testApp();
  new secretsmanager.CfnSecret(new Stack(app, 'Shop', { env: ENV }), 'Literal', { name: 'prod/shop/literal', secretString: LITERAL });
  return app;
}

describe('review', () => {
  test('reviews cdk.out when nothing is named, and exits with 0 when nothing is wrong', async () => {
    synthesized('cdk.out', good());
    const { code, out } = await run('review');

    expect(out).toContain('Review of cdk.out: no findings\n');
    expect(code).toBe(0);
  });

  test('exits with 1 for findings of the severity that --fail-on names, and never prints a value', async () => {
    synthesized('cdk.out', bad());
    const { code, out } = await run('review');

    expect(out).toContain('cdk-managed-secrets::plaintext-value');
    expect(out).not.toContain(LITERAL);
    expect(code).toBe(1);
    expect((await run('review', '--fail-on', 'never')).code).toBe(0);
    expect((await run('review', '--fail-on', 'warning', '--severity', 'plaintext-value=off')).code).toBe(1);
    expect((await run('review', '--severity', 'plaintext-value=note')).code).toBe(0);
  });

  test.each([
    ['text', /^Review of cdk\.out: /],
    ['markdown', /^# Review of `cdk\.out`: /],
    ['html', /^<!doctype html>/i],
    ['json', /^\{\n {2}"schemaVersion": "1\.0"/],
    ['sarif', /^\{\n {2}"\$schema": "https:\/\/docs\.oasis-open\.org\/sarif/],
  ])('prints %s', async (format, beginning) => {
    synthesized('cdk.out', bad());
    const { out } = await run('review', '--format', format);

    expect(out).toMatch(beginning);
    expect(out).not.toContain(LITERAL);
  });

  test('prints JSON that its published schema takes', async () => {
    const app = good();
    const stack = app.node.findChild('Prod').node.findChild('Shop') as Stack;
    const secret = new secretsmanager.Secret(stack, 'Secret', { encryptionKey: new kms.Key(stack, 'Key'), replicaRegions: [{ region: 'eu-central-1' }] });
    secret.grantRead(role(stack));
    secret.addToResourcePolicy(new iam.PolicyStatement({ principals: [new iam.AnyPrincipal()], actions: ['secretsmanager:GetSecretValue'], resources: ['*'] }));
    new secretsmanager.CfnRotationSchedule(stack, 'Rotation', { secretId: secret.secretArn, hostedRotationLambda: { rotationType: 'MySQLSingleUser' } });
    synthesized('cdk.out', app);
    const document = JSON.parse((await run('review', '--format', 'json')).out);
    const ajv = new Ajv();
    ajv.validate(JSON.parse(readFileSync(path.join(__dirname, '../../../schema/review-1.0.json'), 'utf8')), document);

    expect(ajv.errors).toBeNull();
    for (const part of [document.access, document.findings, document.keys, document.statements]) expect(part.length).toBeGreaterThan(0);
  });

  test('exits with 3 where a part could not be reviewed, says which, and reviews the rest', async () => {
    const app = bad();
    new secretsmanager.CfnSecret(new Stack(app, 'Other', { env: ENV }), 'Secret', { name: 'prod/other/key' });
    synthesized('cdk.out', app);
    writeFileSync('cdk.out/Other.template.json', 'no JSON');
    const { code, out } = await run('review');

    expect(out).toContain('1 part could not be reviewed');
    expect(out.replace(/\s+/g, ' ')).toMatch(/not reviewed the stack Other .*Other\.template\.json does not hold a JSON object/);
    expect(out).toContain('cdk-managed-secrets::plaintext-value');
    expect(code).toBe(3);
  });

  test('reviews names with HTML, pipes, line breaks and escape sequences', async () => {
    const app = testApp();
    const name = 'prod/shop/<img src=x>|`\n\u001b[31m';
    new secretsmanager.CfnSecret(new Stack(app, 'Shop', { env: ENV }), 'Secret', { name });
    synthesized('cdk.out', app);
    const printed = async (format: string) => (await run('review', '--format', format)).out;

    expect(await printed('text')).not.toContain('\u001b');
    expect((await printed('markdown')).replace(/(`+)[^`].*?\1(?!`)/g, 'code')).not.toContain('<img');
    expect(await printed('html')).not.toContain('<img');
    expect(JSON.parse(await printed('json')).secrets[0].name).toBe(name);
    expect(JSON.parse(await printed('sarif')).version).toBe('2.1.0');
  });

  test('writes into a file, in a folder that it makes, and says where', async () => {
    synthesized('cdk.out', good());
    const { code, out, err } = await run('review', '--output', 'reports/review.txt');

    expect({ code, out, err }).toEqual({ code: 0, out: '', err: `The review is in ${path.join(directory, 'reports/review.txt')}` });
    expect(readFileSync('reports/review.txt', 'utf8')).toContain('no findings');
  });

  test('reviews several assemblies as one', async () => {
    synthesized('owner', good());
    synthesized('consumer', bad());
    const { out } = await run('review', 'owner', 'consumer');

    expect(out).toContain('Review of owner, consumer: ');
    expect(out).toContain('2 secrets');
  });

  test('shows one stage alone', async () => {
    const app = good();
    new secretsmanager.CfnSecret(new Stack(new Stage(app, 'Staging'), 'Shop', { env: ENV }), 'Literal', { secretString: LITERAL });
    synthesized('cdk.out', app);
    const { code, out } = await run('review', '--stage', 'Prod');

    expect(out).toContain('prod/shop/api-key');
    expect(out).not.toContain('Staging');
    expect(code).toBe(0);
  });

  test('knows the rules of an organization', async () => {
    synthesized('cdk.out', good());

    expect((await run('review', '--fail-on', 'note', '--hierarchy', 'prod/payments/')).code).toBe(1);
    expect((await run('review', '--fail-on', 'note', '--hierarchy', 'prod/payments/', '--hierarchy', 'prod/shop/')).code).toBe(0);
  });
});

describe('bad input is one clear line, and exit code 2:', () => {
  test.each<[string, string[], string]>([
    ['no assembly', ['review'], 'cdk.out'],
    ['an assembly that is not there', ['review', 'elsewhere'], 'elsewhere'],
    ['a format that is none', ['review', 'app', '--format', 'pdf'], '--format must be one of text, markdown, html, json, sarif, got "pdf"'],
    ['a name of every object', ['review', 'app', '--format', 'constructor'], '--format must be one of'],
    ['a severity that is none', ['review', 'app', '--fail-on', 'fatal'], '--fail-on must be one of error, warning, note, never, got "fatal"'],
    ['a rule that is none', ['review', 'app', '--severity', 'plain=off'], 'there is no rule "plain"; there are: plaintext-value, '],
    ['a severity of a rule that is none', ['review', 'app', '--severity', 'plaintext-value'], '--severity must be <rule>=error|warning|note|off, got "plaintext-value"'],
    ['a stage that is not there', ['review', 'app', '--stage', 'prod'], 'there is no stage "prod"; there are: Prod'],
    ['a directory of policies that is none', ['review', 'app', '--managed-policies', 'none'], '--managed-policies must name a directory, got none'],
    ['a directory without policies', ['review', 'app', '--service-control-policies', 'empty'], '--service-control-policies: empty holds no JSON file'],
    ['an option that is none', ['review', '--no-such'], "Unknown option '--no-such'"],
    ['an option without its value', ['review', '--format'], '--format'],
    ['a command that is none', ['revue'], 'there is no command "revue"; there are: init, review'],
    ['a command of every object', ['constructor'], 'there is no command "constructor"'],
  ])('%s', async (_, args, message) => {
    synthesized('app', good());
    mkdirSync('empty');
    const { code, out, err } = await run(...args);

    expect(err).toContain(message);
    expect(err.split('\n')).toHaveLength(1);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });

  test('nothing at all prints the help', async () => {
    const { code, out } = await run();
    expect(out).toMatch(/^Usage: npx cdk-managed-secrets <command>/);
    expect(code).toBe(2);
  });
});

describe('help', () => {
  test('names every command, and every option of one', async () => {
    expect((await run('--help')).out).toContain('review [assembly…]');
    const { code, out } = await run('review', '--help');

    for (const option of ['--format', '--output', '--managed-policies', '--stage', '--service-control-policies', '--resource-control-policies', '--fail-on']) {
      expect(out).toContain(option);
    }
    expect(out).toContain('Exit codes: 0 fine; 1 ');
    expect(code).toBe(0);
  });

  test('--version is that of the package', async () => {
    const { version } = JSON.parse(readFileSync(path.join(__dirname, '../../../package.json'), 'utf8'));
    expect(await run('--version')).toEqual({ code: 0, out: `${version}\n`, err: '' });
  });
});

describe('policies of files', () => {
  const statement = { Effect: 'Deny', Action: 'secretsmanager:*', Resource: '*' };
  const give = (file: string, content: unknown) => {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  };

  test.each<[string, unknown, string]>([
    ['not JSON', 'Deny', 'policies/Guard.json must hold JSON'],
    ['no policy', { Deny: '*' }, 'policies/Guard.json must hold a policy document with Statement'],
    ['a policy of an organization that is not JSON', { Policy: { Content: 'Deny' } }, 'policies/Guard.json must hold JSON'],
  ])('are refused as %s', async (_, content, message) => {
    synthesized('cdk.out', good());
    give('policies/Guard.json', content);
    const { code, err } = await run('review', '--service-control-policies', 'policies');

    expect(err).toContain(message);
    expect(code).toBe(2);
  });

  test('are read as documents and as the AWS CLI prints them', async () => {
    synthesized('cdk.out', good());
    give('policies/Guard.json', { Statement: [statement] });
    give('policies/111122223333/Other.json', { Policy: { Content: JSON.stringify({ Version: '2012-10-17', Statement: statement }) } });

    expect((await run('review', '--service-control-policies', 'policies')).code).toBe(0);
    expect(existsSync('policies')).toBe(true);
  });
});
