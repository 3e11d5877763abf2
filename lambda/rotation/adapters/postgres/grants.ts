import { entriesOf, Entry, Place, placeOf, Relation, relationsIn } from './granted';
import { quoteIdentifier } from './quoting';
import type { RunStatement } from './statements';
import { transaction } from './user';
import { type GrantDescription, type ObjectGrantDescription, PRIVILEGES } from '../../../../src/rotation/contract/database-user';
import { RotationError } from '../../engine/errors';

type PrivilegeGrant = Exclude<GrantDescription, { on: 'role' | 'statement' | 'server' }>;

/**
 * Gives the role these grants in the database of this login and takes all others of their kinds, in one transaction. Statements of the
 * user's own come last. What came of it is read again: a server warns, and no more, of a privilege that the superuser could not grant.
 */
export async function setGrants(run: RunStatement, username: string, grants: readonly GrantDescription[]): Promise<void> {
  await transaction(run, async () => {
    const place = await placeOf(run, username);
    const here = grants.filter((grant) => !('database' in grant) || grant.database === place.database);
    const wanted = await wantedEntries(run, { username, place, grants: here });
    for (const statement of changes(username, wanted, await entriesOf(run, username))) await run(statement);
    refuseLeft(wanted, await entriesOf(run, username));
    for (const grant of here) if (grant.on === 'statement') await run(grant.statement);
  });
}

interface Wanted {
  readonly username: string;
  readonly place: Place;
  readonly grants: readonly GrantDescription[];
}

async function wantedEntries(run: RunStatement, { username, place, grants }: Wanted): Promise<Entry[]> {
  const schemas = grants.flatMap((grant) => ('schema' in grant && grant.schema !== undefined ? [grant.schema] : []));
  const relations = await relationsIn(run, [...new Set(schemas)], username);
  const entries = grants.flatMap((grant): Entry[] => {
    switch (grant.on) {
      case 'role': return [{ ...NOTHING, kind: 'role', name: grant.role, privilege: 'MEMBER' }];
      case 'statement':
      case 'server': return [];
      case 'database': return place.ownsDatabase ? [] : privilegesOf(grant, { kind: 'database', name: place.database });
      case 'schema': return place.ownSchemas.includes(grant.schema) ? [] : privilegesOf(grant, { kind: 'schema', name: grant.schema });
      case 'tables':
      case 'sequences':
        return objectsOf(grant, relations).flatMap((object) => privilegesOf(grant, object));
      case 'futureTables':
      case 'futureSequences': {
        const owner = grant.owner ?? place.superuser;
        return owner === username ? [] : privilegesOf(grant, { kind: grant.on, schema: grant.schema, name: owner });
      }
    }
  });
  return [...new Map(entries.map((entry) => [keyOf(entry), entry])).values()];
}

const NOTHING = { schema: null, name: null, column: null, withOption: false } as const;

/** A privilege is a word of a statement: none but those that are known gets there. */
function privilegesOf({ on, privileges }: PrivilegeGrant, object: Pick<Entry, 'kind'> & Partial<Entry>): Entry[] {
  return privileges.map((privilege) => {
    if (PRIVILEGES.postgres[on]?.includes(privilege)) return { ...NOTHING, ...object, privilege };
    throw new RotationError('configuration', 'a grant asks for a privilege that is not known; deploy the app again with the package of the '
      + 'rotation function');
  });
}

/** One that is named and not there stays in the list: the server says so. */
function objectsOf({ on, schema = '', names }: ObjectGrantDescription, relations: readonly Relation[]) {
  const kind = on === 'tables' ? 'table' as const : 'sequence' as const;
  const there = relations.filter((relation) => relation.schema === schema && relation.kind === kind);
  const isOwn = (name: string) => there.some((relation) => relation.name === name && relation.isOwn);
  return (names ?? there.map(({ name }) => name)).filter((name) => !isOwn(name)).map((name) => ({ kind, schema, name }));
}

/** First it is taken, then given: a privilege that may be granted to others is given again without. */
function changes(username: string, wanted: readonly Entry[], present: readonly Entry[]): string[] {
  const user = quoteIdentifier(username);
  return [
    ...statements(without(present, wanted), (what, on) => `REVOKE ${what}${on} FROM ${user}`),
    ...statements(without(wanted, present), (what, on) => `GRANT ${what}${on} TO ${user}`),
  ];
}

function keyOf({ kind, schema, name, column, privilege, withOption }: Entry): string {
  return JSON.stringify([kind, schema, name, column, privilege, withOption]);
}

function without(entries: readonly Entry[], others: readonly Entry[]): Entry[] {
  const keys = new Set(others.map(keyOf));
  return entries.filter((entry) => !keys.has(keyOf(entry)));
}

type Written = (what: string, on: string) => string;

/** As few statements as there are: the same privileges on objects of one kind go into one. */
function statements(entries: readonly Entry[], write: Written): string[] {
  const objects = [...groupedBy(entries, ({ kind, schema, name, column }) => JSON.stringify([kind, schema, name, column])).values()];
  const alike = groupedBy(objects, ([first, ...rest]) => {
    const privileges = [first, ...rest].map(({ privilege }) => privilege).sort();
    // A default of one owner, and a column, have a statement of their own.
    const own = first.kind.startsWith('future') || first.column !== null ? [first.schema, first.name, first.column] : [];
    return JSON.stringify([first.kind, privileges, ...own]);
  });
  return [...alike.values()].map((group) => statementOf(group, write));
}

function statementOf(objects: readonly (readonly Entry[])[], write: Written): string {
  const [[first]] = objects;
  const privileges = objects[0].map(({ privilege }) => privilege);
  const names = objects.map(([object]) => nameOf(object)).join(', ');
  switch (first.kind) {
    case 'role': return write(names, '');
    case 'futureTables':
    case 'futureSequences': return `ALTER DEFAULT PRIVILEGES FOR ROLE ${quoteIdentifier(first.name!)}`
      + `${first.schema === null ? '' : ` IN SCHEMA ${quoteIdentifier(first.schema)}`} `
      + write(privileges.join(', '), ` ON ${first.kind === 'futureTables' ? 'TABLES' : 'SEQUENCES'}`);
    default: {
      const column = first.column === null ? '' : ` (${quoteIdentifier(first.column)})`;
      return write(privileges.map((privilege) => `${privilege}${column}`).join(', '), ` ON ${first.kind.toUpperCase()} ${names}`);
    }
  }
}

function nameOf({ schema, name }: Entry): string {
  return `${schema === null ? '' : `${quoteIdentifier(schema)}.`}${quoteIdentifier(name!)}`;
}

function groupedBy<T>(items: readonly T[], keyed: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyed(item), [...groups.get(keyed(item)) ?? [], item]);
  return groups;
}

function refuseLeft(wanted: readonly Entry[], present: readonly Entry[]): void {
  const missing = without(wanted, present);
  const extra = without(present, wanted);
  if (missing.length === 0 && extra.length === 0) return;
  throw new RotationError('configuration', missing.length > 0
    ? `the superuser may not grant ${kindsOf(missing)}; make it a member of the roles that own them`
    : `the superuser may not take back ${kindsOf(extra)}, which somebody else has granted to the user; take it back as that role, or ask `
      + 'for it in `grants`');
}

function kindsOf(entries: readonly Entry[]): string {
  return [...new Set(entries.map(({ kind, privilege }) => (kind === 'role' ? 'a role' : `${privilege} on a ${KINDS[kind]}`)))].join(', ');
}

const KINDS: Readonly<Record<Exclude<Entry['kind'], 'role'>, string>> = {
  database: 'database',
  schema: 'schema',
  table: 'table',
  sequence: 'sequence',
  futureTables: 'future table',
  futureSequences: 'future sequence',
};
