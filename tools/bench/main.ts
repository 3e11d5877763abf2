import { execFileSync } from 'child_process';
import { availableParallelism } from 'os';
import * as path from 'path';
import { parseArgs } from 'util';
import { Benchmark, BENCHMARKS } from './benchmarks';
import { compare, Comparison } from './comparison';
import { CdkRelease, measure, refusalOf } from './contenders';
import type { Measurement } from './measure';
import { tableOf } from './table';

const USAGE = `npm run bench -- [--markdown] [--newest] [--guard-rail]

  --markdown    write only the tables to stdout, the rest to stderr
  --newest      on the newest aws-cdk-lib that is tested, not on the oldest that is supported
  --guard-rail  with a guard rail, that is, a resource policy for each secret that is not rotated`;

/** Does nothing where the newest aws-cdk-lib is installed. */
const INSTALL_NEWEST = path.resolve(__dirname, '../newest/install.mjs');

/** Odd, so that the median is one of them. */
const REPETITIONS = 7;

interface Options {
  readonly markdown: boolean;
  readonly cdk: CdkRelease;
  readonly guardRail: boolean;
}

type Say = (line: string) => void;

async function main(options: Options): Promise<void> {
  const say = options.markdown ? console.error : console.log;
  if (options.cdk === 'newest') execFileSync(process.execPath, [INSTALL_NEWEST], { stdio: ['ignore', process.stderr.fd, process.stderr.fd] });
  for (const benchmark of BENCHMARKS) {
    if (!await run(benchmark, options, say)) process.exitCode = 1;
  }
}

/** Whether all requirements hold. */
async function run(benchmark: Benchmark, options: Options, say: Say): Promise<boolean> {
  const reasons: string[] = [];
  for (const refusal of benchmark.refusals) reasons.push(await refusalOf(refusal, options.cdk));
  const measurements = await measureAll(benchmark, options);
  const comparisons = benchmark.sizes.map((secrets, index) => compare(secrets, measurements[index].ours, measurements[index].theirs));
  console.log(`${tableOf(benchmark, comparisons)}\n`);
  say(`${footnotes(benchmark, measurements[0].ours[0].cdkVersion, reasons)}\n`);
  return report(benchmark, comparisons, say);
}

interface Measurements {
  readonly ours: Measurement[];
  readonly theirs: Measurement[];
}

/** The contenders take turns, and each round begins with the other one, so that a drift of the machine hits both alike. */
async function measureAll({ sizes, ours, theirs }: Benchmark, { cdk, guardRail }: Options): Promise<Measurements[]> {
  const all = sizes.map((): Measurements => ({ ours: [], theirs: [] }));
  for (let round = 1; round <= REPETITIONS; round++) {
    for (const [index, secrets] of sizes.entries()) {
      const turns = [['ours', ours], ['theirs', theirs]] as const;
      for (const [name, contender] of round % 2 === 1 ? turns : [...turns].reverse()) {
        const measurement = await measure(contender, { secrets, guardRail }, cdk);
        all[index][name].push(measurement);
        console.error(`round ${round} of ${REPETITIONS}: ${contender.title} × ${secrets}: ${measurement.seconds.toFixed(2)} s`);
      }
    }
  }
  return all;
}

function footnotes({ notes }: Benchmark, cdkVersion: string, reasons: string[]): string {
  return [
    `aws-cdk-lib ${cdkVersion}, Node.js ${process.version}, ${availableParallelism()} CPUs; medians of ${REPETITIONS} processes each, modules loaded before.`,
    'Synthesis: from the empty app to the written templates.',
    ...notes,
    ...reasons,
  ].join('\n');
}

function report({ requirementsOf }: Benchmark, comparisons: Comparison[], say: Say): boolean {
  const requirements = requirementsOf(comparisons);
  requirements.forEach(({ text, measured, holds }) => say(`${holds ? 'holds ' : 'BROKEN'}  ${text}: ${measured}`));
  say('');
  return requirements.every(({ holds }) => holds);
}

function optionsIn(args: string[]): Options {
  try {
    const { values } = parseArgs({
      args,
      options: { 'markdown': { type: 'boolean' }, 'newest': { type: 'boolean' }, 'guard-rail': { type: 'boolean' } },
    });
    return { markdown: values.markdown ?? false, cdk: values.newest ? 'newest' : 'floor', guardRail: values['guard-rail'] ?? false };
  } catch (error) {
    throw new Error(`${(error as Error).message}\n\n${USAGE}`);
  }
}

async function start(): Promise<void> {
  try {
    await main(optionsIn(process.argv.slice(2)));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

void start();
