import { fork } from 'child_process';
import { once } from 'events';
import * as path from 'path';
import type { Layout } from './layout';
import type { Measurement, Outcome, Task } from './measure';

export interface Contender {
  readonly title: string;
  readonly module: string;
  readonly build: string;
}

export const MANAGED_SECRET: Contender = { title: '`ManagedSecret`', module: './managed-secret', build: 'build' };
export const PLAIN_SECRET: Contender = { title: 'L2 `Secret`', module: './plain-secret', build: 'build' };
const PLAIN_SECRET_WITH_SHARED_KEY: Contender = { ...PLAIN_SECRET, build: 'buildWithSharedKey' };

/** Which aws-cdk-lib of `node_modules`: the oldest that is supported, or the newest that is tested. */
export type CdkRelease = 'floor' | 'newest';

/** `paths` of this file lead from `aws-cdk-lib` to the newest release. */
const NEWEST_TSCONFIG = path.join(__dirname, 'newest', 'tsconfig.json');

/** Builds and synthesizes the app of one contender in a process of its own. */
export async function measure(contender: Contender, layout: Layout, cdk: CdkRelease): Promise<Measurement> {
  const outcome = await run(contender, layout, cdk);
  if ('error' in outcome) throw new Error(`${contender.title} with ${layout.secrets} secrets failed: ${outcome.error}`);
  return outcome.measurement;
}

/**
 * Why the L2 cannot have one key for all secrets, in the words of aws-cdk-lib.
 *
 * Fails when it can: a key in each stack would then be a disadvantage that the benchmark gives it.
 */
export async function whyKeyPerStack(cdk: CdkRelease): Promise<string> {
  const outcome = await run(PLAIN_SECRET_WITH_SHARED_KEY, { secrets: 1, guardRail: false }, cdk);
  if ('error' in outcome && outcome.error.includes('cyclic reference')) return outcome.error.split('\n')[0];
  throw new Error('error' in outcome
    ? `the L2 with one key for all stacks must fail with a cyclic reference, but failed with: ${outcome.error}`
    : 'this aws-cdk-lib lets the L2 share one key between stacks; make `buildWithSharedKey` of plain-secret.ts its contender');
}

async function run({ module, build }: Contender, layout: Layout, cdk: CdkRelease): Promise<Outcome> {
  const task: Task = { module, build, layout };
  const child = fork(path.join(__dirname, 'measure.ts'), [JSON.stringify(task)], {
    // Newer releases validate templates during synthesis; switched off, all releases do the same work.
    env: { ...process.env, CDK_VALIDATION: 'false', ...(cdk === 'newest' && { TSX_TSCONFIG_PATH: NEWEST_TSCONFIG }) },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  let outcome: Outcome | undefined;
  child.on('message', message => { outcome = message as Outcome; });
  const [exitCode] = await once(child, 'close') as [number | null];
  return outcome ?? { error: `the process ended with exit code ${exitCode} and no result` };
}
