import { spawn } from 'child_process';
import * as path from 'path';

const PYTHON = path.join(__dirname, 'python');

/** What a handler of a script is called with. */
export interface ScriptCall {
  readonly script: string;
  readonly handler: string;
  readonly payload: Record<string, unknown>;
}

/** Runs a handler with Python, in a process of its own; fails with what the handler raises. */
export async function runScript(call: ScriptCall, endpoint: string): Promise<Record<string, unknown>> {
  const child = spawn('python3', [path.join(PYTHON, 'run_script.py')], {
    env: { PATH: process.env.PATH, PYTHONPATH: PYTHON, PYTHONDONTWRITEBYTECODE: '1', SERVICES_ENDPOINT: endpoint },
  });
  const [stdout, stderr]: Buffer[][] = [[], []];
  child.stdout.on('data', chunk => stdout.push(chunk));
  child.stderr.on('data', chunk => stderr.push(chunk));
  child.stdin.end(JSON.stringify(call));
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code !== 0) throw new Error(`python3 ended with ${code}: ${Buffer.concat(stderr).toString('utf8')}`);
  const { output, error } = JSON.parse(Buffer.concat(stdout).toString('utf8'));
  if (error !== undefined) throw new Error(error);
  return output;
}
