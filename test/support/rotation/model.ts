import * as fc from 'fast-check';
import { commandsFor, happen } from './model-commands';
import { ModelDatabase, World } from './model-world';
import type { DatabaseAdapter } from '../../../lambda/rotation/engine/database-adapter';
import { ROTATION_STEPS } from '../../../lambda/rotation/engine/rotation-event';
import type { RotationStrategyName } from '../../../src/rotation/contract/strategies';
import { proved } from '../proofs';

/** For a model on a real server: it logs in thousands of times. */
export const MODEL_TIMEOUT_MS = 600_000;

export interface ModelOptions {
  readonly adapter: DatabaseAdapter;
  /** Called once; every run has users of its own on it. */
  readonly makeDatabase: () => Promise<ModelDatabase>;
  readonly strategy: RotationStrategyName;
  /** @default 200 */
  readonly runs?: number;
  /** Events in one run, at most. @default 20 */
  readonly maxEvents?: number;
  /** To repeat a run that failed. */
  readonly seed?: number;
}

/** What was tried. A login that was lost, or any other broken promise, is thrown instead. */
export interface ModelFigures {
  readonly strategy: RotationStrategyName;
  /** Places where a process can die in the two rotations that are tried at each: before and after each call. */
  readonly faultPoints: number;
  /** Random sequences of events. */
  readonly runs: number;
  /** Fault points that those passed. */
  readonly passed: number;
}

/**
 * Tries the rotation at every fault point, and under random sequences of steps, crashes, duplicates, overlaps and changes by hand,
 * and throws when one of these is broken: some stored version logs in; AWSCURRENT logs in after a rotation, with alternating
 * users and dual password at every instant; a stored value never changes; replaying the steps ends well; no password is logged, by us or by the server.
 */
export async function runModel(options: ModelOptions): Promise<ModelFigures> {
  const database = await options.makeDatabase();
  const worlds: World[] = [];
  const make = async () => {
    const world = await World.make({ adapter: options.adapter, database, strategy: options.strategy });
    worlds.push(world);
    return world;
  };
  const faultPoints = await dieEverywhere(make);
  const runs = options.runs ?? 200;
  let passed = 0;
  const property = fc.asyncProperty(commandsFor(options.strategy, options.maxEvents ?? 20), async (commands) => {
    const world = await make();
    world.begin();
    for (const command of commands) await happen(world, command);
    world.secretsManager.lagMs = 0;
    await world.rotateWholly();
    await world.rotateWholly();
    world.checkNothingLeaked();
    passed += world.faultPoints;
  });
  await fc.assert(property, { numRuns: runs, seed: options.seed, endOnFailure: false });
  await checkServerLog(database, worlds);
  if (database.product) {
    proved({ credential: options.adapter.engine.title, strategies: [options.strategy], server: await database.product(), faultPoints });
  }
  return { strategy: options.strategy, faultPoints, runs, passed };
}

async function checkServerLog(database: ModelDatabase, worlds: readonly World[]): Promise<void> {
  if (!database.serverLog) return;
  const log = await database.serverLog();
  if (log === '') throw new Error('the log of the server is empty, so nothing can be looked for in it');
  if (worlds.flatMap(world => world.passwords()).some(password => log.includes(password))) throw new Error('the server has logged a password');
}

/** Dies at each fault point of two rotations in turn, the second of which goes back to the first user, and rotates on. */
async function dieEverywhere(make: () => Promise<World>): Promise<number> {
  let faultPoints = 0;
  for (const before of [0, 1]) {
    for (const step of ROTATION_STEPS) {
      for (let crashAt = 0; ; crashAt++) {
        const world = await make();
        for (let rotation = 0; rotation < before; rotation++) await world.rotateWholly(1);
        world.begin();
        for (const earlier of ROTATION_STEPS.slice(0, ROTATION_STEPS.indexOf(step))) await world.invoke(earlier);
        const ending = await world.invoke(step, { crashAt });
        await world.rotateWholly(1);
        world.checkNothingLeaked();
        if (ending !== 'crashed') break;
        faultPoints += 1;
      }
    }
  }
  return faultPoints;
}

/** A line for the output of a test. */
export function sentenceOf(title: string, { strategy, faultPoints, runs, passed }: ModelFigures): string {
  return `${title}, ${strategy}: died at each of ${faultPoints} fault points; ${runs} random sequences passed ${passed} more; no login lost`;
}
