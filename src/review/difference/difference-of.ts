import { accessChanges, isGain, isLoss } from './access-changes';
import { headlineOf } from './headline';
import { matched } from './matching';
import { AccessChange, CHANGE_KINDS, ChangeKind, ReviewDifference, SecretChange } from './review-difference';
import { secretChanges } from './secret-changes';
import type { FindingEntry, ReviewDocument } from '../document/review-document';

/** What the change from one review to the other means. */
export function differenceOf(before: ReviewDocument, after: ReviewDocument): ReviewDifference {
  const pairs = matched(before, after);
  const access = accessChanges(before, after, pairs);
  const secrets = secretChanges(before, after, pairs);
  const findings = without(after.findings, before.findings);
  const mended = without(before.findings, after.findings);
  const kinds = kindsOf(access, secrets, findings);
  return {
    schemaVersion: '1.0',
    generator: after.generator,
    before: before.assemblies,
    after: after.assemblies,
    headline: headlineOf({ access, secrets, findings, price: { before: before.price.centsPerMonth, after: after.price.centsPerMonth } }),
    access,
    secrets,
    findings,
    mended,
    price: { before: before.price.centsPerMonth, after: after.price.centsPerMonth },
    kinds,
    problems: [...before.problems.map(problem => `before: ${problem}`), ...after.problems.map(problem => `after: ${problem}`)],
  };
}

function without(some: FindingEntry[], others: FindingEntry[]): FindingEntry[] {
  const keyOf = ({ rule, place, message }: FindingEntry) => JSON.stringify([rule, place.path, message]);
  const known = new Set(others.map(keyOf));
  return some.filter(finding => !known.has(keyOf(finding)));
}

function kindsOf(access: AccessChange[], secrets: SecretChange[], findings: FindingEntry[]): ChangeKind[] {
  const present = new Set<ChangeKind | undefined>([
    ...access.map(kindOf),
    ...access.filter(isLoss).map(() => 'access-lost' as const),
    ...secrets.map(({ kind }) => kind),
    ...findings.map(() => 'finding-new' as const),
  ]);
  return CHANGE_KINDS.filter(kind => present.has(kind));
}

function kindOf(change: AccessChange): ChangeKind | undefined {
  if (change.change === 'no-longer-decided') return 'not-decided';
  // What was not decided may have been denied.
  return isGain(change) || (change.change === 'now-decided' && change.after.decision.startsWith('allowed')) ? 'access-gained' : undefined;
}
