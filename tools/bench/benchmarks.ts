import type { Comparison } from './comparison';
import { MANAGED_SECRET, PLAIN_ROTATED_SECRET, PLAIN_SECRET, Refusal, ROTATED_SECRET } from './contenders';
import { Requirement, requirementsOfGrants, requirementsOfRotation } from './requirements';
import {
  BESIDES_READERS, KEY_POLICY, PEAK_MEMORY, POLICIES_OF_ROTATOR, POLICY_OF_READER, RESOURCES, STACKS, SYNTHESIS, Table, TEMPLATES,
} from './table';

/** Two contenders, what is measured of them, and what must come of it. */
export interface Benchmark extends Table {
  /** Numbers of secrets, from the fewest to the most. */
  readonly sizes: number[];
  readonly requirementsOf: (comparisons: Comparison[]) => Requirement[];
  readonly refusals: Refusal[];
  readonly notes: string[];
}

/** Secrets with a reader each. */
const GRANTS: Benchmark = {
  ours: MANAGED_SECRET,
  theirs: PLAIN_SECRET,
  sizes: [1, 10, 100, 1000],
  columns: [SYNTHESIS, PEAK_MEMORY, RESOURCES, BESIDES_READERS, KEY_POLICY, POLICY_OF_READER, TEMPLATES],
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
  sizes: [1, 10, 120],
  columns: [SYNTHESIS, PEAK_MEMORY, STACKS, RESOURCES, KEY_POLICY, POLICIES_OF_ROTATOR, TEMPLATES],
  requirementsOf: requirementsOfRotation,
  refusals: [
    {
      contender: { ...PLAIN_ROTATED_SECRET, build: 'buildWithSharedFunction' },
      secrets: 1,
      words: 'cyclic reference',
      therefore: 'Each stack of secrets of the L2 has its function',
    },
  ],
  notes: [
    'Each secret is attached to one imported cluster of Aurora PostgreSQL and has the default schedule, the L2\'s with automaticallyAfter.',
    'The L2 writes each secret into the policies of the function\'s role, DatabaseRotator the namespace; shown is the largest of each kind.',
  ],
};

export const BENCHMARKS = [GRANTS, ROTATION];
