import { readFileSync } from 'fs';
import * as path from 'path';
import { Benchmark, BENCHMARKS } from '../../tools/bench/benchmarks';
import { compare, Comparison, Result } from '../../tools/bench/comparison';
import type { Contender } from '../../tools/bench/contenders';
import type { Build } from '../../tools/bench/layout';
import type { Measurement } from '../../tools/bench/measure';
import { Sizes, sizesOf } from '../../tools/bench/sizes';
import { tableOf } from '../../tools/bench/table';
import { testApp } from '../support/test-app';

const [GRANTS, ROTATION] = BENCHMARKS;
const TITLED = BENCHMARKS.map((benchmark): [string, Benchmark] => [benchmark.ours.title, benchmark]);

/** More take seconds, and show nothing more. */
const MOST_SECRETS = 120;

function synthesize({ module, build }: Contender, secrets: number, guardRail = false) {
  const app = testApp();
  jest.requireActual<Record<string, Build>>(`../../tools/bench/${module}`)[build](app, { secrets, guardRail });
  return app.synth();
}

function sizes(contender: Contender, secrets: number, guardRail = false): Sizes {
  return sizesOf(synthesize(contender, secrets, guardRail), contender.perSecret, secrets);
}

/** What a process would report that took a second and a megabyte. */
function measured(sizesOfApp: Sizes, seconds = 1): Measurement {
  return { cdkVersion: '2.0.0', seconds, peakBytes: 1_000_000, sizes: sizesOfApp };
}

function comparisonsOf({ ours, theirs, sizes: numbers }: Benchmark, guardRail = false): Comparison[] {
  return numbers.filter(secrets => secrets <= MOST_SECRETS)
    .map(secrets => compare(secrets, [measured(sizes(ours, secrets, guardRail))], [measured(sizes(theirs, secrets, guardRail))]));
}

function broken({ requirementsOf }: Benchmark, comparisons: Comparison[]): string[] {
  return requirementsOf(comparisons).filter(({ holds }) => !holds).map(({ text, measured: value }) => `${text}: ${value}`);
}

/** With other values for the one with the most secrets. */
function changed(comparisons: Comparison[], ours: Partial<Result>): Comparison[] {
  const largest = comparisons[comparisons.length - 1];
  return [...comparisons.slice(0, -1), { ...largest, ours: { ...largest.ours, ...ours } }];
}

describe.each(TITLED)('the benchmark of %s', (_, benchmark) => {
  test('compares contenders that make the same secrets, and what does not depend on the machine holds', () => {
    expect(broken(benchmark, comparisonsOf(benchmark))).toEqual([]);
  });

  test('gives the L2 more stacks and keys only where aws-cdk-lib refuses fewer', () => {
    expect(benchmark.refusals).not.toEqual([]);
    for (const { contender, secrets, words } of benchmark.refusals) expect(() => synthesize(contender, secrets)).toThrow(words);
  });

  test('has its table in the guide', async () => {
    const { sizes: numbers, ours, theirs } = benchmark;
    const [heading, alignment] = tableOf(benchmark, []).split('\n');
    const lines = readFileSync(path.join(__dirname, '../../docs/guides/synthesis-cost.md'), 'utf8').split('\n');
    const first = lines.indexOf(heading);
    const rows = lines.slice(first, lines.indexOf('', first));

    expect(rows.slice(0, 2)).toEqual([heading, alignment]);
    expect(rows.slice(2).map(row => row.split(' | ').slice(0, 2))).toEqual(
      numbers.flatMap(secrets => [ours, theirs].map(({ title }) => [`| ${secrets.toLocaleString('en-US')}`, title])),
    );
  });
});

test('with a guard rail, contenders make the same secrets too', () => {
  const [one, ...more] = comparisonsOf(GRANTS, true);

  expect(one.ours.resources).toBe(sizes(GRANTS.ours, 1).resources + 1);
  expect(more).not.toEqual([]);
});

test('the L2 writes each rotated secret into the policies of the role, and gives it a resource policy', () => {
  const [one, ten] = [1, 10].map(secrets => sizes(ROTATION.theirs, secrets));

  expect(ten.rolePolicyBytes).toBeGreaterThan(2 * one.rolePolicyBytes);
  expect((ten.resources - one.resources) / 9).toBe(4);
});

describe('a requirement is broken by', () => {
  const measuredOnce = new Map<Benchmark, Comparison[]>();
  beforeAll(() => BENCHMARKS.forEach(benchmark => measuredOnce.set(benchmark, comparisonsOf(benchmark))));

  test.each<[string, Benchmark, (largest: Comparison) => Partial<Result>, RegExp]>([
    ['secrets that take too long', GRANTS, () => ({ seconds: 1.26 }), /synthesis takes at most 1\.25 times.*: 1\.26 times$/],
    ['secrets that take too much memory', GRANTS, () => ({ peakBytes: 1_300_000 }), /peak memory is at most 1\.25 times.*: 1\.30 times$/],
    ['a key policy that grows', GRANTS, ({ ours }) => ({ keyPolicyBytes: ours.keyPolicyBytes + 1 }), /the key policy of a namespace has the same size/],
    ['a third resource', GRANTS, ({ ours, secrets }) => ({ resourcesBesidesRoles: ours.resourcesBesidesRoles + 2 * secrets }), /at most 2 resources besides its readers/],
    ['rotated secrets that take too long', ROTATION, () => ({ seconds: 1.26 }), /with 120 secrets synthesis takes at most 1\.25 times.*: 1\.26 times$/],
    ['policies of the role that grow', ROTATION, ({ ours }) => ({ rolePolicyBytes: ours.rolePolicyBytes + 1 }), /the policies of a shared rotator's role have the same size/],
    ['a second stack', ROTATION, () => ({ stacks: 2 }), /120 secrets fit in one stack of 500 resources: \d+ in 2 stacks$/],
  ])('%s', (_, benchmark, change, message) => {
    const comparisons = measuredOnce.get(benchmark)!;
    const largest = comparisons[comparisons.length - 1];

    expect(broken(benchmark, changed(comparisons, change(largest)))).toEqual([expect.stringMatching(message)]);
  });

  test('a fifth resource of rotated secrets, which then do not fit in a stack', () => {
    expect(broken(ROTATION, changed(measuredOnce.get(ROTATION)!, { resources: 611 }))).toEqual([
      expect.stringMatching(/^a secret adds at most 4 resources: 5\.\d+$/),
      '120 secrets fit in one stack of 500 resources: 611 in 1 stack',
    ]);
  });

  test('nothing at the limit itself', () => {
    expect(broken(ROTATION, changed(measuredOnce.get(ROTATION)!, { seconds: 1.25 }))).toEqual([]);
  });
});

describe('the measurements of one size', () => {
  test('give their median', () => {
    const one = sizes(GRANTS.ours, 1);
    const ours = [9, 1, 5].map(seconds => measured(one, seconds));

    expect(compare(1, ours, [measured(one, 2)])).toMatchObject({ ours: { seconds: 5 }, theirs: { seconds: 2 } });
  });

  test('fail when the contenders make different secrets', () => {
    const one = sizes(GRANTS.ours, 1);

    expect(() => compare(1, [measured(one)], [measured({ ...one, secret: { Type: 'another' } })])).toThrow(/must make the same secret but for its key.*"another"/);
  });

  test('fail when the templates do not hold one resource of a type for each secret', () => {
    const { perSecret } = ROTATION.ours;
    const assembly = synthesize(ROTATION.ours, 1);

    expect(() => sizesOf(assembly, perSecret, 2)).toThrow('the templates must hold 2 AWS::SecretsManager::Secret, but they hold 1');
    expect(() => sizesOf(assembly, ['AWS::IAM::Policy'], 1)).toThrow('the templates must hold 1 AWS::IAM::Policy, but they hold 2');
  });
});

test('the table has a line for each contender at each size', () => {
  const [one] = comparisonsOf(ROTATION);

  expect(tableOf({ ...ROTATION, columns: ROTATION.columns.slice(0, 2) }, [one]).split('\n')).toEqual([
    '| Secrets | Construct | Synthesis | Peak memory |',
    '| ---: | --- | ---: | ---: |',
    '| 1 | `RotatedDatabaseSecret` | 1.00 s | 1 MiB |',
    '| 1 | L2 `Secret` with its own Lambda | 1.00 s | 1 MiB |',
  ]);
});
