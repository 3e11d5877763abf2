import { readFileSync } from 'fs';
import * as path from 'path';
import { inRounds } from '../../tools/bench/frame';
import { Benchmark, BENCHMARKS, tableOfComparisons } from '../../tools/bench/synthesis/benchmark';
import { compare, Comparison, Result } from '../../tools/bench/synthesis/comparison';
import { compile } from '../../tools/bench/synthesis/compile';
import { Contender, measure } from '../../tools/bench/synthesis/contenders';
import type { Build } from '../../tools/bench/synthesis/layout';
import type { Measurement } from '../../tools/bench/synthesis/measure';
import { Sizes, sizesOf } from '../../tools/bench/synthesis/sizes';
import { testApp } from '../support/test-app';

const [GRANTS, ROTATION] = BENCHMARKS;
const TITLED = BENCHMARKS.map((benchmark): [string, Benchmark] => [benchmark.ours.title, benchmark]);

/** More take seconds, and show nothing more. */
const MOST_SECRETS = 150;

function synthesize({ module, build }: Contender, secrets: number, guardRail = false) {
  const app = testApp();
  jest.requireActual<Record<string, Build>>(`../../tools/bench/synthesis/${module}`)[build](app, { secrets, guardRail });
  return app.synth();
}

const known = new Map<string, Sizes>();

function sizes(contender: Contender, secrets: number, guardRail = false): Sizes {
  const key = [contender.module, contender.build, secrets, guardRail].join();
  const found = known.get(key) ?? sizesOf(synthesize(contender, secrets, guardRail), contender.perSecret, secrets);
  known.set(key, found);
  return found;
}

/** What a process would report that took so long and a megabyte. */
function measured(sizesOfApp: Sizes, seconds = 1): Measurement {
  return { cdkVersion: '2.0.0', seconds, peakBytes: 1_000_000, sizes: sizesOfApp };
}

function comparisonsOf({ ours, theirs, sizes: numbers }: Benchmark, guardRail = false): Comparison[] {
  return numbers.filter(secrets => secrets <= MOST_SECRETS)
    .map(secrets => compare(secrets, [measured(sizes(ours, secrets, guardRail))], [measured(sizes(theirs, secrets, guardRail), 2)]));
}

function broken({ requirementsOf }: Benchmark, comparisons: Comparison[]): string[] {
  return requirementsOf(comparisons).filter(({ holds }) => !holds).map(({ text, measured: value }) => `${text}: ${value}`);
}

/** With other values for the last, or for those of one number of secrets. */
function changed(comparisons: Comparison[], ours: (of: Comparison) => Partial<Result>, secrets = comparisons.at(-1)!.secrets): Comparison[] {
  return comparisons.map(each => each.secrets === secrets ? { ...each, ours: { ...each.ours, ...ours(each) } } : each);
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
    const [heading, alignment] = tableOfComparisons(benchmark, []).split('\n');
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

  test.each<[string, Benchmark, number, (largest: Comparison) => Partial<Result>, RegExp]>([
    ['secrets that take too long', GRANTS, 100, () => ({ seconds: 1.52 }), /synthesis takes at most 0\.75 times.*: 0\.76 times$/],
    ['secrets that take too much memory', GRANTS, 100, () => ({ peakBytes: 1_300_000 }), /peak memory is at most 1\.25 times.*: 1\.30 times$/],
    ['a key policy that grows', GRANTS, 100, ({ ours }) => ({ keyPolicyBytes: ours.keyPolicyBytes + 1 }), /the key policy of a namespace has the same size/],
    ['a third resource', GRANTS, 100, ({ ours, secrets }) => ({ resourcesBesidesRoles: ours.resourcesBesidesRoles + 2 * secrets }), /at most 2 resources besides its readers/],
    ['rotated secrets that take too long', ROTATION, 150, () => ({ seconds: 1.02 }), /with 150 secrets synthesis takes at most 0\.50 times.*: 0\.51 times$/],
    ['policies of the role that grow', ROTATION, 120, ({ ours }) => ({ rolePolicyBytes: ours.rolePolicyBytes + 1 }), /the policies of a shared rotator's role have the same size/],
    ['a second stack', ROTATION, 120, () => ({ stacks: 2 }), /120 secrets fit in one stack of 500 resources: \d+ in 2 stacks$/],
  ])('%s', (_, benchmark, secrets, change, message) => {
    expect(broken(benchmark, changed(measuredOnce.get(benchmark)!, change, secrets))).toEqual([expect.stringMatching(message)]);
  });

  test('a fifth resource of rotated secrets, which then do not fit in a stack', () => {
    expect(broken(ROTATION, changed(measuredOnce.get(ROTATION)!, () => ({ resources: 611 }), 120))).toEqual([
      expect.stringMatching(/^a secret adds at most 4 resources: 5\.\d+$/),
      '120 secrets fit in one stack of 500 resources: 611 in 1 stack',
    ]);
  });

  test('nothing at the limit itself', () => {
    expect(broken(ROTATION, changed(measuredOnce.get(ROTATION)!, () => ({ seconds: 1 })))).toEqual([]);
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

  expect(tableOfComparisons({ ...ROTATION, columns: ROTATION.columns.slice(0, 2) }, [one]).split('\n')).toEqual([
    '| Secrets | Construct | Synthesis | Peak memory |',
    '| ---: | --- | ---: | ---: |',
    '| 1 | `RotatedDatabaseSecret` | 1.00 s | 1 MiB |',
    '| 1 | L2 `Secret` with its own Lambda | 2.00 s | 1 MiB |',
  ]);
});

test('what is measured is compiled JavaScript, of which no stack trace is mapped', async () => {
  const compiled = await compile('floor');
  try {
    const { sizes: found, seconds } = await measure(GRANTS.ours, { secrets: 1, guardRail: false }, compiled);

    expect(found.secret).toEqual(sizes(GRANTS.ours, 1).secret);
    expect(seconds).toBeGreaterThan(0);
    expect(readFileSync(path.join(compiled.folder, 'src/index.js'), 'utf8')).not.toContain('sourceMappingURL');
  } finally {
    compiled.remove();
  }
});

test('contenders take turns, and every other round goes backwards', async () => {
  const order: string[] = [];
  const measurements = await inRounds(3, ['a', 'b'], async subject => order.push(subject));

  expect(order.join('')).toBe('abbaab');
  expect(measurements).toEqual([[1, 4, 5], [2, 3, 6]]);
});
