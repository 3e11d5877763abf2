import { execFileSync } from 'child_process';
import * as path from 'path';
import { compare, Comparison, Result } from './comparison';
import { compile } from './compile';
import { CdkRelease, Contender, MANAGED_SECRET, measure, PLAIN_ROTATED_SECRET, PLAIN_SECRET, Refusal, refusalOf, ROTATED_SECRET } from './contenders';
import { requirementsOfGrants, requirementsOfRotation } from './requirements';
import { Column, inRounds, Report, Requirement, tableOf, whole } from '../frame';

export interface SynthesisOptions {
  readonly cdk: CdkRelease;
  readonly guardRail: boolean;
}

/** Two contenders, what is measured of them, and what must come of it. */
export interface Benchmark {
  readonly ours: Contender;
  readonly theirs: Contender;
  /** Numbers of secrets, from the fewest to the most. */
  readonly sizes: number[];
  readonly columns: readonly Column<Result>[];
  readonly requirementsOf: (comparisons: Comparison[]) => Requirement[];
  readonly refusals: Refusal[];
  readonly notes: string[];
}

const SYNTHESIS: Column<Result> = ['Synthesis', ({ seconds }) => `${seconds.toFixed(2)} s`];
const PEAK_MEMORY: Column<Result> = ['Peak memory', ({ peakBytes }) => `${Math.round(peakBytes / 2 ** 20)} MiB`];
const RESOURCES: Column<Result> = ['Resources', ({ resources }) => whole(resources)];
const KEY_POLICY: Column<Result> = ['Key policy', ({ keyPolicyBytes }) => `${whole(keyPolicyBytes)} B`];
const TEMPLATES: Column<Result> = ['Templates', ({ templateBytes }) => `${whole(templateBytes / 1000)} kB`];

/** Secrets with a reader each. */
const GRANTS: Benchmark = {
  ours: MANAGED_SECRET,
  theirs: PLAIN_SECRET,
  sizes: [1, 10, 100, 1000],
  columns: [
    SYNTHESIS, PEAK_MEMORY, RESOURCES, ['…besides readers', ({ resourcesBesidesRoles }) => whole(resourcesBesidesRoles)], KEY_POLICY,
    ['Policy of a reader', ({ rolePolicyBytes }) => `${whole(rolePolicyBytes)} B`], TEMPLATES,
  ],
  requirementsOf: requirementsOfGrants,
  refusals: [{
    contender: { ...PLAIN_SECRET, build: 'buildWithSharedKey' },
    secrets: 1,
    words: 'cyclic reference',
    therefore: 'So the L2 has a key in each stack of secrets',
  }],
  notes: [
    'Each secret has one reader, a role with its policy, and with --guard-rail one guard rail.',
    'The L2 writes the reader\'s use of the key into the key policy, ManagedSecret into the reader\'s; shown is the largest of each kind.',
  ],
};

/** Secrets of database users, all of one cluster. */
const ROTATION: Benchmark = {
  ours: ROTATED_SECRET,
  theirs: PLAIN_ROTATED_SECRET,
  sizes: [1, 10, 120, 150],
  columns: [
    SYNTHESIS, PEAK_MEMORY, ['Stacks', ({ stacks }) => whole(stacks)], RESOURCES, KEY_POLICY,
    ['Policies of the function', ({ rolePolicyBytes }) => `${whole(rolePolicyBytes)} B`], TEMPLATES,
  ],
  requirementsOf: requirementsOfRotation,
  refusals: [{
    contender: { ...PLAIN_ROTATED_SECRET, build: 'buildWithSharedFunction' },
    secrets: 1,
    words: 'cyclic reference',
    therefore: 'Each stack of secrets of the L2 has its function',
  }],
  notes: [
    'Each secret is attached to one imported cluster of Aurora PostgreSQL and has the default schedule, the L2\'s with automaticallyAfter.',
    'The L2 writes each secret into the policies of the function\'s role, DatabaseRotator the namespace; shown is the largest of each kind.',
  ],
};

export const BENCHMARKS = [GRANTS, ROTATION];

/** Does nothing where the newest aws-cdk-lib is installed. */
const INSTALL_NEWEST = path.resolve(__dirname, '../../newest/install.mjs');

/** Odd, for the median. */
const REPETITIONS = 7;

export async function* measureSynthesis({ cdk, guardRail }: SynthesisOptions): AsyncGenerator<Report> {
  if (cdk === 'newest') execFileSync(process.execPath, [INSTALL_NEWEST], { stdio: ['ignore', process.stderr.fd, process.stderr.fd] });
  const compiled = await compile(cdk);
  try {
    for (const benchmark of BENCHMARKS) {
      const { ours, theirs, sizes, refusals, notes, requirementsOf } = benchmark;
      const reasons: string[] = [];
      for (const refusal of refusals) reasons.push(await refusalOf(refusal, compiled));
      const subjects = sizes.flatMap(secrets => [ours, theirs].map(contender => ({ contender, secrets })));
      const measurements = await inRounds(REPETITIONS, subjects, async ({ contender, secrets }) =>
        measure(contender, { secrets, guardRail }, compiled));
      const comparisons = sizes.map((secrets, index) => compare(secrets, measurements[2 * index], measurements[2 * index + 1]));
      yield {
        tables: [tableOfComparisons(benchmark, comparisons)],
        notes: [
          `aws-cdk-lib ${measurements[0][0].cdkVersion}; medians of ${REPETITIONS} processes each, of compiled JavaScript, modules loaded before.`,
          'Synthesis: processor time from the empty app to the written templates.',
          ...notes,
          ...reasons,
        ],
        requirements: requirementsOf(comparisons),
      };
    }
  } finally {
    compiled.remove();
  }
}

/** Two lines for each number of secrets. */
export function tableOfComparisons({ ours, theirs, columns }: Benchmark, comparisons: Comparison[]): string {
  type Row = Result & { readonly secrets: number; readonly title: string };
  const rows = comparisons.flatMap(({ secrets, ...results }): Row[] => [
    { ...results.ours, secrets, title: ours.title },
    { ...results.theirs, secrets, title: theirs.title },
  ]);
  return tableOf<Row>([['Secrets', ({ secrets }) => whole(secrets)], ['Construct', ({ title }) => title, 'text'], ...columns], rows);
}
