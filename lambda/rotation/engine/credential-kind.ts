import type { Environment, RotationSettings } from './environment';
import type { RotationLog } from './log';
import type { TimeBudget } from './time-budget';

/** What a kind has of one invocation. Which user, host and key it serves comes from here, never from the value of the secret. */
export interface KindContext {
  readonly secretArn: string;
  /** Names this rotation; the same when a step comes again. */
  readonly token: string;
  /** Of the secret. The construct writes them; whoever may only write values cannot. */
  readonly tags: Readonly<Record<string, string | undefined>>;
  /** Of the function. */
  readonly environment: Environment;
  /** What of the environment every rotation function knows: password policy, authorities, server name. */
  readonly settings: RotationSettings;
  /** Ask it before every effect: an invocation that is over does nothing any more. */
  readonly budget: TimeBudget;
  readonly log: RotationLog;
  /** In milliseconds since 1970. */
  now(): number;
  sleep(ms: number): Promise<void>;
  /** AWSCURRENT of another secret, such as that of an administrator. */
  otherSecret(arn: string): Promise<string>;
  /** Fails when another run has finished this rotation or begun another one: for an effect that cannot be undone, just before it. */
  requireUnchanged(): Promise<void>;
  /** A random text of the password policy in the environment of the function. */
  randomText(refusedCharacters?: string): string;
}

/** A place in which the other side keeps a value that it takes. */
export interface OccupiedSlot {
  /** What `slotOf` says of that value. */
  readonly slot: string;
  /** When the value was made. @default - not known */
  readonly createdAt?: Date;
  /** Somebody has used the value, so that no function that died has left it behind. @default - not known */
  readonly isUsed?: boolean;
}

/**
 * A kind of credential that is no database's: how a value is made, made valid, tried and retired. The engine asks it in a safe order; each
 * method may be called again, also after the function died anywhere in it.
 *
 * What goes wrong is a `RotationError` that quotes nothing of a value. Any other error is told by its name alone.
 */
export interface CredentialKind<V> {
  /** The value of CREDENTIAL_KIND in the environment of the function. */
  readonly name: string;
  /** Values that the other side takes at once. */
  readonly slots: 1 | 2;
  /** `generate` leaves something elsewhere: a stored value is looked for first, and a slot is freed. Needs `list` and `retire`. */
  readonly createsOutside: boolean;
  /** For so long a new value may be refused until it is known everywhere. @default 0 */
  readonly propagationMs?: number;
  /** `apply` takes time before its effect, and calls `requireUnchanged` itself. @default false - the engine does, before `apply` */
  readonly looksBeforeEffect?: boolean;
  /** Throws a RotationError of the kind `configuration` for a text that is none. `which` names it in the message, such as AWSCURRENT. */
  parse(text: string, which: string): V;
  format(value: V): string;
  /** Names the value to the other side, as a key id or the hash of a password does: never the value itself. */
  slotOf(value: V): string;
  /** Makes a new value. `current` is absent until there is a first one. */
  generate(current: V | undefined, context: KindContext): Promise<V>;
  /** The slots that are occupied, whoever did it. */
  list?(current: V | undefined, context: KindContext): Promise<readonly OccupiedSlot[]>;
  /** Makes the pending value valid beside those to keep, in one effect. Where `generate` has done so already, it does nothing. */
  apply(pending: V, keep: readonly V[], context: KindContext): Promise<void>;
  /** Uses a value as a client would; `false` when, and only when, it is refused. */
  verify(value: V, context: KindContext): Promise<boolean>;
  /** Frees a slot. One that is free already is no error. */
  retire?(slot: string, current: V | undefined, context: KindContext): Promise<void>;
  /**
   * Whether nobody else has values with the owner of the slots, so that one which no version of the secret holds was left behind by a
   * function that died.
   *
   * @default - not so: such a slot is never freed
   */
  isDedicated?(context: KindContext): Promise<boolean>;
}
