import type { RequestContext } from './types';

/** What is known of a context key: its values, that the request does not have it, or nothing. A key without a value counts as absent. */
export type Known = readonly string[] | 'absent' | 'unknown';

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

/**
 * A key with an empty list of values is null, as one that is absent.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Null
 */
function lookupIn({ known, absent = [], unknown = [], otherwise = 'unknown' }: RequestContext): Lookup {
  const values = new Map(Object.entries(known).map(([key, value]) => [key.toLowerCase(), [value].flat()]));
  const states = [...absent.map(name => ({ name: name.toLowerCase(), state: 'absent' as const })),
    ...unknown.map(name => ({ name: name.toLowerCase(), state: 'unknown' as const }))]
    .sort((a, b) => b.name.length - a.name.length);
  return key => {
    const name = key.toLowerCase();
    const found = values.get(name);
    if (found !== undefined) return found.length === 0 ? 'absent' : found;
    return states.find(each => fits(each.name, name))?.state ?? otherwise;
  };
}

function fits(name: string, key: string): boolean {
  return name.endsWith('*') ? key.startsWith(name.slice(0, -1)) : name === key;
}
