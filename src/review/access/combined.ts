import type { Decided } from '../document/review-document';
import type { Decision, DecidingStatement, Requirement } from '../policy/types';
import { wordsOf } from '../policy/words';

/** One request that an operation consists of, and the answer. */
export interface Step {
  readonly action: string;
  readonly decision: Decision;
}

type Outcome = Omit<Decided, 'path' | 'actions'>;

/** A decision before its statements have their places in the list. */
export interface Combined extends Omit<Decided, 'path'> {
  readonly statements: readonly DecidingStatement[];
}

/** From the one that says most of what can be done to the one that says least. */
const RANK: Decided['decision'][] = ['allowed', 'allowed-if', 'not-decided', 'half'];

/** All of the steps, as one decision; nothing where they are denied. */
export function combined(steps: readonly Step[], provided?: string): Combined | undefined {
  const outcome = outcomeOf(steps, provided);
  return outcome && { ...outcome, statements: steps.flatMap(({ decision }) => decision.statements) };
}

/** The most that any of several ways leads to. */
export function most(ways: readonly (Combined | undefined)[]): Combined | undefined {
  return RANK.map(rank => ways.find(way => way?.decision === rank)).find(way => way !== undefined);
}

function outcomeOf(steps: readonly Step[], provided: string | undefined): Outcome | undefined {
  const denied = steps.filter(({ decision }) => decision.outcome === 'denied');
  if (denied.length > 0) return halfOf(steps, denied);
  const missing = steps.flatMap(({ decision }) => decision.outcome === 'not decided' ? decision.missing : []);
  if (missing.length > 0) return { decision: 'not-decided', because: [...new Set(missing)] };
  const conditions = [
    ...steps.flatMap(({ decision }) => decision.outcome === 'allowed if' ? clausesOf(decision.requirement) : []),
    ...provided === undefined ? [] : [provided],
  ];
  return conditions.length === 0 ? { decision: 'allowed', because: [] } : { decision: 'allowed-if', because: [...new Set(conditions)] };
}

/** Secrets Manager allows all that is asked of it, and the key does not. */
function halfOf(steps: readonly Step[], denied: readonly Step[]): Outcome | undefined {
  const isOfKey = ({ action }: Step) => action.startsWith('kms:');
  const bySecretsManager = steps.filter(step => !isOfKey(step));
  if (!denied.every(isOfKey) || !bySecretsManager.every(({ decision }) => decision.outcome === 'allowed' || decision.outcome === 'allowed if')) return undefined;
  return { decision: 'half', because: denied.map(({ action, decision }) => `${action} is refused: ${decision.outcome === 'denied' ? decision.reason : ''}`) };
}

function clausesOf(requirement: Requirement): string[] {
  return 'all' in requirement ? requirement.all.filter(part => !isImplied(part, requirement.all)).map(wordsOf) : [wordsOf(requirement)];
}

/** What is compared and matches is in the request. */
function isImplied(part: Requirement, others: readonly Requirement[]): boolean {
  if (!('words' in part) || part.operator !== 'Null' || part.holds) return false;
  return others.some(other => 'words' in other && other.holds && other.operator !== 'Null' && !other.operator.startsWith('ForAllValues')
    && other.key.toLowerCase() === part.key.toLowerCase());
}
