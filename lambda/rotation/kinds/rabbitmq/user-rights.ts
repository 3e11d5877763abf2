import { Call, ManagementApi, notUnderstood } from './management-api';

/** What a user may do, as the calls that give it to another user, and that take it from there. */
interface Right {
  /** What it is about: a virtual host, a topic exchange, a limit. */
  readonly about: string;
  readonly give: Call;
  readonly withdraw: Call;
  /** The more of these, the less a user may do. */
  readonly restricts: boolean;
}

type Json = Readonly<Record<string, unknown>>;

const ANY = '.*';
const MOST_ROUNDS = 3;

/**
 * Gives the clone what the user may do, and takes away what the user may not: permissions of virtual hosts, topic permissions, limits. At
 * no moment may the clone do more than it did before and the user may now. Answers `false` when the rights change all the time.
 */
export async function copyRights(api: ManagementApi, user: string, clone: string): Promise<boolean> {
  for (let round = 1; round <= MOST_ROUNDS; round++) {
    const calls = difference(await rightsOf(api, user, clone), await rightsOf(api, clone, clone));
    if (calls.length === 0) return true;
    for (const call of calls) await api.change('what the user may do', call);
  }
  return false;
}

/** In an order that never gives what a restriction should have kept back. */
function difference(wanted: readonly Right[], present: readonly Right[]): Call[] {
  const missing = wanted.filter(right => !present.some(each => isSame(each, right)));
  const excess = present.filter(right => !wanted.some(each => each.about === right.about));
  const [restrictions, permissions] = [true, false].map(restricts => ({
    given: missing.filter(right => right.restricts === restricts).map(({ give }) => give),
    withdrawn: excess.filter(right => right.restricts === restricts).map(({ withdraw }) => withdraw),
  }));
  return [...restrictions.given, ...permissions.withdrawn, ...permissions.given, ...restrictions.withdrawn];
}

function isSame(one: Right, other: Right): boolean {
  return one.about === other.about && JSON.stringify(one.give.body) === JSON.stringify(other.give.body);
}

async function rightsOf(api: ManagementApi, user: string, clone: string): Promise<Right[]> {
  const [permissions, topics, limits] = [
    await api.read('the permissions of the user', 'users', user, 'permissions'),
    await api.read('the topic permissions of the user', 'users', user, 'topic-permissions'),
    await api.read('the limits of the user', 'user-limits', user),
  ];
  return [
    ...listIn(limits, 'the limits of the user').flatMap(each => limitsIn(each, clone)),
    ...listIn(topics, 'the topic permissions of the user').map(each => topicPermission(each, clone)).filter(right => !allowsAll(right)),
    ...listIn(permissions, 'the permissions of the user').map(each => permission(each, clone)),
  ];
}

function permission(each: Json, clone: string): Right {
  const { vhost, configure, write, read } = textsOf(each, ['vhost', 'configure', 'write', 'read'], 'the permissions of the user');
  const path = ['permissions', vhost, clone];
  return {
    about: JSON.stringify(path),
    give: { method: 'PUT', path, body: { configure, write, read } },
    withdraw: { method: 'DELETE', path },
    restricts: false,
  };
}

/** Whoever has none for an exchange may use every topic of it, so none is taken away by one that allows all. */
function topicPermission(each: Json, clone: string): Right {
  const { vhost, exchange, write, read } = textsOf(each, ['vhost', 'exchange', 'write', 'read'], 'the topic permissions of the user');
  const path = ['topic-permissions', vhost, clone];
  return {
    about: JSON.stringify([...path, exchange]),
    give: { method: 'PUT', path, body: { exchange, write, read } },
    withdraw: { method: 'PUT', path, body: { exchange, write: ANY, read: ANY } },
    restricts: true,
  };
}

function allowsAll({ give, withdraw }: Right): boolean {
  return JSON.stringify(give.body) === JSON.stringify(withdraw.body);
}

function limitsIn({ value }: Json, clone: string): Right[] {
  if (typeof value !== 'object' || value === null) throw notUnderstood('the limits of the user');
  return Object.entries(value).map(([name, limit]) => {
    if (typeof limit !== 'number') throw notUnderstood('the limits of the user');
    const path = ['user-limits', clone, name];
    return {
      about: JSON.stringify(path),
      give: { method: 'PUT', path, body: { value: limit } },
      withdraw: { method: 'DELETE', path },
      restricts: true,
    };
  });
}

/** A broker without limits of users answers that there are none. */
function listIn(document: unknown, what: string): Json[] {
  if (document === undefined) return [];
  const isList = Array.isArray(document) && document.every(each => typeof each === 'object' && each !== null);
  if (!isList) throw notUnderstood(what);
  return document as Json[];
}

function textsOf<K extends string>(each: Json, names: readonly K[], what: string): Record<K, string> {
  if (!names.every(name => typeof each[name] === 'string')) throw notUnderstood(what);
  return each as Record<K, string>;
}
