/**
 * `node tools/checks.mjs [arguments of jest]`: runs the tests, with lint and the check of types beside them, and fails when one of the three fails.
 *
 * Many tests wait for a server. The other two have that time, at a lower priority, and their output follows that of the tests.
 */
import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';

const SHELL = process.platform === 'win32';

function ended(child) {
  return new Promise((resolve, reject) => child.once('error', reject).once('close', status => resolve(status ?? 1)));
}

function tests() {
  return ended(spawn('npx', ['jest', '--ci', ...process.argv.slice(2)], { stdio: 'inherit', shell: SHELL }));
}

/** A task of the project, which says nothing before it is asked. */
function beside(task) {
  const child = spawn('npx', ['projen', task], { stdio: ['ignore', 'pipe', 'pipe'], shell: SHELL });
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => output.push(chunk));
  const status = ended(child);
  return async () => {
    const code = await status;
    process.stdout.write(Buffer.concat(output));
    return code;
  };
}

const [lint, types] = ['eslint', 'typecheck'].map(beside);
const statuses = [await tests(), await lint(), await types()];
process.exitCode = statuses.every(status => status === 0) ? 0 : 1;
