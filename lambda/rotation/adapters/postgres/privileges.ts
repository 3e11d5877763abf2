import { quoteIdentifier } from './quoting';
import type { Clone, RunStatement } from './statements';
import { RotationError } from '../../engine/errors';

interface Privileges {
  readonly superuser: string;
  readonly createRole: boolean;
  /** Since PostgreSQL 16, CREATEROLE alone is not enough to change a role that someone else created. */
  readonly needsAdminOption: boolean;
  readonly originalIsSuperuser: boolean;
  readonly adminOfOriginal: boolean;
  readonly adminOfClone: boolean;
}

const PRIVILEGES = `
  SELECT current_user AS superuser, u.rolsuper OR u.rolcreaterole AS "createRole",
         pg_catalog.current_setting('server_version_num')::integer >= 160000 AND NOT u.rolsuper AS "needsAdminOption",
         o.rolsuper AND NOT u.rolsuper AS "originalIsSuperuser",
         pg_catalog.pg_has_role(u.oid, o.oid, 'MEMBER WITH ADMIN OPTION') AS "adminOfOriginal",
         COALESCE(pg_catalog.pg_has_role(u.oid, c.oid, 'MEMBER WITH ADMIN OPTION'), true) AS "adminOfClone"
    FROM pg_catalog.pg_roles u CROSS JOIN pg_catalog.pg_roles o LEFT JOIN pg_catalog.pg_roles c ON c.rolname = $2
   WHERE u.rolname = current_user AND o.rolname = $1`;

/**
 * Says which statement an administrator must run so that the clone can be made.
 *
 * It looks after the server has refused and taken everything back, not before: only the server knows what it permits, and
 * services such as RDS permit their administrators more than the catalog says.
 */
export async function explainDenial(run: RunStatement, names: Clone): Promise<RotationError> {
  const [privileges] = await run<Privileges | undefined>(PRIVILEGES, [names.original, names.clone]);
  const statements = privileges ? missingGrants(privileges, names) : [];
  return new RotationError('configuration', [
    'the user of the superuser secret may not make the clone of the user:',
    privileges?.originalIsSuperuser
      ? 'the user to clone is a superuser itself; rotate one with fewer privileges'
      : statements.length > 0 ? `run as an administrator: ${statements.join(' ')}`
        : 'it lacks the privilege to copy an attribute or a setting of the user (see pg_roles and pg_db_role_setting)',
  ].join(' '), '42501');
}

function missingGrants(privileges: Privileges, { original, clone }: Clone): string[] {
  const superuser = quoteIdentifier(privileges.superuser);
  const grant = (role: string) => `GRANT ${quoteIdentifier(role)} TO ${superuser} WITH ADMIN OPTION;`;
  return [
    ...(privileges.createRole ? [] : [`ALTER ROLE ${superuser} CREATEROLE;`]),
    ...(privileges.needsAdminOption && !privileges.adminOfOriginal ? [grant(original)] : []),
    ...(privileges.needsAdminOption && !privileges.adminOfClone ? [grant(clone)] : []),
  ];
}
