import type { RequestContext } from './types';

/** What is known of a context key: its one value, or its list of values, of which there can be none; that the request does not have it; or nothing. */
export type Known = { readonly values: readonly string[]; readonly list: boolean } | 'absent' | 'unknown';

/** Looks a key up, in any case. */
export type Lookup = (key: string) => Known;

const LOOKUPS = new WeakMap<RequestContext, Lookup>();

/** The lookup of a context; the same object is read once. */
export function lookupOf(context: RequestContext): Lookup {
  const before = LOOKUPS.get(context);
  if (before !== undefined) return before;
  let read: Lookup | undefined;
  const lookup: Lookup = key => (read ??= lookupIn(context))(key);
  LOOKUPS.set(context, lookup);
  return lookup;
}

function lookupIn({ known, absent = [], unknown = [], otherwise = 'unknown' }: RequestContext): Lookup {
  const values = new Map(Object.entries(known).map(([key, value]) => [key.toLowerCase(), value]));
  let states: State[] | undefined;
  return key => {
    const name = key.toLowerCase();
    const value = values.get(name);
    if (value !== undefined) return Array.isArray(value) ? { values: value, list: true } : { values: [value as string], list: false };
    states ??= statesOf(absent, unknown);
    return states.find(each => fits(each.name, name))?.state ?? otherwise;
  };
}

interface State {
  readonly name: string;
  readonly state: 'absent' | 'unknown';
}

/** Those of which the most is known first. */
function statesOf(absent: readonly string[], unknown: readonly string[]): State[] {
  const of = (names: readonly string[], state: State['state']) => names.map((name): State => ({ name: name.toLowerCase(), state }));
  return [...of(absent, 'absent'), ...of(unknown, 'unknown')].sort((a, b) => b.name.length - a.name.length);
}

function fits(name: string, key: string): boolean {
  return name.endsWith('*') ? key.startsWith(name.slice(0, -1)) : name === key;
}
