import type { Lookup } from './context';
import { literally, Pattern, patternOf, written } from './pattern';
import type { PolicyValue, UnknownValue } from './types';

/** A policy variable. */
interface Variable {
  readonly key: string;
  readonly fallback?: string;
}

/** A value of a policy, read once: pieces of pattern and variables, or what is missing. */
export type Value = { readonly text: string; readonly pieces: readonly (Pattern | Variable)[]; readonly plain?: Pattern } | UnknownValue;

/** A value for one request: a pattern; `null` as a variable has no value; variables that are open; or what is missing. */
export type Filled = { readonly pattern: Pattern } | null | { readonly open: string } | UnknownValue;

/** `${key}`, `${key, 'default'}`, `${*}`, `${?}`, `${$}`. */
const VARIABLE = /\$\{(?:([*?$])|([^{},']+?)(?:, ?'([^']*)')?)\}/g;

/**
 * @param variables whether the version of the policy has variables
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export function valueOf(value: PolicyValue, variables: boolean): Value {
  if (typeof value === 'object') return value;
  const text = String(value);
  if (!variables || !text.includes('${')) {
    const plain = patternOf(text);
    return { text, pieces: [plain], plain };
  }
  const pieces = piecesOf(text);
  return { text, pieces, plain: pieces.every(isPattern) ? pieces.flat() : undefined };
}

function isPattern(piece: Pattern | Variable): piece is Pattern {
  return Array.isArray(piece);
}

function piecesOf(text: string): (Pattern | Variable)[] {
  const pieces: (Pattern | Variable)[] = [];
  let end = 0;
  for (const match of text.matchAll(VARIABLE)) {
    const [whole, special, key, fallback] = match;
    pieces.push(patternOf(text.slice(end, match.index)), special !== undefined ? literally(special) : { key: key.trim(), fallback });
    end = match.index + whole.length;
  }
  return [...pieces, patternOf(text.slice(end))];
}

/**
 * The value in one request. A variable without a value is null: nothing is equal to it or like it. One of a key with a list of values has no
 * documented meaning.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-no-value
 */
export function filled(value: Value, lookup: Lookup): Filled {
  if ('unknown' in value) return value;
  if (value.plain !== undefined) return { pattern: value.plain };
  const replaced = value.pieces.map(piece => isPattern(piece) ? piece : replacementOf(piece, lookup));
  const severalValues = replaced.find((each): each is UnknownValue => each !== null && typeof each === 'object' && 'unknown' in each);
  if (replaced.includes(null)) return null;
  if (severalValues !== undefined) return severalValues;
  if (replaced.some(each => typeof each === 'string')) return { open: replaced.map(each => typeof each === 'string' ? each : written(each as Pattern)).join('') };
  return { pattern: (replaced as Pattern[]).flat() };
}

function replacementOf({ key, fallback }: Variable, lookup: Lookup): Pattern | string | null | UnknownValue {
  const known = lookup(key);
  if (known === 'unknown') return `\${${key}${fallback === undefined ? '' : `, '${fallback}'`}}`;
  if (known === 'absent') return fallback === undefined ? null : literally(fallback);
  const { values: [value], list } = known;
  if (list) return { unknown: `what the variable \${${key}} is, which has a list of values` };
  return value === '' ? { unknown: `whether an empty text is a value for the variable \${${key}}` } : literally(value);
}
