export const ROTATION_STRATEGIES = ['singleUser', 'alternatingUsers', 'dualPassword'] as const;

export type RotationStrategyName = typeof ROTATION_STRATEGIES[number];
