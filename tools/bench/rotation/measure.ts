import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import type { BenchKind } from './kinds';
import { BenchDatabase, createOnly, rotateCustom, rotateKind, rotateOn, Rotation } from './rotations';
import { bundle } from '../../bundles/bundle';
import { zippedBytes } from '../../bundles/size';
import { inRounds, median } from '../frame';

const ROOT = path.resolve(__dirname, '../../..');

/** Odd, for the median. */
export const STARTS = 15;
export const ROTATIONS = 7;

/** The figures of one bundle. */
export interface Figures extends RotationFunction {
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
  readonly title: string;
  readonly of: string;
  readonly calls: number;
  /** From the start of the process to the end of finishSecret. */
  readonly ms: number;
  /** Processor time of all, in multiples of that of a Node.js which does nothing: other load on the machine hardly changes it. */
  readonly cpu: number;
}

export interface RotationFunction {
  readonly title: string;
  /** The name of the handler file. */
  readonly bundle: string;
  /** A value of `engine` that it serves; none for custom. */
  readonly engine?: string;
  /** Those that are on this machine. */
  readonly databases: readonly BenchDatabase[];
  /** What it rotates that is no database's. */
  readonly kinds?: readonly BenchKind[];
}

interface BuiltFunction extends RotationFunction {
  readonly folder: string;
  readonly zippedBytes: number;
}

export async function measure(functions: readonly RotationFunction[]): Promise<Figures[]> {
  const root = mkdtempSync(path.join(tmpdir(), 'bench-rotation-'));
  try {
    const built = await Promise.all(functions.map(async each => build(each, path.join(root, each.bundle))));
    const starts = await inRounds(STARTS, built, startOf);
    const subjects = built.flatMap(rotationsOf);
    const rotations = await inRounds(ROTATIONS, subjects, async ({ rotate }) => rotate());
    const runs = subjects.map((subject, index) => ({ ...subject, runs: rotations[index] }));
    return built.map((each, index) => figuresOf(each, starts[index], runs.filter(({ title }) => title === each.title)));
  } finally {
    rmSync(root, { recursive: true });
  }
}

async function build(each: RotationFunction, folder: string): Promise<BuiltFunction> {
  const { contents } = await bundle(ROOT, each.bundle);
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'index.js'), contents);
  return { ...each, folder, zippedBytes: zippedBytes(contents) };
}

/** A process that is measured from its start: with a database the first step alone, which needs none. */
async function startOf({ engine, kinds, folder }: BuiltFunction): Promise<Rotation> {
  if (kinds) return rotateKind(kinds[0], { folder });
  return engine ? createOnly(engine, { folder }) : rotateCustom({ folder });
}

interface Subject {
  readonly title: string;
  readonly of: string;
  readonly rotate: () => Promise<Rotation>;
}

function rotationsOf({ title, engine, databases, kinds, folder }: BuiltFunction): Subject[] {
  if (kinds) return kinds.map(kind => ({ title, of: kind.title, rotate: async () => rotateKind(kind, { folder }) }));
  if (!engine) return [{ title, of: 'three functions', rotate: async () => rotateCustom({ folder }) }];
  return databases.flatMap(database => database.strategies.map(strategy => (
    { title, of: `${database.title}, ${strategy}`, rotate: async () => rotateOn(database, strategy, { folder }) })));
}

function figuresOf(each: BuiltFunction, starts: Rotation[], rotations: { readonly of: string; readonly runs: Rotation[] }[]): Figures {
  const all = [...starts, ...rotations.flatMap(({ runs }) => runs)];
  return {
    ...each,
    readyMs: median(starts.map(({ result: { first } }) => first.readyMs)),
    readyCpu: median(starts.map(({ result: { first } }) => first.readyCpuMs / first.bareCpuMs)),
    firstStepMs: median(starts.map(({ result: { first } }) => first.uptimeMs)),
    peakMiB: Math.max(...all.map(({ result: { last } }) => last.peakKiB / 1024)),
    rotations: rotations.map(({ of, runs }) => ({
      title: each.title,
      of,
      calls: Math.max(...runs.map(({ calls }) => calls)),
      ms: median(runs.map(({ result: { last } }) => last.uptimeMs)),
      cpu: median(runs.map(({ result: { last } }) => last.cpuMs / last.bareCpuMs)),
    })),
  };
}
