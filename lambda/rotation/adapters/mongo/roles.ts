import { DEFAULT_DATABASE } from './names';
import type { Role } from './users';
import type { GrantDescription } from '../../../../src/rotation/contract/database-user';
import { RotationError } from '../../engine/errors';

/** By which a user of one database may come to all: of users, of roles, or of the settings of the server. */
const POWERFUL = ['dbOwner', 'userAdmin'];

/** Roles of `admin` are for the whole server, whoever has made them. */
export function isPowerful({ role, db }: Role): boolean {
  return db === DEFAULT_DATABASE || POWERFUL.includes(role);
}

/** Those of the grants, each once. */
export function rolesFor(grants: readonly GrantDescription[]): Role[] {
  const roles = grants.flatMap(rolesOf);
  return [...new Map(roles.map((role) => [JSON.stringify(role), { ...role }])).values()];
}

function rolesOf(grant: GrantDescription): Role[] {
  if (grant.on === 'database') return grant.privileges.map((role) => ({ role, db: grant.database }));
  if (grant.on === 'role') return [{ role: grant.role, db: DEFAULT_DATABASE }];
  throw new RotationError('configuration', `MongoDB has no grants on ${grant.on}; grant roles on a database`);
}
