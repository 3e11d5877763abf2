import { compared, compareMany } from '../../../tools/oracle/compare';
import type { Difference } from '../../../tools/oracle/differences';
import { KNOWN_DIFFERENCES } from '../../../tools/oracle/known-differences';
import { expectTableInDocs } from '../../support/table-in-docs';

/** The evaluator and an independent simulator, on generated requests; `npx projen compare:policies` compares many more. */

const KNOWN = Object.entries(KNOWN_DIFFERENCES) as [Difference, (typeof KNOWN_DIFFERENCES)[Difference]][];

test('both answer the same to 5,000 requests, but for differences that are explained', async () => {
  const { unexplained, outcomes, compared: count } = await compareMany(5_000, 20_261_128);
  expect(unexplained.slice(0, 1)).toEqual([]);
  const share = (outcome: string) => (outcomes.get(outcome) ?? 0) / count;
  expect(share('Allowed')).toBeGreaterThan(0.1);
  expect(share('ExplicitlyDenied')).toBeGreaterThan(0.1);
  expect(share('ImplicitlyDenied')).toBeGreaterThan(0.1);
  expect(share('Allowed') + share('ExplicitlyDenied') + share('ImplicitlyDenied')).toBeGreaterThan(0.95);
});

test.each(KNOWN)('the simulator still differs: %s', async (name, { example }) => {
  const comparison = await compared(example);
  expect(comparison.own).not.toBe(comparison.oracle);
  expect(comparison.explained).toEqual([name]);
});

test('the decision has a row for each difference', () => {
  const rows = KNOWN.map(([name, { simulator, aws, page }]) => [name.replaceAll('*', '`*`'), simulator, `${aws} ([page](${page}))`]);
  expectTableInDocs('docs/decisions/0022-evaluator-of-policies.md', 'differences', [['Where', 'The simulator', 'AWS'], ...rows]);
});
