import { DATABASE_USER } from '../../src/private/database-user-resource';
import type { ResolvedStack } from '../../src/review/assembly/resolved-stack';
import type { Secret } from '../../src/review/model/model';
import { resourcesOfType } from '../../src/review/model/roles';
import { type UserDescription, USER_PROPERTIES } from '../../src/rotation/contract/database-user';

/** The user that the deployment makes before the first rotation; absent where somebody else does. */
export function deployedUser({ arn }: Secret, stacks: ResolvedStack[]): UserDescription | undefined {
  const properties = resourcesOfType(stacks, DATABASE_USER.type).map(({ resource }) => resource.Properties ?? {});
  const text = properties.find(each => each[USER_PROPERTIES.SECRET_ARN] === arn)?.[USER_PROPERTIES.USER];
  if (typeof text !== 'string') return undefined;
  const user = JSON.parse(text) as UserDescription;
  // What a statement of one's own is about is not on this machine.
  return { ...user, grants: user.grants.filter(({ on }) => on !== 'statement') };
}
