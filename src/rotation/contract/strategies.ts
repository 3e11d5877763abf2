export const ROTATION_STRATEGIES = ['singleUser', 'alternatingUsers', 'dualPassword', 'superuserSets'] as const;

export type RotationStrategyName = typeof ROTATION_STRATEGIES[number];

/** How long the value before the current one is accepted by the other side: not at all, or until the next rotation takes its place. */
export type Overlap = 'none' | 'untilNextRotation';

export const OVERLAPS: Record<RotationStrategyName, Overlap> = {
  singleUser: 'none',
  alternatingUsers: 'untilNextRotation',
  dualPassword: 'untilNextRotation',
  superuserSets: 'none',
};

const BY_SUPERUSER: readonly RotationStrategyName[] = ['alternatingUsers', 'superuserSets'];

/** Whether a superuser sets the password, whose secret the function must find. */
export function needsSuperuser(strategy: RotationStrategyName): boolean {
  return BY_SUPERUSER.includes(strategy);
}
