import type { LogFields, RotationLog } from './log';
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
  /** What the log says of it. */
  readonly log?: Pick<LogFields, 'strategy' | 'credentialKind'>;
  /** The values that a step will ask for; they are read while the secret is described. */
  reads(step: RotationStep): readonly ReadStage[];
  /** Makes the text of the pending version. */
  create(): Promise<string>;
  /** Removes what was made for this text, which was not stored: another run was faster. @default - nothing was left anywhere */
  discard?(text: string): Promise<void>;
  /** Makes the pending version valid. */
  set(): Promise<'set' | 'alreadySet'>;
  /** Throws when the pending version is not valid. */
  test(): Promise<void>;
}

/** What the steps read where a new value follows from the present one. */
export function valuesOf(step: RotationStep, store: SecretStore): readonly ReadStage[] {
  switch (step) {
    case 'createSecret': return ['AWSCURRENT'];
    case 'setSecret': return ['AWSPENDING', 'AWSCURRENT'];
    case 'testSecret': return ['AWSPENDING'];
    case 'finishSecret': return store.isTested() ? [] : ['AWSPENDING'];
  }
}
