import { Counted, counted, tableOf } from '../../../tools/fleet/fleet';
import { expectTableInDocs } from '../../support/table-in-docs';

/** Every account and region has the same stack, so that the figures of 200 accounts are those of two, a hundred times. */

const TWO = counted({ accounts: 2 });

function times(factor: number): Counted {
  return { ...Object.fromEntries(Object.entries(TWO).map(([what, number]) => [what, number * factor])) as unknown as Counted, bytes: TWO.bytes };
}

test('the baseline is counted in the templates', () => {
  expect(TWO).toEqual({ stacks: 6, resources: 66, bytes: expect.any(Number), keys: 6, periodicRules: 12, changeRules: 18 });
  expect(TWO.bytes).toBeLessThan(51_200);
});

test('the figures of 200 accounts stand in the README', () => {
  expectTableInDocs('examples/account-baseline/README.md', 'fleet', tableOf({ accounts: 200, secrets: 20, changes: 2 }, times(100)));
});

test('a secret more costs its price, its changes and its evaluations', () => {
  const sumOf = (secrets: number) => Number(tableOf({ accounts: 2, secrets, changes: 2 }, TWO).at(-1)!.at(-1)!.replace(/[^\d.]/g, ''));
  // Six places: 0.40, two changes of 0.003, three rules after each, and two rules a day.
  expect(sumOf(11) - sumOf(10)).toBeCloseTo(6 * (0.4 + 2 * 0.003 + 2 * 3 * 0.001 + 2 * 30 * 0.001), 1);
});
