import type { CredentialKind, KindContext } from './credential-kind';
import { RotationError } from './errors';
import { slotsToFree } from './kind-slots';
import { Rotated, valuesOf } from './rotation';
import type { RotationStep } from './rotation-event';
import type { ReadStage, SecretStore } from './secret-store';
import { isPlaceholder } from '../../../src/rotation/contract/placeholder';

const FIRST_WAIT_MS = 500;

/** Rotates a credential of a kind: the value in use is never touched, and nothing of what a dead run left behind is in the way. */
export function rotatedKind<V>(kind: CredentialKind<V>, store: SecretStore, context: KindContext): Rotated {
  return new KindRotation(kind, store, context);
}

class KindRotation<V> implements Rotated {
  public readonly createsOutside: boolean;
  public readonly log: Rotated['log'];

  constructor(private readonly kind: CredentialKind<V>, private readonly store: SecretStore, private readonly context: KindContext) {
    this.createsOutside = kind.createsOutside;
    this.log = { credentialKind: kind.name };
  }

  public reads(step: RotationStep): readonly ReadStage[] {
    return valuesOf(step, this.store);
  }

  public async create(): Promise<string> {
    const { kind, context } = this;
    const current = await this.current();
    if (kind.createsOutside) await this.freeSlots(current);
    context.budget.enter('making the new value');
    return kind.format(await kind.generate(current, context));
  }

  /** Another runner's value was stored first. */
  public async discard(text: string): Promise<void> {
    const { kind, context } = this;
    if (!kind.createsOutside) return;
    const [made, stored] = [kind.parse(text, 'the new value'), await this.pending()].map(value => kind.slotOf(value));
    if (made === stored) return;
    context.budget.enter('removing the value that is not needed');
    await kind.retire!(made, await this.current(), context);
  }

  public async set(): Promise<'set' | 'alreadySet'> {
    const { kind, store, context } = this;
    const [pending, current] = [await this.pending(), await this.current()];
    if (await this.isTaken(pending)) return 'alreadySet';
    if (!kind.looksBeforeEffect) await store.requireUnchanged();
    context.budget.enter('making AWSPENDING valid');
    await kind.apply(pending, current === undefined ? [] : [current], context);
    return 'set';
  }

  public async test(): Promise<void> {
    const text = await this.store.pending();
    // A rotation that is set up without a first one is tried with the present value, which is none yet.
    if (isPlaceholder(text) && text === await this.store.current()) return;
    const pending = this.kind.parse(text, 'AWSPENDING');
    let left = this.kind.propagationMs ?? 0;
    for (let wait = FIRST_WAIT_MS; !await this.isTaken(pending); wait *= 2) {
      const next = Math.min(wait, left);
      if (next <= 0 || next * 2 > this.context.budget.left()) throw refused();
      await this.store.wait(next, 'waiting until AWSPENDING is known everywhere');
      left -= next;
    }
  }

  private async freeSlots(current: V | undefined): Promise<void> {
    const { kind, store, context } = this;
    const slots = await slotsToFree(kind, { current, known: await this.slotsOfPrevious() }, context);
    if (slots.length > 0) await store.requireUnchanged();
    for (const slot of slots) {
      context.budget.enter('freeing a slot');
      await kind.retire!(slot, current, context);
    }
  }

  /** An old version may be anything, and is no reason to give up. */
  private async slotsOfPrevious(): Promise<string[]> {
    const text = await this.store.previous();
    try {
      return text === undefined ? [] : [this.kind.slotOf(this.kind.parse(text, 'AWSPREVIOUS'))];
    } catch {
      return [];
    }
  }

  private async isTaken(value: V): Promise<boolean> {
    this.context.budget.enter('trying AWSPENDING');
    const isTaken = await this.kind.verify(value, this.context);
    this.context.log.info('Tried credentials.', { credentials: 'AWSPENDING', outcome: isTaken ? 'accepted' : 'refused' });
    return isTaken;
  }

  private async current(): Promise<V | undefined> {
    const text = await this.store.current();
    return isPlaceholder(text) ? undefined : this.kind.parse(text, 'AWSCURRENT');
  }

  private async pending(): Promise<V> {
    return this.kind.parse(await this.store.pending(), 'AWSPENDING');
  }
}

function refused(): RotationError {
  return new RotationError('refused', 'AWSPENDING is refused where it is used; check that setSecret has run and that nobody else changes '
    + 'the credential');
}
