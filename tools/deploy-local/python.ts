import { spawnSync } from 'child_process';
import { createHash } from 'crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { homedir } from 'os';
import * as path from 'path';

/** LocalStack 4.14.0 uses what Python has since 3.13, and its dependencies were tried with no later one. */
const VERSION = '3.13';
const REQUIREMENTS = path.join(__dirname, 'requirements.txt');
/** Neither git nor npm takes it for a part of the project. */
const ENVIRONMENT = path.resolve(__dirname, '../../node_modules/.cache/localstack');
const INSTALL_MS = 240_000;

/** Why nothing could be checked, and what to do; no failure of what is checked. */
export class CannotCheck extends Error {}

/** The Python of a virtual environment that has LocalStack, which is made when it is not there or out of date. */
export function pythonWithLocalStack(say: (line: string) => void): string {
  const python = path.join(ENVIRONMENT, 'bin/python');
  const stamp = path.join(ENVIRONMENT, 'requirements.sha256');
  const wanted = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && isWanted(python)) return python;
  const base = findPython(candidates());
  say(`Installing LocalStack into ${path.relative('', ENVIRONMENT)}, by ${base}: about half a minute, once`);
  rmSync(ENVIRONMENT, { recursive: true, force: true });
  run(base, ['-m', 'venv', ENVIRONMENT], `install its venv module (Debian: apt-get install python${VERSION}-venv)`);
  run(python, ['-m', 'pip', 'install', '--quiet', '--require-hashes', '--only-binary=:all:', '-r', REQUIREMENTS],
    'look whether PyPI, or the index that pip is configured for, can be reached, and repeat');
  writeFileSync(stamp, wanted);
  return python;
}

/** The first of the programs that is Python 3.13. */
export function findPython(programs: string[]): string {
  const found = programs.find(isWanted);
  if (found !== undefined) return found;
  throw new CannotCheck(`LocalStack 4.14.0 needs Python ${VERSION}, and there is none; tried ${programs.join(', ')}.\n`
    + `Install it (Debian 13: apt-get install python${VERSION}-venv; elsewhere: pyenv install ${VERSION}), or name the program in PYTHON`);
}

/** pyenv puts a `python3.13` on PATH that works for chosen versions alone; the program itself always does. */
function candidates(): string[] {
  const versions = path.join(process.env.PYENV_ROOT ?? path.join(homedir(), '.pyenv'), 'versions');
  const ofPyenv = existsSync(versions) ? readdirSync(versions).filter(name => name.startsWith(`${VERSION}.`)) : [];
  return [
    ...process.env.PYTHON ? [process.env.PYTHON] : [],
    `python${VERSION}`,
    'python3',
    ...ofPyenv.map(name => path.join(versions, name, 'bin/python3')),
  ];
}

function isWanted(program: string): boolean {
  const printVersion = 'import sys; print(*sys.version_info[:2], sep=".")';
  const { status, stdout } = spawnSync(program, ['-c', printVersion], { encoding: 'utf8', timeout: 10_000 });
  return status === 0 && stdout.trim() === VERSION;
}

function run(program: string, args: string[], remedy: string): void {
  const { status, error, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', timeout: INSTALL_MS });
  if (status === 0) return;
  const output = `${stdout ?? ''}${stderr ?? ''}`.trim().split('\n').slice(-5).join('\n');
  throw new Error(`${program} ${args.slice(0, 3).join(' ')} failed (${error?.message ?? `exit code ${status}`}); ${remedy}\n${output}`);
}
