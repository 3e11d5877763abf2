import type { RotationLog } from './log';
import type { RotationStep } from './rotation-event';
import type { ReadStage, SecretStore } from './secret-store';
import type { TimeBudget } from './time-budget';

/** How a step ended; logged, and of no other use. */
export type Outcome = 'alreadyCurrent' | 'stored' | 'alreadyStored' | 'set' | 'alreadySet' | 'tested' | 'promoted';

/** What one invocation works with. */
export interface Rotation {
  readonly store: SecretStore;
  readonly budget: TimeBudget;
  readonly log: RotationLog;
}

/** What is rotated: the password of a database user, or what a user of `customRotation` makes. Each may be called again and again. */
export interface Rotated {
  /** Making a value leaves something behind, so one that is stored is looked for first. */
  readonly createsOutside?: boolean;
  /** The values that a step will ask for; they are read while the secret is described. */
  reads(step: RotationStep): readonly ReadStage[];
  /** Makes the text of the pending version. */
  create(): Promise<string>;
  /** Makes the pending version valid. */
  set(): Promise<'set' | 'alreadySet'>;
  /** Throws when the pending version is not valid. */
  test(): Promise<void>;
}
