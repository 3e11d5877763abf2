import type { ContextCondition, Requirement } from './types';

/** A condition on the request without its side: `holds` tells that, in a `Requirement`. */
export type OpenCondition = Omit<ContextCondition, 'holds' | 'words'>;

/** A truth that may depend on conditions that are open, and on what is missing. What is missing has no identity: two of them never cancel out. */
export type Formula =
  | boolean
  | { readonly kind: 'open'; readonly id: string; readonly condition: OpenCondition }
  | { readonly kind: 'missing'; readonly missing: string }
  | { readonly kind: 'not'; readonly of: Formula }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Formula[] };

export function open(condition: OpenCondition): Formula {
  return { kind: 'open', id: JSON.stringify([condition.operator, condition.key.toLowerCase(), [...condition.values].sort()]), condition };
}

export function missing(what: string): Formula {
  return { kind: 'missing', missing: what };
}

export function not(formula: Formula): Formula {
  if (typeof formula === 'boolean') return !formula;
  return formula.kind === 'not' ? formula.of : { kind: 'not', of: formula };
}

export function and(...formulas: readonly Formula[]): Formula {
  return joined('and', formulas);
}

export function or(...formulas: readonly Formula[]): Formula {
  return joined('or', formulas);
}

/** `of` in one formula: constants, repetitions and contradictions are gone. */
function joined(kind: 'and' | 'or', of: readonly Formula[]): Formula {
  const decisive = kind === 'or';
  if (of.includes(decisive)) return decisive;
  if (of.every(each => typeof each === 'boolean')) return !decisive;
  const parts: Formula[] = [];
  const sides = new Map<string, boolean>();
  for (const part of of.flatMap(each => typeof each === 'object' && each.kind === kind ? each.of : [each])) {
    if (part === decisive) return decisive;
    if (part === !decisive) continue;
    const literal = literalOf(part);
    if (literal !== undefined) {
      const before = sides.get(literal.id);
      if (before === literal.holds) continue;
      if (before !== undefined) return decisive;
      sides.set(literal.id, literal.holds);
    }
    parts.push(part);
  }
  return parts.length === 0 ? !decisive : parts.length === 1 ? parts[0] : { kind, of: parts };
}

function literalOf(formula: Formula): { id: string; holds: boolean } | undefined {
  if (typeof formula === 'boolean') return undefined;
  if (formula.kind === 'open') return { id: formula.id, holds: true };
  const inner = formula.kind === 'not' ? literalOf(formula.of) : undefined;
  return inner && { id: inner.id, holds: !inner.holds };
}

/** The least (`false`) or the most (`true`) that is true whatever is missing. */
export function bound(formula: Formula, most: boolean): Formula {
  if (typeof formula === 'boolean' || formula.kind === 'open') return formula;
  if (formula.kind === 'missing') return most;
  return formula.kind === 'not' ? not(bound(formula.of, !most)) : joined(formula.kind, formula.of.map(each => bound(each, most)));
}

/** More open conditions than these are not tried out in every combination; an answer is then less brief, and as true. */
const MOST_TRIED = 10;

/** A constant where the formula is true, or false, for every combination of its open conditions. It has nothing missing. */
export function decided(formula: Formula): Formula {
  if (typeof formula === 'boolean') return formula;
  const ids = [...openIn(formula)];
  if (ids.length > MOST_TRIED) return formula;
  const truths = new Set<boolean>();
  for (let row = 0; row < 2 ** ids.length && truths.size < 2; row++) {
    truths.add(truth(formula, new Map(ids.map((id, bit) => [id, Math.floor(row / 2 ** bit) % 2 === 1]))));
  }
  return truths.size === 1 ? [...truths][0] : formula;
}

function openIn(formula: Formula, into = new Set<string>()): Set<string> {
  if (typeof formula === 'boolean' || formula.kind === 'missing') return into;
  if (formula.kind === 'open') return into.add(formula.id);
  for (const each of formula.kind === 'not' ? [formula.of] : formula.of) openIn(each, into);
  return into;
}

function truth(formula: Formula, row: ReadonlyMap<string, boolean>): boolean {
  if (typeof formula === 'boolean') return formula;
  switch (formula.kind) {
    case 'open': return row.get(formula.id)!;
    case 'not': return !truth(formula.of, row);
    case 'and': return formula.of.every(each => truth(each, row));
    case 'or': return formula.of.some(each => truth(each, row));
    case 'missing': throw new TypeError('a formula with something missing has no truth table');
  }
}

/** What is missing in the formula, each once. */
export function missingIn(formula: Formula, into = new Set<string>()): Set<string> {
  if (typeof formula === 'boolean' || formula.kind === 'open') return into;
  if (formula.kind === 'missing') return into.add(formula.missing);
  for (const each of formula.kind === 'not' ? [formula.of] : formula.of) missingIn(each, into);
  return into;
}

/** The formula, which is no constant and has nothing missing, in the form of the answer. */
export function requirementOf(formula: Formula, words: (condition: OpenCondition, holds: boolean) => string, holds = true): Requirement {
  if (typeof formula === 'boolean' || formula.kind === 'missing') throw new TypeError('only open conditions make a requirement');
  if (formula.kind === 'open') return { ...formula.condition, holds, words: words(formula.condition, holds) };
  if (formula.kind === 'not') return requirementOf(formula.of, words, !holds);
  const parts = formula.of.map(each => requirementOf(each, words, holds));
  return (formula.kind === 'and') === holds ? { all: parts } : { any: parts };
}
