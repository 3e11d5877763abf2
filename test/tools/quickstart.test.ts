import { spawnSync } from 'child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';

const QUICKSTART = path.resolve(__dirname, '../../tools/quickstart.mjs');
const BUNDLES = 'npx projen bundle:rotation';
const SYNTHESIS = 'npx projen examples golden-path';
const REVIEW = 'npx tsx --tsconfig tools/tsconfig.json tools/review/main.ts --stage prod golden-path';
const PAGE = 'npx tsx --tsconfig tools/tsconfig.json src/review/command/main.ts review cdk.out/golden-path --format html --output cdk.out/golden-path.html';
const ROTATION = 'npx tsx --tsconfig tools/tsconfig.json tools/rotate/main.ts cdk.out/golden-path';

/** A clone in which npm and npx write down how they are called, and fail where the test wants them to. */
class FakeClone {
  public readonly directory = mkdtempSync(path.join(tmpdir(), 'quickstart-'));
  private readonly log = path.join(this.directory, 'log');

  constructor() {
    for (const folder of ['tools', 'bin', 'node_modules', 'assets/rotation', 'lambda/rotation']) mkdirSync(path.join(this.directory, folder), { recursive: true });
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

  test('installs, builds, synthesizes, reviews and rotates, and says how long each step took', () => {
    const { status, commands, stdout } = clone.start();

    expect(commands).toEqual(['npm ci', BUNDLES, SYNTHESIS, REVIEW, PAGE, ROTATION]);
    expect(stdout.match(/^> \d+\.\d s$/gm)).toHaveLength(6);
    expect(status).toBe(0);
  });

  test('ends with what to do next, in files and headings that exist', () => {
    const [, next] = clone.start().stdout.split('\nWhat next:\n');
    const root = path.resolve(__dirname, '../..');

    expect(next.trim().split('\n')).toHaveLength(4);
    expect(next).toContain('cdk.out/golden-path.html');
    expect(existsSync(path.join(root, /examples\/\S+/.exec(next)![0]))).toBe(true);
    expect(readFileSync(path.join(root, 'README.md'), 'utf8')).toContain(`\n## ${/README\.md, "(.+)"/.exec(next)![1]}\n`);
  });

  test('says nothing of what is next when a step failed', () => {
    expect(clone.start('tools/rotate').stdout).not.toContain('What next');
  });

  test('installs again only when package-lock.json is newer than what is installed', () => {
    clone.write('assets/rotation/THIRD-PARTY-LICENSES.txt', 1000);
    clone.write('node_modules/.package-lock.json', 2000);
    expect(clone.start().commands).toEqual([SYNTHESIS, REVIEW, PAGE, ROTATION]);

    clone.write('package-lock.json', 3000);
    expect(clone.start().commands.slice(4)).toEqual(['npm ci', SYNTHESIS, REVIEW, PAGE, ROTATION]);
  });

  test('builds the rotation functions again only when a source is newer than what is built', () => {
    clone.write('assets/rotation/THIRD-PARTY-LICENSES.txt', 2000);
    clone.write('lambda/rotation/handler.ts', 1000);
    expect(clone.start().commands).not.toContain(BUNDLES);

    clone.write('lambda/rotation/handler.ts', 3000);
    expect(clone.start().commands).toContain(BUNDLES);
  });

  test('stops at the step that fails, and names it', () => {
    const { status, commands, stderr } = clone.start('projen examples');

    expect(commands).toEqual(['npm ci', BUNDLES, SYNTHESIS]);
    expect(stderr).toContain(`This command failed (exit code 3): ${SYNTHESIS}`);
    expect(status).toBe(3);
  });

  test.each(['review', 'tools/rotate'])('exits with the code of %s', (step) => {
    expect(clone.start(step).status).toBe(3);
  });

  test('refuses a node_modules that is a link, which npm would empty', () => {
    const elsewhere = path.join(clone.directory, 'elsewhere');
    renameSync(path.join(clone.directory, 'node_modules'), elsewhere);
    symlinkSync(elsewhere, path.join(clone.directory, 'node_modules'));
    const { status, commands, stderr } = clone.start();

    expect(commands).toEqual([]);
    expect(stderr).toContain('node_modules is a link');
    expect(status).toBe(1);
  });

  test('refuses an old Node.js, with the version that it needs', () => {
    const oldNode = 'data:text/javascript,Object.defineProperty(process,"versions",{value:{node:"20.15.1"}})';
    const { status, commands, stderr } = clone.start('nothing', ['--import', oldNode]);

    expect(stderr).toContain('needs Node.js 20.16 or later, and this is 20.15.1');
    expect(commands).toEqual([]);
    expect(status).toBe(1);
  });
});
