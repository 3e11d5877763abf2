import { postgresError } from './errors';
import { quoteIdentifier, quoteLiteral } from './quoting';
import type { RunStatement } from './statements';
import type { GrantDescription } from '../../../../src/rotation/contract/database-user';
import { otherOfTwo } from '../../../../src/rotation/contract/usernames';
import type { OwnedUser } from '../../engine/database-adapter';
import { RotationError } from '../../engine/errors';
import { takenByOthers } from '../../engine/remedies';

interface Role {
  /** What `COMMENT ON ROLE` says, for which a role needs CREATEROLE: nobody can mark itself. */
  readonly comment: string | null;
  readonly isSuperuser: boolean;
  /** What the role may do to the whole server, by the names of its attributes. */
  readonly powers: string[];
}

const ROLE = `
  SELECT pg_catalog.shobj_description(r.oid, 'pg_authid') AS comment, r.rolname = session_user AS "isSuperuser",
         pg_catalog.array_remove(ARRAY[CASE WHEN r.rolsuper THEN 'SUPERUSER' END, CASE WHEN r.rolcreaterole THEN 'CREATEROLE' END,
           CASE WHEN r.rolcreatedb THEN 'CREATEDB' END, CASE WHEN r.rolreplication THEN 'REPLICATION' END,
           CASE WHEN r.rolbypassrls THEN 'BYPASSRLS' END], NULL) AS powers
    FROM pg_catalog.pg_roles r WHERE r.rolname = $1`;

/** Those that take connections, in which the role has been granted something, on the database itself or in it. */
const DATABASES = `
  SELECT d.datname AS name FROM pg_catalog.pg_database d JOIN pg_catalog.pg_roles r ON r.rolname = $1
   WHERE d.datallowconn AND (
     EXISTS (SELECT 1 FROM pg_catalog.aclexplode(d.datacl) a WHERE a.grantee = r.oid)
     OR EXISTS (SELECT 1 FROM pg_catalog.pg_shdepend s
                 WHERE s.dbid = d.oid AND s.refobjid = r.oid AND s.deptype = 'a'
                   AND s.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass))
   ORDER BY 1`;

/** In one transaction: a role that is there without its mark would be somebody else's at the next attempt. */
export async function ensureRole(run: RunStatement, user: OwnedUser, takeOver: boolean): Promise<void> {
  await transaction(run, async () => {
    const [role] = await run<Role | undefined>(ROLE, [user.username]);
    const name = quoteIdentifier(user.username);
    if (role) refuseOthers(role, user, takeOver);
    else await run(`CREATE ROLE ${name} LOGIN`);
    if (!role || !isOwned(role, user)) await run(`COMMENT ON ROLE ${name} IS ${quoteLiteral(markedComment(role, user))}`);
  });
}

/** Of a role that logs in already. */
export async function setRolePassword(run: RunStatement, username: string, verifier: string): Promise<void> {
  try {
    await run(`ALTER ROLE ${quoteIdentifier(username)} PASSWORD ${quoteLiteral(verifier)}`);
  } catch (error) {
    const reason = postgresError(error);
    throw reason.code === '42501' ? new RotationError('configuration', MAY_NOT_SET, reason.code) : reason;
  }
}

const MAY_NOT_SET = 'the user of the superuser secret may not set the password of the user; run as an administrator: ALTER ROLE '
  + '<superuser> CREATEROLE; and, from PostgreSQL 16 on, GRANT <user> TO <superuser> WITH ADMIN OPTION; a user that is SUPERUSER needs a '
  + 'superuser that is so itself';

export async function ownsRole(run: RunStatement, user: OwnedUser): Promise<boolean> {
  const [role] = await run<Role | undefined>(ROLE, [user.username]);
  return role !== undefined && !role.isSuperuser && isOwned(role, user);
}

/** Those of the grants, and those in which the role has others. */
export async function databasesFor(run: RunStatement, username: string, grants: readonly GrantDescription[]): Promise<readonly string[]> {
  const granted = await run<{ name: string }>(DATABASES, [username]);
  return [...grants.flatMap((grant) => ('database' in grant ? [grant.database] : [])), ...granted.map(({ name }) => name)];
}

/** A role that owns something stays, and so does its clone. */
export async function dropRole(run: RunStatement, user: OwnedUser): Promise<void> {
  const clones = await run<{ name: string }>(CLONE, [user.username, otherOfTwo(user.username)]);
  await transaction(run, async () => {
    for (const { name } of [...clones, { name: user.username }]) await run(`DROP ROLE ${quoteIdentifier(name)}`);
  });
}

/** The one that a rotation has made is a member of its original. */
const CLONE = `
  SELECT c.rolname AS name FROM pg_catalog.pg_auth_members m
    JOIN pg_catalog.pg_roles c ON c.oid = m.member JOIN pg_catalog.pg_roles o ON o.oid = m.roleid
   WHERE o.rolname = $1 AND c.rolname = $2 LIMIT 1`;

export async function transaction(run: RunStatement, work: () => Promise<void>): Promise<void> {
  await run('BEGIN');
  try {
    await work();
    await run('COMMIT');
  } catch (error) {
    const reason = postgresError(error);
    if (reason.kind !== 'network') await run('ROLLBACK');
    throw explained(reason);
  }
}

const EXPLANATIONS: Readonly<Record<string, string>> = {
  '2BP01': 'the user owns objects or has grants that were not made here, and cannot be dropped; give them to another user, with REASSIGN '
    + 'OWNED BY, or keep the user',
  '3F000': 'a schema of a grant is not there; create it first, or correct the grant',
  '42501': 'the user of the superuser secret may not create, mark or grant as asked; make it a member of the roles that own the objects, '
    + 'and give it CREATEROLE and, for a user that somebody else has created, that user WITH ADMIN OPTION',
  '42601': 'the database does not understand a statement of `DatabaseGrant.statement`; correct it',
  '42704': 'a role of a grant is not there; create it first, or correct the grant',
  '42P01': 'a table or sequence of a grant is not there; create it first, or correct the grant',
};

function explained(reason: RotationError): RotationError {
  const message = EXPLANATIONS[reason.code ?? ''];
  return message === undefined ? reason : new RotationError('configuration', message, reason.code);
}

function refuseOthers(role: Role, user: OwnedUser, takeOver: boolean): void {
  if (role.isSuperuser) throw new RotationError('configuration', 'the user to create is the superuser itself; give another `username`');
  if (!isOwned(role, user) && !takeOver) throw takenByOthers();
  if (role.powers.length > 0) {
    throw new RotationError('configuration', `the user is there and has ${role.powers.join(', ')}, which no grant asks for; take that from `
      + 'it, or give another `username`');
  }
}

/** What a person wrote there stays, in the lines below. */
function markedComment(role: Role | undefined, user: OwnedUser): string {
  return [markOf(user), ...role?.comment ? role.comment.split('\n').filter((line) => !line.startsWith(MARK)) : []].join('\n');
}

const MARK = 'cdk-managed-secrets:database-user of ';

function markOf({ owner }: OwnedUser): string {
  return `${MARK}${owner}`;
}

function isOwned({ comment }: Role, user: OwnedUser): boolean {
  return comment?.split('\n').includes(markOf(user)) ?? false;
}
