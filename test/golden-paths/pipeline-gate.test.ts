import { spawnSync } from 'child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { App } from 'aws-cdk-lib';
import { build } from '../../examples/pipeline/app';

/** The gate of examples/pipeline, with the command of this package, and an AWS CLI that knows what is deployed. */

const ROOT = path.join(__dirname, '../..');
const STACK = 'prod-payments';

let folder: string;
let assembly: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gate-'));
  const app = new App({ outdir: path.join(folder, 'cdk.out'), context: { '@aws-cdk/core:validationReportPrettyPrint': false } });
  build(app);
  assembly = path.join(app.synth().directory, 'assembly-payments-pipeline-prod');
  for (const each of ['bin', 'account']) mkdirSync(path.join(folder, each));
  program('npx', `exec ${path.join(ROOT, 'node_modules/.bin/tsx')} --tsconfig ${path.join(ROOT, 'tools/tsconfig.json')} ${path.join(ROOT, 'src/review/command/main.ts')} "\${@:3}"`);
  program('aws', `
    if [[ "$1 $2" == 'sts assume-role' ]]; then echo '{"Credentials":{"AccessKeyId":"reviewer","SecretAccessKey":"-","SessionToken":"-"}}'; exit; fi
    [[ $AWS_ACCESS_KEY_ID == reviewer ]] || { echo '(AccessDenied) who is this' >&2; exit 254; }
    name=$(sed 's/.*--stack-name \\([^ ]*\\).*/\\1/' <<<"$*")
    cat ${path.join(folder, 'account')}/error >&2 2>/dev/null && exit 254
    cat ${path.join(folder, 'account')}/$name 2>/dev/null || { echo "An error occurred (ValidationError) when calling GetTemplate: Stack with id $name does not exist" >&2; exit 254; }`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => rmSync(path.join(folder, 'account'), { recursive: true }));
beforeEach(() => mkdirSync(path.join(folder, 'account')));

function program(name: string, lines: string): void {
  const file = path.join(folder, 'bin', name);
  writeFileSync(file, `#!/usr/bin/env bash\n${lines}\n`);
  chmodSync(file, 0o755);
}

function newTemplate(): { Resources: Record<string, { Type: string; Properties: Record<string, unknown> }> } {
  const file = readdirSync(assembly).find(each => each.endsWith('.template.json'))!;
  return JSON.parse(readFileSync(path.join(assembly, file), 'utf8'));
}

/** What is deployed: the new template, changed. */
function deployed(change: (template: ReturnType<typeof newTemplate>) => void): void {
  const template = newTemplate();
  change(template);
  writeFileSync(path.join(folder, 'account', STACK), JSON.stringify({ TemplateBody: template }));
}

function resourceOf(template: ReturnType<typeof newTemplate>, type: string): [string, { Properties: Record<string, unknown> }] {
  return Object.entries(template.Resources).find(([, { Type }]) => Type === type)!;
}

function gate(approved = ''): { status: number | null; out: string } {
  const approvals = path.join(folder, 'approved-changes.txt');
  writeFileSync(approvals, approved);
  const { status, stdout, stderr } = spawnSync('node', [path.join(ROOT, 'examples/pipeline/gate/gate.mjs'), path.relative(folder, assembly), approvals], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: `${path.join(folder, 'bin')}:${process.env.PATH}`, REVIEW_ROLE_ARN: 'arn:aws:iam::111122223333:role/secrets-review' },
  });
  return { status, out: stdout + stderr };
}

test('opens for the first deployment, and for one that changes nothing', () => {
  expect(gate().status).toBe(0);
  deployed(() => {});
  expect(gate()).toEqual({ status: 0, out: expect.stringContaining('Nothing changes for secrets') });
}, 60_000);

test('stops where somebody gains access, until just this is approved', () => {
  deployed(({ Resources }) => delete Resources[resourceOf({ Resources }, 'AWS::IAM::Policy')[0]]);
  const stopped = gate();
  expect(stopped).toEqual({ status: 1, out: expect.stringContaining('gains access') });
  const [digest] = /^[0-9a-f]{64}(?= <who)/m.exec(stopped.out)!;
  expect(gate(`${digest} payments-team: the service reads its key\n`)).toEqual({ status: 0, out: expect.stringContaining('Approved: ') });
  expect(gate(`${digest.replace(/^./, each => each === '0' ? '1' : '0')} another change\n`).status).toBe(1);
}, 60_000);

test('stops where a value in use is lost', () => {
  deployed(template => { resourceOf(template, 'AWS::SecretsManager::Secret')[1].Properties.Name = 'prod/payments/older-name'; });
  expect(gate().status).toBe(1);
}, 60_000);

test('stays shut when it cannot see what is deployed', () => {
  writeFileSync(path.join(folder, 'account', 'error'), 'An error occurred (AccessDenied) when calling the GetTemplate operation');
  expect(gate()).toEqual({ status: 1, out: expect.stringContaining('AccessDenied') });
}, 60_000);
