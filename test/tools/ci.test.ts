import { spawnSync } from 'child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { ended } from '../support/ended';

const ROOT = path.resolve(__dirname, '../..');
const CI = path.join(ROOT, 'tools/ci');

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'ci-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

type Kind = 'jest' | 'counts' | 'check' | 'optional' | 'optional-counts';

/** One line of the stages file; `report` is a file name below the directory. */
function stage(name: string, kind: Kind, exitCode: number, report = '-'): string {
  return [name, kind, exitCode, 12, path.join(directory, report)].join('\t');
}

function summarize(...stages: string[]) {
  const file = path.join(directory, 'stages.tsv');
  writeFileSync(file, stages.map(line => `${line}\n`).join(''));
  const { status, stdout } = spawnSync(process.execPath, [path.join(CI, 'summary.mjs'), file], { encoding: 'utf8' });
  return { status, stdout, last: stdout.trimEnd().split('\n').at(-1) };
}

function jestReport(name: string, counts: object): string {
  const report = {
    success: true,
    numTotalTests: 8,
    numPassedTests: 8,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    numRuntimeErrorTestSuites: 0,
    ...counts,
  };
  writeFileSync(path.join(directory, name), JSON.stringify(report));
  return name;
}

describe('summary', () => {
  test('sums tests, counted lines and checks', () => {
    writeFileSync(path.join(directory, 'lint.log'), 'some line\n5 passed, 0 failed\n');
    const { status, stdout, last } = summarize(
      stage('suite', 'jest', 0, jestReport('jest.json', { numTotalTests: 10, numPassedTests: 8, numPendingTests: 2 })),
      stage('templates', 'counts', 0, 'lint.log'),
      stage('types', 'check', 0),
    );
    expect(last).toBe('14 passed, 0 failed');
    expect(status).toBe(0);
    expect(stdout).toMatch(/suite +8 +0 +12 s {2}2 skipped/);
  });

  test.each<[string, string, string]>([
    ['a failed test', 'numFailedTests', '7 passed, 2 failed'],
    ['a suite that does not load', 'numRuntimeErrorTestSuites', '7 passed, 2 failed'],
  ])('%s fails', (_, count, last) => {
    const report = jestReport('jest.json', { success: false, numPassedTests: 7, [count]: 2 });
    expect(summarize(stage('suite', 'jest', 1, report))).toMatchObject({ status: 1, last });
  });

  test('names each test that failed and each suite that does not load, below the table', () => {
    const report = jestReport('jest.json', {
      success: false,
      numPassedTests: 6,
      numFailedTests: 1,
      numRuntimeErrorTestSuites: 1,
      testResults: [
        {
          name: path.resolve('test/names.test.ts'),
          status: 'failed',
          message: 'of both',
          assertionResults: [
            { status: 'passed', fullName: 'a name is long', failureMessages: [] },
            { status: 'failed', fullName: 'a name is short', failureMessages: ['\u001b[31mExpected: 3\u001b[39m\n    at a line'] },
          ],
        },
        { name: path.resolve('test/types.test.ts'), status: 'failed', message: 'Cannot find module', assertionResults: [] },
        { name: path.resolve('test/keys.test.ts'), status: 'passed', message: '', assertionResults: [] },
      ],
    });
    const { stdout, last } = summarize(stage('suite', 'jest', 1, report));
    expect(stdout).toContain('failed in suite: test/names.test.ts: a name is short\nExpected: 3\n');
    expect(stdout).toContain('failed in suite: test/types.test.ts: did not load\nCannot find module\n');
    expect(stdout).not.toMatch(/is long|keys\.test/);
    expect(last).toBe('6 passed, 2 failed');
  });

  test.each<[string, string | undefined]>([
    ['missing', undefined],
    ['empty', ''],
    ['cut off', '{"success": tr'],
    ['of another program', '{"passed": 3}'],
    ['without tests', JSON.stringify({ success: true, numTotalTests: 0, numPassedTests: 0, numFailedTests: 0, numRuntimeErrorTestSuites: 0 })],
  ])('a report that is %s fails, though the exit code is 0', (_, content) => {
    if (content !== undefined) {
      writeFileSync(path.join(directory, 'jest.json'), content);
    }
    expect(summarize(stage('suite', 'jest', 0, 'jest.json'), stage('types', 'check', 0))).toMatchObject({ status: 1, last: '1 passed, 1 failed' });
  });

  test('a command that fails after a clean report fails, as lint after the tests', () => {
    const { status, last } = summarize(stage('suite', 'jest', 1, jestReport('jest.json', {})));
    expect({ status, last }).toEqual({ status: 1, last: '8 passed, 1 failed' });
  });

  test('a run that jest calls unsuccessful fails, though no test failed', () => {
    expect(summarize(stage('suite', 'jest', 0, jestReport('jest.json', { success: false })))).toMatchObject({ status: 1, last: '8 passed, 1 failed' });
  });

  test.each<[string, string | undefined]>([
    ['missing', undefined],
    ['without counts', 'cfn-lint is not there\n'],
    ['with counts elsewhere than in the last line', '1 passed, 0 failed\nTraceback\n'],
    ['that counts nothing', '0 passed, 0 failed\n'],
  ])('a log %s fails', (_, content) => {
    if (content !== undefined) {
      writeFileSync(path.join(directory, 'lint.log'), content);
    }
    expect(summarize(stage('templates', 'counts', 0, 'lint.log'))).toMatchObject({ status: 1, last: '0 passed, 1 failed' });
  });

  test('a check fails by its exit code', () => {
    expect(summarize(stage('types', 'check', 2), stage('lint', 'check', 0))).toMatchObject({ status: 1, last: '1 passed, 1 failed' });
  });

  test('an optional check that could not be made counts as neither and says so', () => {
    const { status, stdout, last } = summarize(stage('types', 'check', 0), stage('audit', 'optional', 75));
    expect({ status, last }).toEqual({ status: 0, last: '1 passed, 0 failed' });
    expect(stdout).toMatch(/audit .*could not be made/);
  });

  test('an optional check that was made and failed fails', () => {
    expect(summarize(stage('types', 'check', 0), stage('audit', 'optional', 1))).toMatchObject({ status: 1, last: '1 passed, 1 failed' });
  });

  test('optional counts that could not be made count as neither, whatever the log ends in', () => {
    writeFileSync(path.join(directory, 'emulator.log'), 'Nothing was checked.\n');
    const { status, stdout, last } = summarize(stage('types', 'check', 0), stage('emulator', 'optional-counts', 75, 'emulator.log'));
    expect({ status, last }).toEqual({ status: 0, last: '1 passed, 0 failed' });
    expect(stdout).toMatch(/emulator .*could not be made/);
  });

  test.each<[string, number, string, string]>([
    ['that were made count', 0, '5 passed, 0 failed\n', '5 passed, 0 failed'],
    ['that failed count', 1, '4 passed, 1 failed\n', '4 passed, 1 failed'],
    ['whose program failed after them fail', 1, '5 passed, 0 failed\n', '5 passed, 1 failed'],
    ['without a last line fail', 0, 'LocalStack answers\n', '0 passed, 1 failed'],
  ])('optional counts %s', (_, exitCode, log, last) => {
    writeFileSync(path.join(directory, 'emulator.log'), log);
    expect(summarize(stage('emulator', 'optional-counts', exitCode, 'emulator.log')).last).toBe(last);
  });

  test('no stage at all fails', () => {
    expect(summarize()).toMatchObject({ status: 1, last: '0 passed, 1 failed' });
  });
});

(process.platform === 'linux' ? describe : describe.skip)('a stage', () => {
  /** Runs stages as .ci/run does; each may take two seconds. */
  function run(...stages: string[]) {
    const stagesFile = path.join(directory, 'stages.tsv');
    const script = [`STAGES=${stagesFile} STAGE_SECONDS=2`, `source ${path.join(ROOT, '.ci/stage')}`, ...stages].join('\n');
    const { stdout, status } = spawnSync('bash', ['-uo', 'pipefail', '-c', script], { encoding: 'utf8', timeout: 60_000 });
    return { stdout, status, stages: readFileSync(stagesFile, 'utf8').trim().split('\n').map(line => line.split('\t')) };
  }

  test('that hangs is ended with all that it has started, and the next one runs', async () => {
    const started = path.join(directory, 'started');
    const { stages } = run(
      `hangs() { sleep 300 & echo $! >${started}; wait; }; export -f hangs`, 'stage \'hangs\' check - hangs', 'stage \'next\' check - true',
    );
    expect(stages.map(([name, , exitCode]) => [name, exitCode])).toEqual([['hangs', '124'], ['next', '0']]);
    await ended(Number(readFileSync(started, 'utf8')));
  });

  test('that hangs without saying how much passed has failed', () => {
    const log = path.join(directory, 'lint.log');
    const { stages: [hung] } = run(`stage 'counts' counts ${log} sleep 300`);
    expect(hung.slice(0, 3)).toEqual(['counts', 'counts', '124']);
    expect(summarize(hung.join('\t'))).toMatchObject({ status: 1, last: '0 passed, 1 failed' });
  });

  test('is given its arguments as they are, and no input', () => {
    expect(run('stage \'prints\' check - printf "%s|" "a b" "c"', 'stage \'reads\' check - cat').stdout).toMatch(/^a b\|c\|/m);
  });
});

describe('audit', () => {
  /** Runs the audit with an npm that answers so. */
  function audit(answer: string) {
    const npm = path.join(directory, 'npm');
    writeFileSync(npm, `#!/bin/sh\ncat <<'END'\n${answer}\nEND\n`);
    chmodSync(npm, 0o755);
    const env = { ...process.env, PATH: `${directory}${path.delimiter}${process.env.PATH}` };
    const { status, stdout } = spawnSync(process.execPath, [path.join(CI, 'audit.mjs')], { encoding: 'utf8', env });
    return { status, stdout };
  }

  function report(vulnerabilities: object) {
    const total = Object.keys(vulnerabilities).length;
    return JSON.stringify({ auditReportVersion: 2, vulnerabilities, metadata: { vulnerabilities: { total }, dependencies: { prod: 4 } } });
  }

  test('passes without a vulnerability', () => {
    expect(audit(report({}))).toEqual({ status: 0, stdout: 'npm audit: 0 vulnerabilities in 3 production dependencies\n' });
  });

  test('fails on a vulnerability and names it', () => {
    const { status, stdout } = audit(report({ left: { name: 'left', severity: 'high', range: '<2' } }));
    expect(status).toBe(1);
    expect(stdout).toContain('high: left <2');
  });

  test.each([
    ['refuses', '{"message": "405 Method Not Allowed - POST https://registry.example/-/npm/v1/security/advisories/bulk"}', '405 Method Not Allowed'],
    ['answers in no form that npm knows', '', 'npm gave no report'],
  ])('says so when the registry %s, without its address', (_, answer, reason) => {
    const { status, stdout } = audit(answer);
    expect(status).toBe(75);
    expect(stdout).toContain(`npm audit could not be made: ${reason}`);
    expect(stdout).not.toContain('registry.example');
  });
});
