import { spawnSync } from 'child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';

const CHECKS = path.resolve(__dirname, '../../tools/checks.mjs');

/** `npm test` with an npx that says how it is called, and fails where the test wants it to. */
(process.platform === 'win32' ? describe.skip : describe)('the checks of `npm test`', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'checks-'));
    const npx = path.join(folder, 'npx');
    writeFileSync(npx, '#!/bin/sh\necho "$*"\ncase "$*" in jest*) sleep 0.2;; esac\ncase "$*" in "$FAIL_ON"*) exit 3;; esac\n');
    chmodSync(npx, 0o755);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const check = (failOn: string, ...args: string[]) => spawnSync(process.execPath, [CHECKS, ...args], {
    encoding: 'utf8', env: { PATH: `${folder}${path.delimiter}${process.env.PATH}`, FAIL_ON: failOn },
  });

  test('run tests, lint and types, and say what the tests said first', () => {
    const { status, stdout } = check('nothing', '--json', 'test/a');

    expect(stdout.trim().split('\n')).toEqual(['jest --ci --json test/a', 'projen eslint', 'projen typecheck']);
    expect(status).toBe(0);
  });

  test.each(['jest', 'projen eslint', 'projen typecheck'])('fail when %s fails, and run the others all the same', failing => {
    const { status, stdout } = check(failing);

    expect(status).toBe(1);
    expect(stdout.trim().split('\n')).toHaveLength(3);
  });
});
