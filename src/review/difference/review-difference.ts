import type { Decided, FindingEntry, Operation, Place, PrincipalEntry } from '../document/review-document';

/**
 * What a change of templates means for secrets: who gains and who loses which access through what, and what becomes of values, keys,
 * rotation, replicas and guard rails. It is what `diff --format json` prints.
 */
export interface ReviewDifference {
  readonly schemaVersion: '1.0';
  readonly generator: string;
  readonly before: string[];
  readonly after: string[];
  /** The change in one sentence. */
  readonly headline: string;
  readonly access: AccessChange[];
  readonly secrets: SecretChange[];
  readonly findings: FindingEntry[];
  /** Findings of the older review that are gone. */
  readonly mended: FindingEntry[];
  readonly price: { readonly before: number; readonly after: number };
  /** Kinds of changes that are in it, for `--fail-on`. */
  readonly kinds: ChangeKind[];
  /** Parts of either side that could not be reviewed. */
  readonly problems: string[];
}

export const CHANGE_KINDS = [
  'access-gained', 'access-lost', 'not-decided', 'value-lost', 'key-exchanged', 'rotation-lost', 'replica-lost', 'guard-rail-lost', 'finding-new',
] as const;

/** What a build can be made to fail on. */
export type ChangeKind = typeof CHANGE_KINDS[number];

/** Where a decision came from, on one side of the change. */
export interface Side {
  readonly decision: Decided['decision'] | 'denied';
  readonly because: string[];
  /** The statements that it rests on, in words. */
  readonly through: string[];
  readonly actions: string[];
}

export interface AccessChange {
  /** `gained` and `wider` are more, `lost` and `narrower` are less, `moved` is the same through something else. */
  readonly change: 'gained' | 'lost' | 'wider' | 'narrower' | 'changed' | 'moved' | 'no-longer-decided' | 'now-decided';
  readonly operation: Operation;
  /** The name of the secret, with the region behind it for a replica. */
  readonly secret: string;
  readonly secretPlace: Place;
  /** The secret is new, so that nobody could have had access to it before. */
  readonly ofNewSecret: boolean;
  readonly principal: Pick<PrincipalEntry, 'id' | 'kind' | 'place' | 'account' | 'actors'>;
  /** For what keeps its name and runs as another role: what it is. */
  readonly actor?: string;
  readonly before: Side;
  readonly after: Side;
}

export interface SecretChange {
  readonly change:
  | 'added' | 'removed' | 'replaced' | 'moved' | 'generated-again' | 'value-set' | 'value-no-longer-set'
  | 'key-exchanged'
  | 'rotation-added' | 'rotation-removed' | 'rotation-changed'
  | 'replica-added' | 'replica-removed'
  | 'guard-rail-added' | 'guard-rail-removed'
  | 'public-policy-no-longer-blocked'
  | 'deletion-policy-changed';
  readonly kind?: ChangeKind;
  readonly secret: string;
  readonly place: Place;
  /** What happens, in a sentence. */
  readonly words: string;
}
