import { spawnSync } from 'child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';

const QUICKSTART = path.resolve(__dirname, '../../tools/quickstart.mjs');
const SYNTHESIS = 'npx projen examples golden-path';
const REVIEW = 'npx tsx --tsconfig tools/tsconfig.json tools/review/main.ts golden-path';

/** A clone in which npm and npx write down how they are called, and fail where the test wants them to. */
class FakeClone {
  public readonly directory = mkdtempSync(path.join(tmpdir(), 'quickstart-'));
  private readonly log = path.join(this.directory, 'log');

  constructor() {
    for (const folder of ['tools', 'bin', 'node_modules']) mkdirSync(path.join(this.directory, folder));
    copyFileSync(QUICKSTART, path.join(this.directory, 'tools/quickstart.mjs'));
    for (const program of ['npm', 'npx']) {
      const file = path.join(this.directory, 'bin', program);
      writeFileSync(file, `#!/bin/sh\necho "${program} $*" >> "${this.log}"\ncase "$*" in *"$FAIL_ON"*) exit 3;; esac\n`);
      chmodSync(file, 0o755);
    }
    this.write('package-lock.json', 1000);
  }

  public write(file: string, secondsSinceEpoch: number): void {
    writeFileSync(path.join(this.directory, file), '{}');
    utimesSync(path.join(this.directory, file), secondsSinceEpoch, secondsSinceEpoch);
  }

  public start(failOn = 'nothing', nodeOptions: string[] = []) {
    const result = spawnSync(process.execPath, [...nodeOptions, 'tools/quickstart.mjs'], {
      cwd: this.directory,
      encoding: 'utf8',
      env: { PATH: `${path.join(this.directory, 'bin')}${path.delimiter}${process.env.PATH}`, FAIL_ON: failOn },
    });
    return { ...result, commands: existsSync(this.log) ? readFileSync(this.log, 'utf8').trim().split('\n') : [] };
  }
}

(process.platform === 'win32' ? describe.skip : describe)('quickstart', () => {
  let clone: FakeClone;

  beforeEach(() => { clone = new FakeClone(); });
  afterEach(() => rmSync(clone.directory, { recursive: true }));

  test('installs, synthesizes and reviews, and says how long each step took', () => {
    const { status, commands, stdout } = clone.start();

    expect(commands).toEqual(['npm ci', SYNTHESIS, REVIEW]);
    expect(stdout.match(/^> \d+\.\d s$/gm)).toHaveLength(3);
    expect(status).toBe(0);
  });

  test('installs again only when package-lock.json is newer than what is installed', () => {
    clone.write('node_modules/.package-lock.json', 2000);
    expect(clone.start().commands).toEqual([SYNTHESIS, REVIEW]);

    clone.write('package-lock.json', 3000);
    expect(clone.start().commands.slice(2)).toEqual(['npm ci', SYNTHESIS, REVIEW]);
  });

  test('stops at the step that fails, and names it', () => {
    const { status, commands, stderr } = clone.start('projen examples');

    expect(commands).toEqual(['npm ci', SYNTHESIS]);
    expect(stderr).toContain(`This command failed (exit code 3): ${SYNTHESIS}`);
    expect(status).toBe(3);
  });

  test('exits with the code of the review', () => {
    expect(clone.start('review').status).toBe(3);
  });

  test('refuses an old Node.js, with the version that it needs', () => {
    const oldNode = 'data:text/javascript,Object.defineProperty(process,"versions",{value:{node:"20.15.1"}})';
    const { status, commands, stderr } = clone.start('nothing', ['--import', oldNode]);

    expect(stderr).toContain('needs Node.js 20.16 or later, and this is 20.15.1');
    expect(commands).toEqual([]);
    expect(status).toBe(1);
  });
});
