import type { Comparison, Result } from './comparison';
import { atMost, Requirement } from '../frame';

const MAX_TIME = 0.75;
const MAX_TIME_OF_ROTATION = 0.5;
const MAX_MEMORY = 1.25;
const MAX_RESOURCES_OF_STACK = 500;
/** Of rotated ones, besides the namespace and the rotator. */
const SECRETS_IN_ONE_STACK = 120;

/** @param comparisons from the fewest to the most secrets */
export function requirementsOfGrants(comparisons: Comparison[]): Requirement[] {
  return [
    ratio(comparisons, MAX_TIME, 'synthesis takes', ({ seconds }) => seconds),
    ratio(comparisons, MAX_MEMORY, 'peak memory is', ({ peakBytes }) => peakBytes),
    constant(comparisons, 'the key policy of a namespace has', ({ keyPolicyBytes }) => keyPolicyBytes),
    perSecret(comparisons, 2, 'resources besides its readers', ({ resourcesBesidesRoles }) => resourcesBesidesRoles),
  ];
}

/** @param comparisons from the fewest to the most secrets, of which the last need a second stack: each stack has a policy of the role */
export function requirementsOfRotation(comparisons: Comparison[]): Requirement[] {
  const inOneStack = comparisons.filter(({ secrets }) => secrets <= SECRETS_IN_ONE_STACK);
  return [
    ratio(comparisons, MAX_TIME_OF_ROTATION, 'synthesis takes', ({ seconds }) => seconds),
    constant(inOneStack, 'the policies of a shared rotator\'s role have', ({ rolePolicyBytes }) => rolePolicyBytes),
    perSecret(inOneStack, 4, 'resources', ({ resources }) => resources),
    oneStack(inOneStack.at(-1)!),
  ];
}

function ratio(comparisons: Comparison[], max: number, what: string, of: (result: Result) => number): Requirement {
  const { secrets, ours, theirs } = comparisons.at(-1)!;
  return atMost(max, `with ${secrets} secrets ${what} at most {max} that of the L2`, of(ours) / of(theirs), value => `${value.toFixed(2)} times`);
}

/** What the L2 has is measured too, to show that it grows. */
function constant(comparisons: Comparison[], what: string, of: (result: Result) => number): Requirement {
  const [ours, theirs] = (['ours', 'theirs'] as const).map(name => [...new Set(comparisons.map(comparison => of(comparison[name])))]);
  return {
    text: `${what} the same size for every number of secrets`,
    measured: `${ours.join(', ')} bytes, of the L2 ${theirs.join(', ')}`,
    holds: ours.length === 1,
  };
}

/** From each size to the next, so that what comes once, such as the key of the namespace, does not count as the first secret's. */
function perSecret(comparisons: Comparison[], max: number, what: string, of: (result: Result) => number): Requirement {
  const most = Math.max(...comparisons.slice(1).map(({ secrets, ours }, index) => {
    const before = comparisons[index];
    return (of(ours) - of(before.ours)) / (secrets - before.secrets);
  }));
  return atMost(max, `a secret adds at most {max} ${what}`, most, value => String(Number(value.toFixed(3))));
}

function oneStack({ secrets, ours: { stacks, resources } }: Comparison): Requirement {
  return {
    text: `${secrets} secrets fit in one stack of ${MAX_RESOURCES_OF_STACK} resources`,
    measured: `${resources} in ${stacks} stack${stacks === 1 ? '' : 's'}`,
    holds: stacks === 1 && resources <= MAX_RESOURCES_OF_STACK,
  };
}
