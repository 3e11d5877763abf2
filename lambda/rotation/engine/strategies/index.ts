import { alternatingUsers } from './alternating-users';
import { dualPassword } from './dual-password';
import { singleUser } from './single-user';
import type { RotationStrategy } from './strategy';
import { superuserSets } from './superuser-sets';
import type { RotationStrategyName } from '../../../../src/rotation/contract/strategies';

export const STRATEGIES: Readonly<Record<RotationStrategyName, RotationStrategy>> = {
  singleUser, alternatingUsers, dualPassword, superuserSets,
};
