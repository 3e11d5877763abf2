import type { ReviewDocument, SecretEntry } from '../document/review-document';

/** A secret on both sides of a change, or on one. */
export interface Pair {
  readonly before?: SecretEntry;
  readonly after?: SecretEntry;
}

/**
 * Which secret of the older review is which one of the newer. CloudFormation knows a resource by its stack and logical id; a
 * secret that moved to another one is known by its name, which no two secrets of an account and region share.
 */
export function matched(before: ReviewDocument, after: ReviewDocument): Pair[] {
  const older = byKey(before, resourceKey);
  const newer = byKey(after, resourceKey);
  const left = before.secrets.filter(secret => !newer.has(resourceKey(before, secret)));
  const leftByName = new Map(left.map(secret => [nameKey(secret), secret]));
  const pairs = after.secrets.map((secret): Pair => {
    const same = older.get(resourceKey(after, secret)) ?? leftByName.get(nameKey(secret));
    return { before: same, after: secret };
  });
  const known = new Set(pairs.map(pair => pair.before));
  return [...pairs, ...before.secrets.filter(secret => !known.has(secret)).map(secret => ({ before: secret }))];
}

function byKey(document: ReviewDocument, keyOf: (document: ReviewDocument, secret: SecretEntry) => string): Map<string, SecretEntry> {
  return new Map(document.secrets.map(secret => [keyOf(document, secret), secret]));
}

/** The stack by its name, because a stage or an app may be renamed without the stack. */
export function resourceKey({ stacks }: ReviewDocument, { place, region, account, replicaOf }: SecretEntry): string {
  const stack = stacks.find(({ id }) => id === place.stack);
  return JSON.stringify([account, stack?.region, stack?.name ?? place.stack, place.logicalId, replicaOf === undefined ? '' : region]);
}

function nameKey({ account, region, name }: SecretEntry): string {
  return JSON.stringify([account, region, name]);
}
