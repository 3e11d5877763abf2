import type { CredentialKind, KindContext, OccupiedSlot } from './credential-kind';
import { RotationError } from './errors';

/** No function runs longer, so what is older was made by none that still runs. */
const LONGEST_INVOCATION_MS = 15 * 60_000;

export interface SlotsInUse<V> {
  readonly current: V | undefined;
  /** Of the older versions of the secret. */
  readonly known: readonly string[];
}

/**
 * The slots to free before a value is made elsewhere: those of older versions, and what a function left behind that died. The value in
 * use is never among them, nor one of somebody else.
 */
export async function slotsToFree<V>(kind: CredentialKind<V>, { current, known }: SlotsInUse<V>, context: KindContext): Promise<string[]> {
  const occupied = await kind.list!(current, context);
  const inUse = current === undefined ? undefined : kind.slotOf(current);
  const others = occupied.filter(({ slot }) => slot !== inUse);
  const strangers = others.filter(({ slot }) => !known.includes(slot));
  const freed = others.filter(each => !strangers.includes(each));
  if (strangers.length > 0 && await kind.isDedicated?.(context)) freed.push(...strangers.filter(each => isLeftBehind(each, context)));
  if (occupied.length - freed.length >= kind.slots) throw noSlot(strangers.filter(each => !freed.includes(each)), context);
  return freed.map(({ slot }) => slot);
}

/** Nobody can use a value that was lost. */
function isLeftBehind(slot: OccupiedSlot, context: KindContext): boolean {
  return slot.isUsed !== true && !isRecent(slot, context);
}

/** Another runner of this rotation may just have made it, and be about to store it. */
function isRecent({ createdAt }: OccupiedSlot, { now }: KindContext): boolean {
  return createdAt !== undefined && now() - createdAt.getTime() <= LONGEST_INVOCATION_MS;
}

function noSlot(strangers: readonly OccupiedSlot[], context: KindContext): RotationError {
  if (strangers.some(each => each.isUsed !== true && isRecent(each, context))) {
    return new RotationError('transient', 'no slot is free for a new value: one was made a few minutes ago that this secret does not hold, '
      + 'perhaps by another run of this function; it is freed after 15 minutes, if the owner is dedicated to this secret; else remove it, '
      + 'then rotate again');
  }
  return new RotationError('configuration', 'no slot is free for a new value, and those that are taken hold values which no version of the '
    + 'secret has; somebody else may use them: remove one by hand, or say that the owner is dedicated to this secret, then rotate '
    + 'again');
}
