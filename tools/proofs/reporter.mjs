/**
 * A reporter of jest: takes what test/support/proofs.ts has written, counts the tests of it that passed and failed, and keeps that for
 * `npx projen proofs`, one file for each test file. A run of some tests of a file alone changes nothing.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export const KEPT = 'test-reports/proofs';

export default class ProofsReporter {
  constructor({ rootDir, testNamePattern }) {
    this.rootDir = rootDir;
    this.kept = path.join(rootDir, KEPT);
    // Below a process of its own, so that two runs do not mix.
    this.written = path.join(this.kept, `.${process.pid}`);
    delete process.env.PROOFS_FOLDER; // of another run, where somebody watches
    if (!testNamePattern) process.env.PROOFS_FOLDER = this.written;
  }

  onTestFileResult({ path: testFile }, { testResults }) {
    const file = path.relative(this.rootDir, testFile).split(path.sep).join('/');
    const name = `${file.replace(/^test\//, '').replaceAll('/', '-')}.json`;
    const written = path.join(this.written, name);
    if (!existsSync(written)) return;
    const withStatus = (names, status) => testResults.filter(test => names.includes(test.fullName) && test.status === status);
    const proofs = JSON.parse(readFileSync(written, 'utf8')).map(({ tests, ...proof }) => ({
      ...proof, file, passed: withStatus(tests, 'passed').length, failed: withStatus(tests, 'failed').map(({ fullName }) => fullName),
    }));
    mkdirSync(this.kept, { recursive: true });
    writeFileSync(path.join(this.kept, name), `${JSON.stringify(proofs, undefined, 2)}\n`);
  }

  onRunComplete() {
    rmSync(this.written, { recursive: true, force: true });
  }

  getLastError() {}
}
