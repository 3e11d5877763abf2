import type { Comparison } from './comparison';

/** Something that must hold, and what was measured. */
export interface Requirement {
  readonly text: string;
  readonly measured: string;
  readonly holds: boolean;
}

const MAX_RATIO = 1.25;
const MAX_RESOURCES_PER_SECRET = 2;

/** @param comparisons from the fewest to the most secrets */
export function requirementsOf(comparisons: Comparison[]): Requirement[] {
  const largest = comparisons[comparisons.length - 1];
  return [
    ratio(largest, 'synthesis takes', ({ seconds }) => seconds),
    ratio(largest, 'peak memory is', ({ peakBytes }) => peakBytes),
    constantKeyPolicy(comparisons),
    resourcesPerSecret(comparisons),
  ];
}

function ratio({ secrets, managedSecret, plainSecret }: Comparison, what: string, of: (result: Comparison['managedSecret']) => number): Requirement {
  const measured = of(managedSecret) / of(plainSecret);
  return {
    text: `with ${secrets} secrets ${what} at most ${MAX_RATIO} times that of the L2`,
    measured: `${measured.toFixed(2)} times`,
    holds: measured <= MAX_RATIO,
  };
}

function constantKeyPolicy(comparisons: Comparison[]): Requirement {
  const bytes = [...new Set(comparisons.map(({ managedSecret }) => managedSecret.keyPolicyBytes))];
  return {
    text: 'the key policy of a namespace has the same size for every number of secrets',
    measured: `${bytes.join(', ')} bytes`,
    holds: bytes.length === 1,
  };
}

/** From each size to the next, so that the key of the namespace, which comes once, does not count as the first secret's. */
function resourcesPerSecret(comparisons: Comparison[]): Requirement {
  const added = comparisons.slice(1).map(({ secrets, managedSecret }, index) => {
    const before = comparisons[index];
    return (managedSecret.resourcesBesidesReaders - before.managedSecret.resourcesBesidesReaders) / (secrets - before.secrets);
  });
  const most = Math.max(...added);
  return {
    text: `a secret adds at most ${MAX_RESOURCES_PER_SECRET} resources besides its readers`,
    measured: String(Number(most.toFixed(3))),
    holds: most <= MAX_RESOURCES_PER_SECRET,
  };
}
