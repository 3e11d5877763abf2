import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { BenchDatabase, createOnly, rotateCustom, rotateOn, Rotation } from './rotations';
import { bundle } from '../bundles/bundle';
import { zippedBytes } from '../bundles/size';

const ROOT = path.resolve(__dirname, '../..');

/** Odd, so that the median is one of them. */
export const STARTS = 15;
export const ROTATIONS = 7;

/** The figures of one bundle. */
export interface Figures {
  readonly title: string;
  /** The name of the handler file. */
  readonly bundle: string;
  readonly zippedBytes: number;
  /** From the start of the process, in milliseconds. */
  readonly readyMs: number;
  /** From the start of the process to the end of createSecret, in milliseconds. */
  readonly firstStepMs: number;
  /** The largest that was seen. */
  readonly peakMiB: number;
  /** Those that could be run. */
  readonly rotations: readonly RotationFigures[];
  /** Processor time until the handler is ready, in multiples of that of a Node.js which does nothing. */
  readonly readyCpu: number;
}

export interface RotationFigures {
  readonly of: string;
  readonly calls: number;
  /** From the start of the process to the end of finishSecret. */
  readonly ms: number;
  /** Processor time of all, in multiples of that of a Node.js which does nothing: other load on the machine hardly changes it. */
  readonly cpu: number;
}

export interface Candidate {
  readonly title: string;
  /** The name of the handler file. */
  readonly bundle: string;
  /** A value of `engine` that it serves; none for custom. */
  readonly engine?: string;
  /** Those that are on this machine. */
  readonly databases: readonly BenchDatabase[];
}

export async function measure(candidate: Candidate): Promise<Figures> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-rotation-'));
  try {
    const { contents } = await bundle(ROOT, candidate.bundle);
    writeFileSync(path.join(folder, 'index.js'), contents);
    const { engine } = candidate;
    const starts = await times(STARTS, async () => (engine ? createOnly(engine, { folder }) : rotateCustom({ folder })));
    const rotations = await rotationsOf(candidate, folder);
    return {
      title: candidate.title,
      bundle: candidate.bundle,
      zippedBytes: zippedBytes(contents),
      readyMs: median(starts.map(({ result }) => result.readyMs)),
      readyCpu: median(starts.map(({ result }) => result.readyCpuMs / result.bareCpuMs)),
      firstStepMs: median(starts.map(({ result }) => result.firstMs)),
      peakMiB: Math.max(...[...starts, ...rotations.flatMap(({ runs }) => runs)].map(({ result }) => result.peakKiB / 1024)),
      rotations: rotations.map(({ of, runs }) => ({
        of,
        calls: Math.max(...runs.map(({ calls }) => calls)),
        ms: median(runs.map(({ result }) => result.lastMs)),
        cpu: median(runs.map(({ result }) => result.cpuMs / result.bareCpuMs)),
      })),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function rotationsOf({ engine, databases }: Candidate, folder: string): Promise<Runs[]> {
  if (!engine) return [{ of: 'three functions', runs: await times(ROTATIONS, async () => rotateCustom({ folder })) }];
  const all: Runs[] = [];
  for (const database of databases) {
    for (const strategy of database.strategies) {
      all.push({ of: `${database.title}, ${strategy}`, runs: await times(ROTATIONS, async () => rotateOn(database, strategy, { folder })) });
    }
  }
  return all;
}

interface Runs {
  readonly of: string;
  readonly runs: Rotation[];
}

/** One after the other: at once, they would measure each other. */
async function times<T>(count: number, work: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let index = 0; index < count; index++) results.push(await work());
  return results;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
