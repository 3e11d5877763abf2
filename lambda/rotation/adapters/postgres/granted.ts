import type { RunStatement } from './statements';
import { otherOfTwo } from '../../../../src/rotation/contract/usernames';

/** One privilege on one object, or one role. Names are as they are, without quotes. */
export interface Entry {
  readonly kind: 'database' | 'schema' | 'table' | 'sequence' | 'futureTables' | 'futureSequences' | 'role';
  readonly schema: string | null;
  /** Of the object; of who will own it, for future ones. */
  readonly name: string | null;
  readonly column: string | null;
  readonly privilege: string;
  /** The user may grant it to others. */
  readonly withOption: boolean;
}

const ENTRIES = `
  WITH u AS (SELECT oid, rolname FROM pg_catalog.pg_roles WHERE rolname = $1)
  SELECT 'database' AS kind, NULL AS schema, d.datname::text AS name, NULL AS "column", a.privilege_type AS privilege,
         a.is_grantable AS "withOption"
    FROM u, pg_catalog.pg_database d, pg_catalog.aclexplode(d.datacl) a
   WHERE a.grantee = u.oid AND d.datdba <> u.oid AND d.datname = pg_catalog.current_database()
  UNION ALL
  SELECT 'schema', NULL, n.nspname::text, NULL, a.privilege_type, a.is_grantable
    FROM u, pg_catalog.pg_namespace n, pg_catalog.aclexplode(n.nspacl) a
   WHERE a.grantee = u.oid AND n.nspowner <> u.oid
  UNION ALL
  SELECT CASE c.relkind WHEN 'S' THEN 'sequence' ELSE 'table' END, n.nspname::text, c.relname::text, NULL, a.privilege_type, a.is_grantable
    FROM u, pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace, pg_catalog.aclexplode(c.relacl) a
   WHERE a.grantee = u.oid AND c.relowner <> u.oid
  UNION ALL
  SELECT 'table', n.nspname::text, c.relname::text, t.attname::text, a.privilege_type, a.is_grantable
    FROM u, pg_catalog.pg_attribute t JOIN pg_catalog.pg_class c ON c.oid = t.attrelid
         JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace, pg_catalog.aclexplode(t.attacl) a
   WHERE a.grantee = u.oid AND c.relowner <> u.oid AND NOT t.attisdropped
  UNION ALL
  SELECT CASE f.defaclobjtype WHEN 'S' THEN 'futureSequences' ELSE 'futureTables' END, n.nspname::text, o.rolname::text, NULL,
         a.privilege_type, a.is_grantable
    FROM u, pg_catalog.pg_default_acl f JOIN pg_catalog.pg_roles o ON o.oid = f.defaclrole
         LEFT JOIN pg_catalog.pg_namespace n ON n.oid = f.defaclnamespace, pg_catalog.aclexplode(f.defaclacl) a
   WHERE a.grantee = u.oid AND f.defaclrole <> u.oid AND f.defaclobjtype IN ('r', 'S')
  UNION ALL
  SELECT 'role', NULL, r.rolname::text, NULL, 'MEMBER', pg_catalog.bool_or(m.admin_option)
    FROM u, pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles r ON r.oid = m.roleid
   WHERE m.member = u.oid AND r.rolname <> $2 GROUP BY r.rolname`;

/**
 * What the user has been granted itself, on objects that it does not own: in the database of this login, and on the whole server. The
 * membership in who takes turns with it is the rotation's.
 */
export async function entriesOf(run: RunStatement, username: string): Promise<Entry[]> {
  return run<Entry>(ENTRIES, [username, otherOfTwo(username)]);
}

/** A table, view or the like, or a sequence. */
export interface Relation {
  readonly schema: string;
  readonly name: string;
  readonly kind: 'table' | 'sequence';
  /** The user owns it, and has every privilege on it. */
  readonly isOwn: boolean;
}

const RELATIONS = `
  SELECT n.nspname::text AS schema, c.relname::text AS name, CASE c.relkind WHEN 'S' THEN 'sequence' ELSE 'table' END AS kind,
         r.oid IS NOT NULL AS "isOwn"
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_roles r ON r.oid = c.relowner AND r.rolname = $1
   WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
     AND n.nspname::text IN (SELECT pg_catalog.json_array_elements_text($2::json))
   ORDER BY 1, 2`;

export async function relationsIn(run: RunStatement, schemas: readonly string[], username: string): Promise<Relation[]> {
  return schemas.length === 0 ? [] : run<Relation>(RELATIONS, [username, JSON.stringify(schemas)]);
}

/** Where the superuser is logged in. */
export interface Place {
  readonly database: string;
  readonly superuser: string;
  /** What of this place the user owns itself. */
  readonly ownsDatabase: boolean;
  readonly ownSchemas: readonly string[];
}

const PLACE = `
  SELECT pg_catalog.current_database()::text AS database, session_user::text AS superuser,
         EXISTS (SELECT 1 FROM pg_catalog.pg_database d
                  WHERE d.datname = pg_catalog.current_database() AND d.datdba = r.oid) AS "ownsDatabase",
         ARRAY(SELECT n.nspname::text FROM pg_catalog.pg_namespace n WHERE n.nspowner = r.oid) AS "ownSchemas"
    FROM pg_catalog.pg_roles r WHERE r.rolname = $1`;

export async function placeOf(run: RunStatement, username: string): Promise<Place> {
  const [place] = await run<Place>(PLACE, [username]);
  return place;
}
