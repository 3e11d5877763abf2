import { resolve } from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { parseArgs } from 'util';
import { ClientFigures, ReconnectingClient } from './reconnecting-client';
import { Handler, RotationScene, StepReport } from './rotation-scene';
import type { StageState } from './stage-states';
import type { RotationStrategyName } from '../../src/rotation/private/handler-contract';

const USAGE = `npm run watch:rotation -- [--rotations <number>] [--pause <milliseconds>] [--bundle <file>] [--logs]

Rotates the credentials of two users of a real PostgreSQL while clients log in anew ten times a second.

  --rotations  how many of each strategy (3)
  --pause      between two steps, to see more of them; a single user's clients wait for that long (0)
  --bundle     a built handler to rotate with, instead of its source
  --logs       show what the function logs`;

/** Between two rotations, so that the clients meet the state in between. */
const REST_MS = 700;
/** Longer than a rotation of a single user may take here. */
const PATIENCE_MS = 10_000;

interface Options {
  readonly rotations: number;
  readonly pauseMs: number;
  readonly bundle?: string;
  readonly logs: boolean;
}

interface Act {
  readonly strategy: RotationStrategyName;
  readonly username: string;
  readonly promise: string;
  readonly patienceMs: number;
}

const ACTS: Act[] = [
  {
    strategy: 'alternatingUsers',
    username: 'orders',
    promise: 'AWSCURRENT logs in at every instant: the client never tries twice.',
    patienceMs: 0,
  },
  {
    strategy: 'singleUser',
    username: 'invoices',
    promise: 'From setSecret to finishSecret, AWSCURRENT is refused: the client reads it afresh and tries again until it is let in.',
    patienceMs: PATIENCE_MS,
  },
];

async function main(options: Options): Promise<boolean> {
  const scene = await RotationScene.open();
  try {
    Object.assign(process.env, scene.environment, options.logs ? {} : { POWERTOOLS_LOG_LEVEL: 'SILENT' });
    const handler = await handlerIn(options);
    const [{ version }] = await scene.server.query<{ version: string }>('SELECT current_setting(\'server_version\') AS version');
    console.log(`PostgreSQL ${version} on port ${scene.server.superuser.port}, over TLS; Secrets Manager (a fake) at ${process.env.SECRETS_MANAGER_ENDPOINT}`);
    let good = true;
    for (const act of ACTS) good = await play(scene, act, handler, options) && good;
    return good;
  } finally {
    await scene.close();
  }
}

async function play(scene: RotationScene, act: Act, handler: Handler, options: Options): Promise<boolean> {
  console.log(`\n${act.strategy}, user ${act.username}\n${act.promise}\n`);
  const secretArn = await scene.createSecret(act.username);
  console.log(`  ${'before'.padEnd(23)} ${(await scene.stagesOf(secretArn)).map(sentenceOf).join('   ')}`);
  const client = new ReconnectingClient({ secretArn, server: scene.server, secretsManager: scene.secretsManager, patienceMs: act.patienceMs });
  const told = (stepReport: StepReport) => tell(stepReport, options.pauseMs);
  let succeeded = 0;
  for (let rotation = 1; rotation <= options.rotations; rotation++) {
    await sleep(REST_MS);
    console.log(`\n  rotation ${rotation}`);
    if (await scene.rotate(secretArn, act.strategy, handler, told)) succeeded += 1;
  }
  await sleep(REST_MS);
  return report({ figures: await client.stop(), succeeded, options, leaked: scene.passwordsInLog(secretArn) });
}

/** Secrets Manager waits for this, and calls the next step then. */
async function tell({ step, milliseconds, failed, stages }: StepReport, pauseMs: number): Promise<void> {
  console.log(`  ${step.padEnd(13)} ${String(milliseconds).padStart(5)} ms  ${failed ? 'FAILED ' : ''}${stages.map(sentenceOf).join('   ')}`);
  await sleep(pauseMs);
}

function sentenceOf({ label, version, username, logsIn }: StageState): string {
  if (username === undefined) return `${label} ${version} is empty`;
  return `${label} ${version} ${username} ${logsIn ? 'logs in' : 'is refused'}`;
}

interface Outcome {
  readonly figures: ClientFigures;
  readonly succeeded: number;
  readonly options: Options;
  readonly leaked: number;
}

function report({ figures, succeeded, options, leaked }: Outcome): boolean {
  const { connections, retried, longestWaitMs, failures, users } = figures;
  console.log([
    '',
    `  ${succeeded} of ${options.rotations} rotations succeeded.`,
    `  The client logged in anew ${connections} times, as ${users.join(' and ')}: ${failures.length} failed, ${retried} had to try again`
      + `${retried > 0 ? `, for ${longestWaitMs} ms at most` : ''}.`,
    ...(failures.length > 0 ? [`  It failed with ${[...new Set(failures)].join(', ')}.`] : []),
    `  ${leaked} of the passwords are in the server's log, which holds every statement.`,
  ].join('\n'));
  return succeeded === options.rotations && failures.length === 0 && connections > 0 && leaked === 0;
}

async function handlerIn({ bundle }: Options): Promise<Handler> {
  const module: { handler: Handler } = await import(bundle === undefined ? '../../lambda/rotation/handlers/postgres' : resolve(bundle));
  return module.handler;
}

function optionsIn(args: string[]): Options {
  try {
    const { values } = parseArgs({
      args,
      options: { rotations: { type: 'string' }, pause: { type: 'string' }, bundle: { type: 'string' }, logs: { type: 'boolean' } },
    });
    const [rotations, pauseMs] = [Number(values.rotations ?? 3), Number(values.pause ?? 0)];
    if (!Number.isInteger(rotations) || rotations < 1 || !(pauseMs >= 0)) throw new Error('--rotations and --pause take a number');
    return { rotations, pauseMs, bundle: values.bundle, logs: values.logs ?? false };
  } catch (error) {
    throw new Error(`${(error as Error).message}\n\n${USAGE}`);
  }
}

async function run(): Promise<void> {
  try {
    const good = await main(optionsIn(process.argv.slice(2)));
    console.log(good ? '\nNo login was lost.' : '\nSomething went wrong: see above.');
    if (!good) process.exitCode = 1;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

void run();
