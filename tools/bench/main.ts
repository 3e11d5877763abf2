import { readFileSync, writeFileSync } from 'fs';
import { availableParallelism } from 'os';
import { parseArgs } from 'util';
import type { Report } from './frame';
import { measureReview } from './review/benchmark';
import { measureScale } from './review/scale';
import { MEASURED, measureRotationFunctions } from './rotation/benchmark';
import { GUIDE, withRows } from './rotation/guide';
import { measureSynthesis, SynthesisOptions } from './synthesis/benchmark';

const USAGE = `npm run bench -- [--markdown] [--newest] [--guard-rail]
npm run bench:rotation -- [--markdown] [--only <bundle> …] [--write]
npx projen bench:review [--markdown] [--newest]

  --markdown    write only the tables to stdout, the rest to stderr
  --newest      on the newest aws-cdk-lib that is tested, not on the oldest that is supported
  --only        measure this rotation function alone: one of ${MEASURED.join(', ')}
  --write       put the tables into ${GUIDE}
  --guard-rail  with a guard rail, that is, a resource policy for each secret that is not rotated`;

const BENCHMARKS: Record<string, Arguments['reports']> = { synthesis: measureSynthesis, rotation: measureRotationFunctions, review: measureAllOfReview };

async function* measureAllOfReview(options: SynthesisOptions): AsyncGenerator<Report> {
  yield* measureReview(options);
  yield* measureScale();
}

interface Options extends SynthesisOptions {
  readonly only?: string[];
}

interface Arguments extends Options {
  readonly write: boolean;
  readonly markdown: boolean;
  readonly reports: (options: Options) => AsyncIterable<Report>;
}

/** Prints what was measured; the exit code is 1 when a requirement is broken. */
async function main({ markdown, write, reports, ...options }: Arguments): Promise<void> {
  const say = markdown ? console.error : console.log;
  for await (const { tables, guide = [], notes, requirements } of reports(options)) {
    console.log(`${tables.join('\n\n')}\n`);
    say(`Node.js ${process.version}, ${availableParallelism()} CPUs. ${notes.join('\n')}\n`);
    for (const { text, measured, holds } of requirements) {
      say(`${holds ? 'holds ' : 'BROKEN'}  ${text}: ${measured}`);
      if (!holds) process.exitCode = 1;
    }
    say('');
    if (write) writeFileSync(GUIDE, guide.reduce(withRows, readFileSync(GUIDE, 'utf8')));
  }
}

function argumentsIn(args: string[]): Arguments {
  try {
    const { values: { markdown = false, newest, only, write = false, 'guard-rail': guardRail = false }, positionals: [name] } = parseArgs({
      args,
      options: {
        'markdown': { type: 'boolean' },
        'newest': { type: 'boolean' },
        'guard-rail': { type: 'boolean' },
        'write': { type: 'boolean' },
        'only': { type: 'string', multiple: true },
      },
      allowPositionals: true,
    });
    if (name === 'rotation' && (newest || guardRail)) throw new Error('the rotation functions have no aws-cdk-lib and no guard rail');
    if (name !== 'rotation' && (only || write)) throw new Error('--only and --write are for bench:rotation');
    const unknown = only?.find(each => !MEASURED.includes(each));
    if (unknown !== undefined) throw new Error(`--only must be one of ${MEASURED.join(', ')}, got ${unknown}`);
    return { markdown, guardRail, only, write, cdk: newest ? 'newest' : 'floor', reports: BENCHMARKS[name] };
  } catch (error) {
    throw new Error(`${(error as Error).message}\n\n${USAGE}`);
  }
}

async function start(): Promise<void> {
  try {
    await main(argumentsIn(process.argv.slice(2)));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

void start();
