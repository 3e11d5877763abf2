import { spawnSync } from 'child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';

/** A compile is taken for that of what is here now only when it is. */

const SCRIPT = path.join(__dirname, '../../tools/compiled.mjs');
const FILES = [
  'src/index.ts', 'src/secret/secret.ts', 'README.md', 'package.json', 'tsconfig.json', '.projen/tasks.json', 'node_modules/.package-lock.json',
  'lib/index.js', 'lib/secret/secret.d.ts', '.jsii',
];

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'compiled-'));
  for (const file of FILES) write(file, file);
  mkdirSync(path.join(folder, 'tools'));
  cpSync(SCRIPT, path.join(folder, 'tools/compiled.mjs'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  writeFileSync(path.join(folder, file), text);
}

function statusOf(...args: string[]): number | null {
  return spawnSync(process.execPath, ['tools/compiled.mjs', ...args], { cwd: folder }).status;
}

test('nothing is compiled before a compile has noted it', () => {
  expect(statusOf()).toBe(1);
  expect(statusOf('--note')).toBe(0);
  expect(statusOf()).toBe(0);
});

test.each(FILES)('%s is seen to change, and to be missing', file => {
  statusOf('--note');
  write(file, file.toUpperCase());
  expect(statusOf()).toBe(1);
  rmSync(path.join(folder, file));
  expect(statusOf()).toBe(1);
});

test.each(['src/secret/other.ts', 'lib/other.js'])('a new file %s is a change', file => {
  statusOf('--note');
  write(file, '');
  expect(statusOf()).toBe(1);
});

test('a file that has moved is a change, though the contents are the same', () => {
  statusOf('--note');
  rmSync(path.join(folder, 'src/secret/secret.ts'));
  write('src/secret/moved.ts', 'src/secret/secret.ts');
  expect(statusOf()).toBe(1);
});

test('so is a command that can no longer be executed', () => {
  chmodSync(path.join(folder, 'lib/index.js'), 0o755);
  statusOf('--note');
  chmodSync(path.join(folder, 'lib/index.js'), 0o644);
  expect(statusOf()).toBe(1);
});

test('compile asks first, and notes last', () => {
  const { tasks } = JSON.parse(readFileSync(path.join(__dirname, '../../.projen/tasks.json'), 'utf8'));
  expect(tasks.compile.condition).toBe('! node tools/compiled.mjs');
  expect(tasks.compile.steps.at(-1)).toEqual({ exec: 'node tools/compiled.mjs --note' });
});
