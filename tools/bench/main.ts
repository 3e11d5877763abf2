import { availableParallelism } from 'os';
import { parseArgs } from 'util';
import { compare, Comparison } from './comparison';
import { CdkRelease, MANAGED_SECRET, measure, PLAIN_SECRET, whyKeyPerStack } from './contenders';
import type { Measurement } from './measure';
import { requirementsOf } from './requirements';
import { tableOf } from './table';

const USAGE = `npm run bench -- [--markdown] [--newest] [--guard-rail]

  --markdown    write only the table to stdout, the rest to stderr
  --newest      on the newest aws-cdk-lib that is tested, not on the oldest that is supported
  --guard-rail  with a guard rail, that is, a resource policy for each secret`;

const SIZES = [1, 10, 100, 1000];

/** Odd, so that the median is one of them. */
const REPETITIONS = 7;

interface Options {
  readonly markdown: boolean;
  readonly cdk: CdkRelease;
  readonly guardRail: boolean;
}

async function main(options: Options): Promise<void> {
  const reason = await whyKeyPerStack(options.cdk);
  const measurements = await measureAll(options);
  const comparisons = SIZES.map((secrets, index) => compare(secrets, measurements[index].managedSecret, measurements[index].plainSecret));
  const say = options.markdown ? console.error : console.log;
  console.log(tableOf(comparisons));
  say(`\n${footnotes(options, measurements[0].managedSecret[0].cdkVersion, reason)}\n`);
  if (!report(comparisons, say)) process.exitCode = 1;
}

interface Measurements {
  readonly managedSecret: Measurement[];
  readonly plainSecret: Measurement[];
}

/** The contenders take turns, and each round begins with the other one, so that a drift of the machine hits both alike. */
async function measureAll({ cdk, guardRail }: Options): Promise<Measurements[]> {
  const all = SIZES.map((): Measurements => ({ managedSecret: [], plainSecret: [] }));
  for (let round = 1; round <= REPETITIONS; round++) {
    for (const [index, secrets] of SIZES.entries()) {
      const turns = [['managedSecret', MANAGED_SECRET], ['plainSecret', PLAIN_SECRET]] as const;
      for (const [name, contender] of round % 2 === 1 ? turns : [...turns].reverse()) {
        const measurement = await measure(contender, { secrets, guardRail }, cdk);
        all[index][name].push(measurement);
        console.error(`round ${round} of ${REPETITIONS}: ${contender.title} × ${secrets}: ${measurement.seconds.toFixed(2)} s`);
      }
    }
  }
  return all;
}

function footnotes({ guardRail }: Options, cdkVersion: string, whyNotShared: string): string {
  return [
    `aws-cdk-lib ${cdkVersion}, Node.js ${process.version}, ${availableParallelism()} CPUs; medians of ${REPETITIONS} processes each, modules loaded before.`,
    `Each secret has one reader, a role with its policy${guardRail ? ', and one guard rail' : ''}. Synthesis: from the empty app to the written templates.`,
    'The L2 writes the reader\'s use of the key into the key policy, ManagedSecret into the reader\'s; shown is the largest of each kind.',
    `So the L2 has a key in each stack of secrets, for aws-cdk-lib refuses one for all: ${whyNotShared}`,
  ].join('\n');
}

function report(comparisons: Comparison[], say: (line: string) => void): boolean {
  const requirements = requirementsOf(comparisons);
  requirements.forEach(({ text, measured, holds }) => say(`${holds ? 'holds ' : 'BROKEN'}  ${text}: ${measured}`));
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

async function run(): Promise<void> {
  try {
    await main(optionsIn(process.argv.slice(2)));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

void run();
