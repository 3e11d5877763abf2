/**
 * `node tools/ci/summary.mjs <stages file>`: sums what the stages of .ci/run proved.
 *
 * Each line of the file is one stage: name, kind, exit code, seconds and report file, separated by tabs. Kinds:
 *   jest      the report is jest's JSON
 *   counts    the report is a log whose last line is `N passed, N failed`
 *   check     passed if the exit code is 0
 *   optional  a check that may say with exit code 75 that it could not be made
 *   optional-counts  the same of a log
 *
 * What cannot be read, or proves nothing, has failed. Every test that failed is named below the table,
 * so that the end of the log is enough to know it. The last line is `N passed, N failed` alone.
 */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const NOT_MADE = 75;
const LEFT_OUT = { passed: 0, failed: 0, note: 'could not be made, see above' };

function readStages(file) {
  return readFileSync(file, 'utf8').split('\n').filter(Boolean).map(line => {
    const [name, kind, exitCode, seconds, report] = line.split('\t');
    return { name, kind, exitCode: Number(exitCode), seconds: Number(seconds), report };
  });
}

/** How many passed and failed in one stage, with a note on what the numbers do not say. */
function judge(stage) {
  try {
    return withExitCode(stage, count(stage));
  } catch (error) {
    return { passed: 0, failed: 1, note: error.message };
  }
}

function count({ kind, exitCode, report }) {
  switch (kind) {
    case 'jest': return countJest(report);
    case 'counts': return countLastLine(report);
    case 'check': return countExitCode(exitCode);
    case 'optional': return exitCode === NOT_MADE ? LEFT_OUT : countExitCode(exitCode);
    case 'optional-counts': return exitCode === NOT_MADE ? LEFT_OUT : countLastLine(report);
    default: throw new Error(`unknown kind of stage ${JSON.stringify(kind)}`);
  }
}

function countJest(file) {
  const report = JSON.parse(read(file));
  const { numTotalTests, numPassedTests, numFailedTests, numPendingTests, numTodoTests, numRuntimeErrorTestSuites } = report;
  if (![numTotalTests, numPassedTests, numFailedTests, numRuntimeErrorTestSuites].every(Number.isInteger)) {
    throw new Error(`${file} is not a report of jest`);
  }
  if (numTotalTests === 0) {
    throw new Error(`${file} has no tests`);
  }
  // A suite that does not load holds tests that jest never counted: it is one failure.
  const failed = numFailedTests + numRuntimeErrorTestSuites;
  const skipped = numPendingTests + numTodoTests;
  return {
    passed: numPassedTests,
    failed: failed === 0 && !report.success ? 1 : failed,
    note: skipped > 0 ? `${skipped} skipped` : '',
    failures: failuresOf(report),
  };
}

/** File and name of each test that failed, and of each suite that did not load, with how its message begins. */
function failuresOf({ testResults = [] }) {
  return testResults.filter(({ status }) => status === 'failed').flatMap(({ name, message, assertionResults }) => {
    const tests = assertionResults.filter(({ status }) => status === 'failed');
    const named = tests.map(({ fullName, failureMessages }) => ({ what: fullName, why: failureMessages.join('\n') }));
    return (named.length > 0 ? named : [{ what: 'did not load', why: message }]).map(each => failureLine(name, each));
  });
}

function failureLine(file, { what, why }) {
  return `${relative(process.cwd(), file)}: ${what}\n${stripVTControlCharacters(why).split('\n').slice(0, 12).join('\n')}`;
}

function countLastLine(file) {
  const [, passed, failed] = /^(\d+) passed, (\d+) failed$/.exec(read(file).trimEnd().split('\n').at(-1)) ?? [];
  if (passed === undefined) {
    throw new Error(`the last line of ${file} does not say how many passed and failed`);
  }
  if (Number(passed) + Number(failed) === 0) {
    throw new Error(`${file} has checked nothing`);
  }
  return { passed: Number(passed), failed: Number(failed), note: '' };
}

function countExitCode(exitCode) {
  return exitCode === 0 ? { passed: 1, failed: 0, note: '' } : { passed: 0, failed: 1, note: `exit code ${exitCode}` };
}

/** A command that failed though its report is clean, such as lint after the tests, has failed. */
function withExitCode({ exitCode }, counted) {
  const unexplained = counted !== LEFT_OUT && exitCode !== 0 && counted.failed === 0;
  return unexplained ? { ...counted, failed: 1, note: `the report is clean, but the exit code is ${exitCode}` } : counted;
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new Error(`there is no report ${file}`);
  }
}

function print(stages) {
  const width = Math.max(...stages.map(({ name }) => name.length));
  for (const { name, seconds, passed, failed, note } of stages) {
    const columns = [name.padEnd(width), `${passed}`.padStart(6), `${failed}`.padStart(6), `${seconds} s`.padStart(7), note];
    console.log(columns.join('  ').trimEnd());
  }
}

function main(file) {
  const stages = readStages(file).map(stage => ({ ...stage, ...judge(stage) }));
  const passed = stages.reduce((sum, stage) => sum + stage.passed, 0);
  const failed = stages.reduce((sum, stage) => sum + stage.failed, 0);
  if (passed + failed === 0) {
    throw new Error('nothing was checked');
  }
  print([{ name: 'stage', passed: 'passed', failed: 'failed', seconds: 'time,', note: '' }, ...stages]);
  for (const { name, failures = [] } of stages) {
    failures.forEach(failure => console.log(`\nfailed in ${name}: ${failure}`));
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}

try {
  process.exitCode = main(process.argv[2]);
} catch (error) {
  console.log(error.message);
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
}
