import { spawnSync } from 'child_process';
import { mkdtempSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { STACK, statementsFor } from './app';
import { lines, outcomesOf } from './outcomes';

/**
 * `npx projen integ`: deploys the stack of the checks into the account of the shell, says which statements hold, and deletes the stack.
 * Arguments go to the CDK, such as `--profile` and `--context`; `--keep` leaves the stack there.
 */

const CDK = ['--yes', 'aws-cdk@2'];
const APP = ['--app', 'npx tsx --tsconfig tools/tsconfig.json tools/integ/app.ts'];

/** Runs the CDK, and says whether it succeeded. */
function cdk(command: string, ...args: string[]): boolean {
  return spawnSync('npx', [...CDK, command, STACK, ...APP, ...args], { stdio: 'inherit' }).status === 0;
}

function given(args: string[]): (context: string) => boolean {
  return context => args.some(arg => arg.replace(/^--context=/, '').startsWith(`${context}=`));
}

/** False when something is left in the account. */
function removed(args: string[]): boolean {
  if (cdk('destroy', '--force', ...args)) return true;
  process.stderr.write(`The stack ${STACK} is still there; delete it, because it costs money.\n`);
  return false;
}

/** Reads what the stack says, and returns the exit code. */
function report(file: string, args: string[]): number {
  const outcomes = outcomesOf(JSON.parse(readFileSync(file, 'utf8'))[STACK] ?? {}, statementsFor(given(args)));
  process.stdout.write(lines(outcomes));
  return outcomes.every(({ holds }) => holds) ? 0 : 1;
}

function main(args: string[]): number {
  const keep = args.includes('--keep');
  const toCdk = args.filter(arg => arg !== '--keep');
  const folder = mkdtempSync(path.join(tmpdir(), 'integ-'));
  const outputs = path.join(folder, 'outputs.json');
  try {
    const code = cdk('deploy', '--require-approval', 'never', '--outputs-file', outputs, ...toCdk) ? report(outputs, toCdk) : 1;
    return keep || removed(toCdk) ? code : 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

process.exitCode = main(process.argv.slice(2));
