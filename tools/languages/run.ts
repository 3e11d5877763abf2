import { spawnSync } from 'child_process';

export interface RunOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** No step takes as long on a quiet machine; one that hangs is ended. */
const MOST_MS = 20 * 60_000;

/** What tsx, which runs this program, tells those that it starts. */
const NOT_OURS = { TSX_TSCONFIG_PATH: undefined };

/** Runs a program to its end and answers what it printed, errors included; fails with that when the program fails. */
export function run([program, ...args]: string[], { cwd, env }: RunOptions): string {
  const { error, status, stdout, stderr } = spawnSync(program, args, {
    cwd, env: { ...process.env, ...NOT_OURS, ...env }, encoding: 'utf8', timeout: MOST_MS, maxBuffer: 64 * 1024 * 1024,
  });
  const output = `${stdout ?? ''}${stderr ?? ''}`;
  if (error || status !== 0) throw new Error(`${[program, ...args].join(' ')}: ${error?.message ?? `exit code ${status}`}\n${output}`);
  return output;
}

/** Whether a program is there. */
export function isAtHand(program: string): boolean {
  return spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program]).status === 0;
}
