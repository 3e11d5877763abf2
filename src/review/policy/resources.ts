import type { Lookup } from './context';
import { Formula, missing, open, or } from './formula';
import { ANY, components, literally, matches, ONE, Pattern, prefixOf } from './pattern';
import type { PolicyValue } from './types';
import { filled, Value, valueOf } from './value';

const COLON = 58;
const ARN = literally('arn:');

/** One value of a resource element, read once. */
export interface ResourceValue {
  /** What every ARN that the value can match is of, whatever its variables are. */
  readonly shape: Pattern;
  /** What every such ARN begins with. */
  readonly prefix: string;
  matches(resource: string, lookup: Lookup, ofIdentity: boolean): Formula;
}

/** @param version2012 whether the policy has variables */
export function resourceValue(value: PolicyValue, version2012: boolean): ResourceValue {
  const read = misplaced(valueOf(value, version2012));
  if ('unknown' in read) {
    const shape = [...literally(read.startsWith ?? ''), ANY];
    return { shape, prefix: read.startsWith ?? '', matches: resource => resource.startsWith(read.startsWith ?? '') && missing(read.unknown) };
  }
  if (read.plain !== undefined) return plainValue(read.text, read.plain);
  const shape = read.pieces.flatMap(piece => Array.isArray(piece) ? piece as Pattern : [ANY]);
  return {
    shape,
    prefix: prefixOf(shape),
    matches: (resource, lookup, ofIdentity) => matches(shape, resource) && withVariables(read, resource, lookup, ofIdentity),
  };
}

function plainValue(text: string, given: Pattern): ResourceValue {
  const pattern = completed(given);
  const strict = strictlyOf(pattern);
  const everything = pattern.length === 1 && pattern[0] === ANY;
  return {
    shape: pattern,
    prefix: prefixOf(pattern),
    matches: (resource, _, ofIdentity) => {
      if (everything) return true;
      if (!matches(pattern, resource)) return false;
      if (pattern !== given && !ofIdentity && !matches(given, resource)) return incomplete(text);
      return strict === undefined || matchesStrictly(strict, resource) || unclear(text);
    },
  };
}

function withVariables(value: Value, resource: string, lookup: Lookup, ofIdentity: boolean): Formula {
  const now = filled(value, lookup);
  if (now === null) return false;
  if ('unknown' in now) return missing(now.unknown);
  if ('open' in now) return open({ key: 'Resource', operator: 'StringLike', values: [now.open] });
  return plainValue((value as { text: string }).text, now.pattern).matches(resource, lookup, ofIdentity);
}

function incomplete(text: string): Formula {
  return missing(`whether the incomplete ARN ${text} is completed in a policy that is not one of an identity`);
}

function unclear(text: string): Formula {
  return missing(`whether the wildcard in the resource ${text} matches beyond a colon`);
}

/**
 * A variable can stand in the part of an ARN after the fifth colon only.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-wheretouse
 */
function misplaced(value: Value): Value {
  if ('unknown' in value || value.plain !== undefined) return value;
  let before: number[] = [];
  for (const piece of value.pieces) {
    if (!Array.isArray(piece)) break;
    before = [...before, ...piece as Pattern];
  }
  return components(before).length === 6 ? value : { unknown: `what the variable in front of the sixth part of the resource ${value.text} means` };
}

/**
 * An ARN with fewer than six components gets `*` for each that it has not, in an identity-based policy.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
function completed(pattern: Pattern): Pattern {
  if (!ARN.every((code, index) => pattern[index] === code)) return pattern;
  let parts = 1;
  for (const code of pattern) if (code === COLON) parts++;
  return parts < 6 ? [...pattern, ...Array<number[]>(6 - parts).fill([COLON, ANY]).flat()] : pattern;
}

/** A wildcard that stays inside its part of the ARN. */
const ANY_INSIDE = -3;
const ONE_INSIDE = -4;

/**
 * A wildcard matches inside a segment, and `*` beyond the colon when it is the last character of its segment. That any other does so before the
 * last segment is not documented. Absent where no wildcard is such another.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html#reference_policies_elements_resource_wildcards
 */
function strictlyOf(pattern: Pattern): Pattern | undefined {
  if (!pattern.some(code => code < 0)) return undefined;
  let colons = 0;
  const strict = pattern.map((code, index) => {
    if (code === COLON) colons++;
    if (colons >= 5 || code >= 0) return code;
    if (code === ONE) return ONE_INSIDE;
    const next = pattern[index + 1];
    return next === undefined || next === COLON || next === ANY ? ANY : ANY_INSIDE;
  });
  return strict.some(code => code === ANY_INSIDE || code === ONE_INSIDE) ? strict : undefined;
}

function matchesStrictly(pattern: Pattern, text: string): boolean {
  let ends = new Set([0]);
  for (const code of pattern) {
    const next = new Set<number>();
    for (const end of ends) {
      if (code === ANY || code === ANY_INSIDE) {
        for (let to = end; to <= text.length; to++) {
          next.add(to);
          if (code === ANY_INSIDE && text.charCodeAt(to) === COLON) break;
        }
      } else if (end < text.length && matchesOne(code, text.charCodeAt(end))) {
        next.add(end + 1);
      }
    }
    ends = next;
  }
  return ends.has(text.length);
}

function matchesOne(code: number, character: number): boolean {
  return code === character || code === ONE || (code === ONE_INSIDE && character !== COLON);
}

/** A request, as resources are matched with it. */
export interface Matched {
  readonly resource: string;
  readonly lookup: Lookup;
  /** Whether the statement is of a policy of an identity, or of a session. */
  readonly ofIdentity: boolean;
}

export function anyResource(values: readonly ResourceValue[], { resource, lookup, ofIdentity }: Matched): Formula {
  return or(...values.map(value => value.matches(resource, lookup, ofIdentity)));
}
