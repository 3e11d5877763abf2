import { DIST, ROOT } from './language';
import { run } from './run';

const PACMAK = 'node_modules/.bin/jsii-pacmak';

/** Packages for one language as `npx projen package:<language>` does, from an assembly and translations that are there. */
export function pacmak(target: string, env: NodeJS.ProcessEnv = {}, ...args: string[]): void {
  run([PACMAK, '--target', target, '--rosetta-unknown-snippets', 'fail', '--outdir', DIST, ...args], { cwd: ROOT, env });
}
