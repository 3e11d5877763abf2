import type { Comparison, Result } from './comparison';

/** Something that must hold, and what was measured. */
export interface Requirement {
  readonly text: string;
  readonly measured: string;
  readonly holds: boolean;
}

const MAX_RATIO = 1.25;
const MAX_RESOURCES_OF_STACK = 500;

/** @param comparisons from the fewest to the most secrets */
export function requirementsOfGrants(comparisons: Comparison[]): Requirement[] {
  return [
    synthesisTime(comparisons),
    ratio(comparisons, 'peak memory is', ({ peakBytes }) => peakBytes),
    constant(comparisons, 'the key policy of a namespace has', ({ keyPolicyBytes }) => keyPolicyBytes),
    perSecret(comparisons, 2, 'resources besides its readers', ({ resourcesBesidesRoles }) => resourcesBesidesRoles),
  ];
}

/** @param comparisons from the fewest to the most secrets */
export function requirementsOfRotation(comparisons: Comparison[]): Requirement[] {
  return [
    synthesisTime(comparisons),
    constant(comparisons, 'the policies of a shared rotator\'s role have', ({ rolePolicyBytes }) => rolePolicyBytes),
    perSecret(comparisons, 4, 'resources', ({ resources }) => resources),
    oneStack(comparisons),
  ];
}

function synthesisTime(comparisons: Comparison[]): Requirement {
  return ratio(comparisons, 'synthesis takes', ({ seconds }) => seconds);
}

function ratio(comparisons: Comparison[], what: string, of: (result: Result) => number): Requirement {
  const { secrets, ours, theirs } = largest(comparisons);
  const measured = of(ours) / of(theirs);
  return {
    text: `with ${secrets} secrets ${what} at most ${MAX_RATIO} times that of the L2`,
    measured: `${measured.toFixed(2)} times`,
    holds: measured <= MAX_RATIO,
  };
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
  return {
    text: `a secret adds at most ${max} ${what}`,
    measured: String(Number(most.toFixed(3))),
    holds: most <= max,
  };
}

function oneStack(comparisons: Comparison[]): Requirement {
  const { secrets, ours: { stacks, resources } } = largest(comparisons);
  return {
    text: `${secrets} secrets fit in one stack of ${MAX_RESOURCES_OF_STACK} resources`,
    measured: `${resources} in ${stacks} stack${stacks === 1 ? '' : 's'}`,
    holds: stacks === 1 && resources <= MAX_RESOURCES_OF_STACK,
  };
}

function largest(comparisons: Comparison[]): Comparison {
  return comparisons[comparisons.length - 1];
}
