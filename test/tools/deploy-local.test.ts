import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { DeployedSecret, elements } from '../../tools/deploy-local/account';
import { afterCreation, Checks, covers, lost, unlikeTemplate } from '../../tools/deploy-local/checks';
import { payments } from '../../tools/deploy-local/payments';
import { CannotCheck, findPython } from '../../tools/deploy-local/python';

const ARN = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/payments/api-key-AbCdEf';
const SECRET: DeployedSecret = { arn: ARN, tags: {}, value: 'one', versionId: 'first' };

describe('what was lost', () => {
  test.each<[string, DeployedSecret | undefined, string[]]>([
    ['is nothing when all is as it was', { ...SECRET, description: 'another', tags: { a: 'b' } }, []],
    ['is a secret that is gone', undefined, ['api-key is gone']],
    ['is a secret that was made anew', { ...SECRET, arn: ARN.replace('AbCdEf', 'GhIjKl') }, ['api-key is another secret now']],
    ['is a value', { ...SECRET, value: 'two', versionId: 'second' }, ['api-key has another value']],
    ['is a value that is there no more', { ...SECRET, value: undefined, versionId: undefined }, ['api-key has another value']],
    ['is a version, whose value is the same', { ...SECRET, versionId: 'second' }, ['api-key has another version']],
  ])('%s', (_, now, differences) => {
    expect(lost(new Map([['api-key', SECRET]]), new Map(now ? [['api-key', now]] : []))).toEqual(differences);
  });

  test('names no value', () => {
    const lines: string[] = [];
    const checks = new Checks(line => lines.push(line));
    checks.none('kept', lost(new Map([['api-key', SECRET]]), new Map([['api-key', { ...SECRET, value: 'two' }]])));
    expect(lines.join('\n')).toContain('FAIL  kept');
    expect(lines.join('\n')).not.toMatch(/one|two/);
    expect(checks).toMatchObject({ passed: 0, failed: 1 });
  });
});

describe('the policy of a deployed secret', () => {
  const stack = payments('payments');
  const name = 'prod/payments/database';
  const [deny, ...others] = Object.values(stack.template.Resources).find(({ Type }) => Type === 'AWS::SecretsManager::ResourcePolicy')!
    .Properties!.ResourcePolicy.Statement;
  const deployed = (Statement: any) => new Map([[name, { ...SECRET, policy: { Version: '2012-10-17', Statement } }]]);

  test('is that of the template in any order of keys', () => {
    expect(unlikeTemplate(stack, deployed([Object.fromEntries(Object.entries(deny).reverse()), others[0]]))).toEqual([]);
  });

  test.each([
    ['lacks a statement', () => deployed([deny])],
    ['has a statement too many', () => deployed([deny, others[0], deny])],
    ['is missing', () => new Map([[name, SECRET]])],
  ])('is another when it %s', (_, secrets) => {
    expect(unlikeTemplate(stack, secrets())).toEqual([`${name} has another policy`]);
  });
});

test('after creation, RetainExceptOnCreate is Retain, and nothing else is changed', () => {
  const policies = (DeletionPolicy: string) => ({ Resources: { A: { Type: 'T', DeletionPolicy, UpdateReplacePolicy: 'Retain' } } });
  expect(afterCreation(policies('RetainExceptOnCreate'))).toEqual(policies('Retain'));
  expect(afterCreation(policies('Delete'))).toEqual(policies('Delete'));
});

test.each<[string, boolean]>([
  [ARN, true],
  ['arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/payments/api-key-??????', true],
  ['arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/payments/*', true],
  ['arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/payments/api-key-?????', false],
  ['arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/payments/api.key-??????', false],
  ['arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/payments/api', false],
])('%s covers the ARN of the secret: %s', (pattern, covered) => {
  expect(covers(pattern, ARN)).toBe(covered);
});

test('elements of an answer are read with their entities', () => {
  expect(elements('<member><Reason>&apos;a&apos; &lt; &amp;lt;</Reason></member><member/>', 'Reason')).toEqual(['\'a\' < &lt;']);
  expect(elements('<StackStatusReason>x</StackStatusReason>', 'StackStatus')).toEqual([]);
});

describe('Python', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'python-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function program(name: string, script: string): string {
    const file = path.join(folder, name);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    return file;
  }

  test('is the first program that is 3.13 when it runs', () => {
    const shim = program('shim', 'echo "command not found" >&2; exit 127');
    const right = program('right', 'echo 3.13');
    expect(findPython([path.join(folder, 'missing'), shim, program('old', 'echo 3.11'), right, program('later', 'echo 3.13')])).toBe(right);
  });

  test('that is not there is told with what was tried and how to get it, and is no failure of a check', () => {
    const old = program('old', 'echo 3.11');
    expect(() => findPython([old])).toThrow(CannotCheck);
    expect(() => findPython([old])).toThrow(/needs Python 3\.13.*tried .*old.*\n.*apt-get install python3\.13-venv/);
  });
});
