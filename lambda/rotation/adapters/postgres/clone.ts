import { postgresError } from './errors';
import { explainDenial } from './privileges';
import { quoteIdentifier, quoteLiteral } from './quoting';
import { settingStatements } from './role-settings';
import type { Clone, RunStatement } from './statements';
import { RotationError } from '../../engine/errors';

interface Roles {
  readonly connectionLimit: number;
  /** `null` when the password of the original never expires. */
  readonly validUntil: string | null;
  readonly replication: boolean;
  readonly cloneReplication: boolean;
  readonly cloneExists: boolean;
  /** The rotation is logged in as the clone. */
  readonly cloneIsSuperuser: boolean;
  /** The clone is a member of the original already, with whatever options. */
  readonly member: boolean;
  /** It has its rights, too, and may act as it. */
  readonly granted: boolean;
  /** The original is a member of the clone, and may act as it: from the clone back to its original, the names have changed places. */
  readonly reversed: boolean;
  /** The clone may do to the whole server what the original may not. */
  readonly morePowerful: boolean;
}

/** Before PostgreSQL 16 a membership had no options, and a member may always act as the role. */
function isMember(member: string, role: string, options: readonly string[]): string {
  const has = options.map((option) => ` AND COALESCE((pg_catalog.to_jsonb(m) ->> '${option}_option')::boolean, true)`);
  return `EXISTS (SELECT 1 FROM pg_catalog.pg_auth_members m WHERE m.member = ${member}.oid AND m.roleid = ${role}.oid${has.join('')})`;
}

const ROLES = `
  SELECT o.rolconnlimit AS "connectionLimit", o.rolvaliduntil::text AS "validUntil", o.rolreplication AS "replication",
         COALESCE(c.rolreplication, false) AS "cloneReplication", c.oid IS NOT NULL AS "cloneExists",
         COALESCE(c.rolname = session_user, false) AS "cloneIsSuperuser",
         ${isMember('c', 'o', [])} AS "member",
         ${isMember('c', 'o', ['inherit', 'set'])} AS "granted",
         ${isMember('o', 'c', ['set'])} AS "reversed",
         COALESCE(NOT o.rolsuper
           AND (c.rolsuper OR c.rolbypassrls AND NOT o.rolbypassrls OR c.rolcreaterole AND NOT o.rolcreaterole), false)
           AS "morePowerful"
    FROM pg_catalog.pg_roles o LEFT JOIN pg_catalog.pg_roles c ON c.rolname = $2
   WHERE o.rolname = $1`;

const DENIED = '42501';

/**
 * Makes the clone in one transaction: it is there as a whole, or not at all.
 *
 * The clone is a member of the original and acts as it from its first statement on. So whatever the original is granted
 * later holds for both, and what either of them creates belongs to the original.
 */
export async function cloneRole(run: RunStatement, names: Clone): Promise<void> {
  refuseSameName(names);
  await run('BEGIN');
  try {
    for (const statement of await cloneStatements(run, names)) await run(statement);
    await run('COMMIT');
  } catch (error) {
    const reason = postgresError(error);
    if (reason.kind !== 'network') await run('ROLLBACK');
    throw reason.code === DENIED ? await explainDenial(run, names) : reason;
  }
}

function refuseSameName({ original, clone }: Clone): void {
  quoteIdentifier(original);
  quoteIdentifier(clone);
  if (original === clone) throw new RotationError('configuration', 'a user cannot be a clone of itself; correct the secret');
}

async function cloneStatements(run: RunStatement, names: Clone): Promise<string[]> {
  const [roles] = await run<Roles | undefined>(ROLES, [names.original, names.clone]);
  if (!roles) {
    throw new RotationError('configuration', 'the user to clone does not exist in the database; correct `username` in '
    + 'the secret');
  }
  refuseSuperuser(roles);
  refuseUnrelatedUser(roles);
  const clone = quoteIdentifier(names.clone);
  if (roles.reversed) return [`ALTER ROLE ${clone} PASSWORD ${quoteLiteral(names.verifier)}`];
  return [
    `${roles.cloneExists ? 'ALTER' : 'CREATE'} ROLE ${clone} ${attributes(roles, names.verifier)}`,
    ...(roles.granted ? [] : [await grantStatement(run, names)]),
    ...await settingStatements(run, names),
  ];
}

/** Whatever the superuser is called, the rotation of another user never changes its password. */
function refuseSuperuser({ cloneIsSuperuser }: Roles): void {
  if (cloneIsSuperuser) {
    throw new RotationError('configuration', 'the other of the two alternating users is the superuser itself; put another user name into '
      + 'the secret, or name another superuser secret');
  }
}

/**
 * A name that ends in `_clone` may be a coincidence, and the role that is next somebody else's, or an administrator's: a membership
 * must show that the two belong together. Who only has the same grants is somebody else.
 *
 * A role that the original may act as was there before its clone, whatever it was given since, and whoever reads the secret acts as
 * it already. That the clone is a member of the original proves less, for a membership gives no power over the member: it must not
 * be more powerful, but for REPLICATION, which is taken from it, and roles.
 */
function refuseUnrelatedUser({ cloneExists, reversed, member, morePowerful }: Roles): void {
  if (!cloneExists || reversed || (member && !morePowerful)) return;
  throw new RotationError('configuration', 'the other of the two alternating users exists already and was not made by a rotation, or is '
    + 'more powerful than the user of the secret; '
    + 'rename or drop it, or put another user name into the secret. To hand it over, take SUPERUSER, BYPASSRLS and CREATEROLE from it '
    + 'where the user of the secret '
    + 'does not have them, and grant that user to it: GRANT <user> TO <other user>');
}

function attributes(roles: Roles, verifier: string): string {
  return [
    'LOGIN INHERIT',
    `PASSWORD ${quoteLiteral(verifier)}`,
    `CONNECTION LIMIT ${roles.connectionLimit}`,
    `VALID UNTIL ${quoteLiteral(roles.validUntil ?? 'infinity')}`,
    // The one attribute that is looked at before the clone acts as the original; naming it needs a privilege of its own.
    ...(roles.replication === roles.cloneReplication ? [] : [roles.replication ? 'REPLICATION' : 'NOREPLICATION']),
  ].join(' ');
}

const FIRST_VERSION_WITH_GRANT_OPTIONS = 160_000;

async function grantStatement(run: RunStatement, { original, clone }: Clone): Promise<string> {
  const [{ version }] = await run<{ version: number }>('SELECT pg_catalog.current_setting(\'server_version_num\')::integer AS version');
  const options = version >= FIRST_VERSION_WITH_GRANT_OPTIONS ? ' WITH INHERIT TRUE, SET TRUE' : '';
  return `GRANT ${quoteIdentifier(original)} TO ${quoteIdentifier(clone)}${options}`;
}
