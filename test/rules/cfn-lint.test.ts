import { spawnSync } from 'child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';

const ROOT = path.resolve(__dirname, '../..');
const IGNORED = ['W3005', 'E3703'].map(rule => expect.stringMatching(`^${rule} ignored 0 times`));

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'cfn-lint-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Runs the tool with a program in the place of cfn-lint that prints this and exits so. */
function lint(stdout: string, exitCode = 0) {
  const program = path.join(directory, 'cfn-lint');
  writeFileSync(program, `#!/bin/sh\ncat <<'END'\n${stdout}\nEND\nexit ${exitCode}\n`);
  chmodSync(program, 0o755);
  return runTool(program);
}

function runTool(program: string) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', 'tools/rules/cfn-lint.ts', directory],
    { cwd: ROOT, encoding: 'utf8', env: { ...process.env, CFN_LINT: program } },
  );
  return { status, stderr, lines: stdout.trimEnd().split('\n') };
}

function template(name: string): string {
  const file = path.join(directory, `${name}.template.json`);
  writeFileSync(file, '{"Resources":{}}');
  return file;
}

function match(file: string, rule: string) {
  return {
    Filename: file,
    Level: 'Warning',
    Message: 'this is wrong',
    Rule: { Id: rule },
    Location: { Start: { LineNumber: 7 }, Path: ['Resources', 'Secret', 'Properties'] },
  };
}

test('templates without a finding pass', () => {
  template('one');
  template('two');
  expect(lint('[]')).toEqual({ status: 0, stderr: '', lines: [...IGNORED, '2 passed, 0 failed'] });
});

test('a finding is printed with its place and fails its template', () => {
  template('one');
  const file = template('two');
  const { status, lines } = lint(JSON.stringify([match(file, 'E3002'), match(file, 'E3003')]));
  expect(status).toBe(1);
  expect(lines[0]).toContain('two.template.json:7 Warning E3002 Resources.Secret.Properties');
  expect(lines[1]).toContain('this is wrong');
  expect(lines.at(-1)).toBe('1 passed, 1 failed');
});

test('an ignored rule fails nothing, and its reason is printed', () => {
  const { status, lines } = lint(JSON.stringify([match(template('one'), 'W3005')]));
  expect(status).toBe(0);
  expect(lines[0]).toMatch(/^W3005 ignored 1 times: \w+ .{20}/);
  expect(lines.at(-1)).toBe('1 passed, 0 failed');
});

test('of a rule with a message, that message alone is ignored', () => {
  const advice = { ...match(template('one'), 'E3703'), Message: 'Prefer using Fn::Sub over Fn::Join with an empty delimiter' };
  expect(lint(JSON.stringify([advice])).status).toBe(0);
  expect(lint(JSON.stringify([{ ...advice, Message: 'this is wrong' }])).status).toBe(1);
});

test('without cfn-lint it fails and says how to install it', () => {
  template('one');
  const { status, stderr } = runTool(path.join(directory, 'missing'));
  expect(status).toBe(1);
  expect(stderr).toContain('pip install cfn-lint==');
});

test('without templates it fails and says how to make them', () => {
  const { status, stderr } = lint('[]');
  expect(status).toBe(1);
  expect(stderr).toContain('npx projen examples');
});

test('it fails when cfn-lint breaks down', () => {
  template('one');
  const { status, stderr } = lint('', 3);
  expect(status).toBe(1);
  expect(stderr).toContain('exit code 3');
});
