import fc from 'fast-check';
import { Difference, whereOnlyDenialsDecide, withoutDifferences, withoutSession } from './differences';
import { ownAnswer } from './evaluator';
import { Case, cases } from './generator';
import { Answer, oracleAnswer } from './oracle';
import type { Decision } from '../../src/review/policy/types';

/** What came of comparing one request. */
export interface Comparison {
  readonly own: Answer | 'not decided';
  readonly oracle: Answer;
  /** Differences that explain why the two are not the same; absent where they are, or where nothing explains it. */
  readonly explained?: readonly Difference[];
  /** What AWS does not document, where that keeps the evaluator from an answer. */
  readonly undocumented?: readonly string[];
}

/** Whether the two agree, or it is known why not. */
export function isFine({ own, oracle, explained, undocumented }: Comparison): boolean {
  return own === oracle || explained !== undefined || undocumented !== undefined;
}

export async function compared(request: Case): Promise<Comparison> {
  const decision = ownAnswer(request);
  const own = answerOf(decision);
  const oracle = await oracleAnswer(request);
  if (decision.outcome === 'not decided') return { own, oracle, undocumented: undocumentedOf(decision.missing) };
  if (own === oracle) return { own, oracle };
  const explained = await explanation(request, own);
  return { own, oracle, explained, undocumented: explained === undefined && own === 'ImplicitlyDenied' ? undocumentedDenial(request, oracle) : undefined };
}

/** What nothing allows is denied, whether or not a statement denies it of which AWS does not document whether it applies. */
function undocumentedDenial(request: Case, oracle: Answer): string[] | undefined {
  const denials = ownAnswer(whereOnlyDenialsDecide(request));
  return oracle === 'ExplicitlyDenied' && denials.outcome === 'not decided' ? undocumentedOf(denials.missing) : undefined;
}

async function explanation(request: Case, own: Comparison['own']): Promise<Difference[] | undefined> {
  const mended = withoutDifferences(request);
  if (mended.differences.size > 0 && await oracleAnswer(mended.request) === own) return [...mended.differences];
  const sessionless = withoutSession(mended.request);
  return sessionless !== undefined && own === 'Allowed' && await oracleAnswer(sessionless) === own ? [...mended.differences, 'session policy'] : undefined;
}

function answerOf(decision: Decision): Comparison['own'] {
  switch (decision.outcome) {
    case 'allowed': return 'Allowed';
    case 'denied': return decision.explicit ? 'ExplicitlyDenied' : 'ImplicitlyDenied';
    case 'not decided': return 'not decided';
    case 'allowed if': throw new Error(`everything is known, and yet the answer is: ${decision.words}`);
  }
}

/** What AWS does not document, by the words in which the evaluator says so. */
const UNDOCUMENTED: ReadonlyArray<readonly [name: string, words: RegExp]> = [
  ['a list of values without a quantifier', /^how IAM compares the list of values of /],
  ['a value that the operator does not compare', /^what \w+ makes of the value /],
  ['NotPrincipal without account or role', /^whether IAM denies a principal that NotPrincipal names /],
  ['a wildcard inside a segment, beyond its colon', /^whether the wildcard in the resource .* matches beyond a colon$/],
  ['an incomplete ARN in a policy of no identity', /^whether the incomplete ARN /],
  ['a variable of an empty text', /^whether an empty text is a value for the variable /],
  ['a variable of a list', /^what the variable .* is, which has a list of values$/],
  ['IfExists of a key without a value', /^whether .* exists for IfExists, which has no value$/],
];

export const UNDOCUMENTED_NAMES = UNDOCUMENTED.map(([name]) => name);

function undocumentedOf(missing: readonly string[]): string[] | undefined {
  const names = missing.map(text => UNDOCUMENTED.find(([, words]) => words.test(text))?.[0]);
  return names.every(name => name !== undefined) ? names : undefined;
}

/** What a run found. */
export interface Summary {
  readonly seed: number;
  readonly compared: number;
  /** How often each pair of answers came. */
  readonly outcomes: ReadonlyMap<string, number>;
  readonly explained: ReadonlyMap<string, number>;
  readonly unexplained: ReadonlyArray<{ readonly request: Case; readonly comparison: Comparison }>;
}

export async function compareMany(count: number, seed: number): Promise<Summary> {
  const outcomes = new Map<string, number>();
  const explained = new Map<string, number>();
  const unexplained: { request: Case; comparison: Comparison }[] = [];
  for (let done = 0; done < count; done += BATCH) {
    for (const request of fc.sample(cases, { numRuns: Math.min(BATCH, count - done), seed: seed + done })) {
      const comparison = await compared(request);
      increment(outcomes, comparison.own === comparison.oracle ? comparison.own : `${comparison.own}, and ${comparison.oracle} by the simulator`);
      for (const name of new Set([...comparison.explained ?? [], ...comparison.undocumented ?? []])) increment(explained, name);
      if (!isFine(comparison)) unexplained.push({ request, comparison });
    }
  }
  return { seed, compared: count, outcomes, explained, unexplained };
}

const BATCH = 1000;

function increment(map: Map<string, number>, key: string): void {
  map.set(key, (map.get(key) ?? 0) + 1);
}
