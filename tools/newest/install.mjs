/**
 * `node tools/newest/install.mjs`: installs the newest aws-cdk-lib into `test/newest/node_modules`, exactly as its lock file says,
 * unless it is there. `--lock` writes that lock file, after a change of the version in projenrc/toolchain.ts.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';

const FOLDER = path.resolve(import.meta.dirname, '../../test/newest');
/** `constructs` is that of the project: two of them would not know each other's constructs. */
const OPTIONS = ['--prefix', FOLDER, '--legacy-peer-deps', '--omit-lockfile-registry-resolved', '--ignore-scripts', '--no-audit', '--no-fund'];

function read(file) {
  return existsSync(path.join(FOLDER, file)) ? JSON.parse(readFileSync(path.join(FOLDER, file), 'utf8')) : {};
}

/** What npm has installed, and what it is to install: each package by its place, with the checksum of its archive. */
function checksums({ packages = {} }) {
  return JSON.stringify(Object.entries(packages).filter(([place]) => place !== '').map(([place, { integrity }]) => [place, integrity]).sort());
}

function upToDate() {
  const lock = read('package-lock.json');
  const wanted = JSON.stringify(read('package.json').dependencies);
  // npm writes the file in `node_modules` last.
  return JSON.stringify(lock.packages?.[''].dependencies) === wanted && checksums(lock) === checksums(read('node_modules/.package-lock.json'));
}

function npm(...command) {
  return spawnSync('npm', [...command, ...OPTIONS], { stdio: 'inherit', shell: process.platform === 'win32' }).status ?? 1;
}

if (process.argv[2] === '--lock') process.exitCode = npm('install', '--package-lock-only');
else if (!upToDate()) process.exitCode = npm('ci');
