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
  const lookup = lookupIn(context);
  LOOKUPS.set(context, lookup);
  return lookup;
}

function lookupIn({ known, absent = [], unknown = [], otherwise = 'unknown' }: RequestContext): Lookup {
  const values = new Map(Object.entries(known).map(([key, value]) => [key.toLowerCase(), { values: [value].flat(), list: Array.isArray(value) }]));
  const states = [...absent.map(name => ({ name: name.toLowerCase(), state: 'absent' as const })),
    ...unknown.map(name => ({ name: name.toLowerCase(), state: 'unknown' as const }))]
    .sort((a, b) => b.name.length - a.name.length);
  return key => {
    const name = key.toLowerCase();
    const found = values.get(name);
    if (found !== undefined) return found;
    return states.find(each => fits(each.name, name))?.state ?? otherwise;
  };
}

function fits(name: string, key: string): boolean {
  return name.endsWith('*') ? key.startsWith(name.slice(0, -1)) : name === key;
}
