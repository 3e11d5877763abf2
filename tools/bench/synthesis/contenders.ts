import { fork } from 'child_process';
import { once } from 'events';
import * as path from 'path';
import type { Compiled } from './compile';
import type { Layout } from './layout';
import type { Measurement, Outcome, Task } from './measure';

export interface Contender {
  readonly title: string;
  readonly module: string;
  readonly build: string;
  /** The types of which the templates must hold one resource for each secret. */
  readonly perSecret: string[];
}

const WITH_READER = ['AWS::SecretsManager::Secret', 'AWS::IAM::Role', 'AWS::IAM::Policy'];
const WITH_ROTATION = ['AWS::SecretsManager::Secret', 'AWS::SecretsManager::SecretTargetAttachment', 'AWS::SecretsManager::RotationSchedule'];

export const MANAGED_SECRET: Contender = { title: '`ManagedSecret`', module: './managed-secret', build: 'build', perSecret: WITH_READER };
/** The same, and the review of it as a validation plugin. */
export const REVIEWED_SECRET: Contender = { ...MANAGED_SECRET, title: '`ManagedSecret` with `SecretsReview`', build: 'buildReviewed' };
export const PLAIN_SECRET: Contender = { title: 'L2 `Secret`', module: './plain-secret', build: 'build', perSecret: WITH_READER };
export const ROTATED_SECRET: Contender = { title: '`RotatedDatabaseSecret`', module: './rotated-secret', build: 'build', perSecret: WITH_ROTATION };
export const PLAIN_ROTATED_SECRET: Contender = {
  title: 'L2 `Secret` with its own Lambda', module: './plain-rotated-secret', build: 'build', perSecret: WITH_ROTATION,
};

/** What aws-cdk-lib must refuse, because the L2 would otherwise be measured at a disadvantage. */
export interface Refusal {
  readonly contender: Contender;
  readonly secrets: number;
  /** What the error says. */
  readonly words: string;
  /** What the L2 has in place of it. */
  readonly therefore: string;
}

/** The oldest aws-cdk-lib that is supported, or the newest that is tested. */
export type CdkRelease = 'floor' | 'newest';

/** Builds and synthesizes the app of one contender in a process of its own. */
export async function measure(contender: Contender, layout: Layout, compiled: Compiled): Promise<Measurement> {
  const outcome = await run({ contender, layout }, compiled);
  if ('error' in outcome) throw new Error(`${contender.title} with ${layout.secrets} secrets failed: ${outcome.error}`);
  return outcome.measurement;
}

/** The refusal in the words of aws-cdk-lib. Fails without one. */
export async function refusalOf({ contender, secrets, words, therefore }: Refusal, compiled: Compiled): Promise<string> {
  const outcome = await run({ contender, layout: { secrets, guardRail: false } }, compiled);
  if ('error' in outcome && outcome.error.includes(words)) return `${therefore}, for aws-cdk-lib refuses ${contender.build}: ${outcome.error.split('\n')[0]}`;
  const { module, build } = contender;
  throw new Error('error' in outcome
    ? `${build} of ${module} must fail with ${JSON.stringify(words)}, but failed with: ${outcome.error}`
    : `this aws-cdk-lib does not refuse ${build} of ${module}; make that the contender of the L2`);
}

async function run(task: Task, { folder, modules }: Compiled): Promise<Outcome> {
  const child = fork(path.join(folder, 'tools/bench/synthesis/measure.js'), [JSON.stringify(task)], {
    // Newer releases validate templates during synthesis; switched off, all releases do the same work.
    env: { ...process.env, CDK_VALIDATION: 'false', NODE_PATH: modules },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  let outcome: Outcome | undefined;
  child.on('message', message => { outcome = message as Outcome; });
  const [exitCode] = await once(child, 'close') as [number | null];
  return outcome ?? { error: `the process ended with exit code ${exitCode} and no result` };
}
