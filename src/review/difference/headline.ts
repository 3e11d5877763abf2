import { isGain } from './access-changes';
import type { ReviewDifference } from './review-difference';
import { count, enumerated } from '../document/words';

/** The change in one sentence: first what somebody must look at, and nothing that is not there. */
export function headlineOf({ access, secrets, findings }: Pick<ReviewDifference, 'access' | 'secrets' | 'findings' | 'price'>): string {
  const secretsWith = (...changes: string[]) => distinct(secrets.filter(({ change }) => changes.includes(change)));
  const lostValues = distinct(secrets.filter(({ kind }) => kind === 'value-lost'));
  const parts = [
    said(lostValues, 'secret', 'loses the value in use', 'lose the value in use'),
    said(principals(access.filter(isGain)), 'principal', 'gains access', 'gain access'),
    said(principals(access.filter(({ change }) => change === 'lost' || change === 'narrower')), 'principal', 'loses access', 'lose access'),
    said(principals(access.filter(({ change }) => change === 'no-longer-decided')), 'principal', 'is no longer decided', 'are no longer decided'),
    said(secretsWith('key-exchanged'), 'secret', 'changes its key', 'change their key'),
    said(secretsWith('rotation-removed'), 'secret', 'is no longer rotated', 'are no longer rotated'),
    said(secretsWith('guard-rail-removed', 'public-policy-no-longer-blocked'), 'secret', 'loses a guard rail', 'lose a guard rail'),
    said(secretsWith('replica-removed'), 'replica', 'goes', 'go'),
    said(secretsWith('added'), 'secret', 'is new', 'are new'),
    said(findings.length, 'finding', 'is new', 'are new'),
  ].flat();
  if (parts.length > 0) return `${enumerated(parts)}.`;
  return access.length + secrets.length > 0 ? 'Nobody gains or loses access, and every value stays; see what else changes.' : 'Nothing changes for secrets.';
}

function said(amount: number, noun: string, singular: string, plural: string): string[] {
  return amount === 0 ? [] : [`${count(amount, noun)} ${amount === 1 ? singular : plural}`];
}

/** Two accounts may have secrets of one name. */
function distinct(secrets: ReviewDifference['secrets']): number {
  return new Set(secrets.map(({ secret, place }) => `${place.path}\n${secret}`)).size;
}

function principals(changes: ReviewDifference['access']): number {
  return new Set(changes.map(({ actor, principal }) => actor ?? principal.id)).size;
}
