import type { Grant } from './grants';

/** A statement that gives to, or takes from, the user whose account is appended; `parts` does the same one by one. */
export interface Change {
  readonly sql: string;
  readonly grants: readonly Grant[];
  readonly taking: boolean;
}

type Privilege = Extract<Grant, { kind: 'privilege' }>;

const ALL = 'ALL PRIVILEGES';

/** Equal for grants that are equal. */
export function keyOf(grant: Grant): string {
  return JSON.stringify(Object.entries(grant).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * What to do so that `account`, who has `present`, has `wanted` and nothing else. First it is taken, then given: a partial
 * revoke needs what it restricts, and an option can be taken only with what it belongs to.
 */
export function changes(account: string, wanted: readonly Grant[], present: readonly Grant[]): Change[] {
  const missing = without(wanted, present);
  const extra = without(present, wanted).filter((grant) => !isPartOfAll(grant, wanted));
  const [restricting, giving] = partition(missing, (grant) => grant.kind === 'restriction');
  return [
    ...grouped(extra).map((grants) => change(grants, extraIsTaken(grants), account)),
    ...grouped(giving).map((grants) => change(grants, false, account)),
    ...grouped(restricting).map((grants) => change(grants, true, account)),
  ];
}

/** The same change in as many statements as there are grants. */
export function parts(whole: Change, account: string): Change[] {
  return whole.grants.map((grant) => change([grant], whole.taking, account));
}

/** What is in the one list alone. */
export function without(grants: readonly Grant[], others: readonly Grant[]): Grant[] {
  const keys = new Set(others.map(keyOf));
  return grants.filter((grant) => !keys.has(keyOf(grant)));
}

/** Whoever has all privileges on an object has each. */
export function isPartOfAll(grant: Grant, wanted: readonly Grant[]): boolean {
  return grant.kind === 'privilege' && grant.name !== 'GRANT OPTION' && !grant.column && !grant.name.includes('_')
    && wanted.some((other) => other.kind === 'privilege' && other.name === ALL && other.on === grant.on);
}

/** A restriction is lifted by a grant of what it restricts. */
function extraIsTaken([grant]: readonly Grant[]): boolean {
  return grant.kind !== 'restriction';
}

/** What one statement can do: it has one kind, one object and one option; `ALL PRIVILEGES` is in no list with others. */
function grouped(grants: readonly Grant[]): Grant[][] {
  const groups = new Map<string, Grant[]>();
  for (const grant of grants) {
    const isAll = 'name' in grant && grant.name === ALL;
    const key = 'on' in grant && !isAll ? `${grant.kind} ${'withOption' in grant && grant.withOption} ${grant.on}` : keyOf(grant);
    groups.set(key, [...groups.get(key) ?? [], grant]);
  }
  return [...groups.values()];
}

function change(grants: readonly Grant[], taking: boolean, account: string): Change {
  const [first] = grants;
  const option = !taking && 'withOption' in first && first.withOption ? ` WITH ${first.kind === 'role' ? 'ADMIN' : 'GRANT'} OPTION` : '';
  return { grants, taking, sql: `${taking ? 'REVOKE' : 'GRANT'} ${what(grants)} ${taking ? 'FROM' : 'TO'} ${account}${option}` };
}

function what(grants: readonly Grant[]): string {
  const [first] = grants;
  switch (first.kind) {
    case 'role': return first.role;
    case 'proxy': return `PROXY ON ${first.account}`;
    case 'defaultRole': return first.role;
    case 'restriction': return `${grants.map((grant) => (grant as typeof first).name).join(', ')} ON ${first.on}`;
    case 'privilege': return `${privilegeList(grants as Privilege[])} ON ${first.on}`;
  }
}

/** The columns of one privilege are named together. */
function privilegeList(privileges: readonly Privilege[]): string {
  const columns = new Map<string, string[]>();
  for (const { name, column } of privileges) {
    if (column) columns.set(name, [...columns.get(name) ?? [], column]);
  }
  const whole = privileges.filter(({ column }) => !column).map(({ name }) => name);
  return [...whole, ...[...columns].map(([name, names]) => `${name} (${names.join(', ')})`)].join(', ');
}

function partition<T>(items: readonly T[], matches: (item: T) => boolean): [T[], T[]] {
  return [items.filter(matches), items.filter((item) => !matches(item))];
}
