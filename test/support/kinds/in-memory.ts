import { createHash, randomUUID } from 'crypto';
import type { CredentialKind, KindContext, OccupiedSlot } from '../../../lambda/rotation/engine/credential-kind';
import { RotationError } from '../../../lambda/rotation/engine/errors';
import { newPassword } from '../../../tools/servers/new-password';
import type { OwnerUnderTest } from '../rotation/kind-world';

/** A server in memory that takes one password of a user, or two, all of which are set at once. */
export function passwordsInMemory(slots: 1 | 2): OwnerUnderTest {
  const first = newPassword();
  let passwords = [first];
  const kind: CredentialKind<string> = {
    name: 'inMemory',
    slots,
    createsOutside: false,
    parse: passwordIn,
    format: password => JSON.stringify({ password }),
    slotOf: password => createHash('sha256').update(password).digest('hex'),
    generate: async (_, { randomText }) => randomText(),
    apply: async (pending, keep) => {
      passwords = [pending, ...keep].slice(0, slots);
    },
    verify: async password => passwords.includes(password),
  };
  const ofText = (text: string) => passwordIn(text, 'AWSCURRENT');
  return { kind, text: kind.format(first), accepts: async text => passwords.includes(ofText(text)), valuesIn: text => [ofText(text)] };
}

export interface KeysOptions {
  /** Nobody else has keys of this owner. */
  readonly isDedicated: boolean;
  /** For so long a new key is refused. */
  readonly propagationMs?: number;
}

/** A service that makes two keys of an owner, shows each once, and never tells whose they are: as AWS Identity and Access Management. */
export function keysInMemory({ isDedicated, propagationMs = 0 }: KeysOptions): OwnerUnderTest & { count(): number } {
  const keys = new Map<string, { readonly secret: string; readonly createdAt: number }>();
  let now = Date.now;
  const make = () => {
    if (keys.size >= 2) throw new RotationError('configuration', 'the owner has two keys already; remove one', 'LimitExceeded');
    const id = randomUUID();
    keys.set(id, { secret: newPassword(), createdAt: now() });
    return { id, secret: keys.get(id)!.secret };
  };
  const isTaken = ({ id, secret }: Key) => keys.get(id)?.secret === secret && now() - keys.get(id)!.createdAt >= propagationMs;
  const kind: CredentialKind<Key> = {
    name: 'inMemory',
    slots: 2,
    createsOutside: true,
    propagationMs,
    parse: keyIn,
    format: key => JSON.stringify(key),
    slotOf: ({ id }) => id,
    generate: async (_, context: KindContext) => {
      now = context.now;
      return make();
    },
    list: async (_, context): Promise<OccupiedSlot[]> => {
      now = context.now;
      return [...keys].map(([slot, { createdAt }]) => ({ slot, createdAt: new Date(createdAt) }));
    },
    apply: async () => undefined,
    verify: async key => isTaken(key),
    retire: async slot => void keys.delete(slot),
    isDedicated: async () => isDedicated,
  };
  return {
    kind,
    count: () => keys.size,
    accepts: async text => isTaken(keyIn(text, 'AWSCURRENT')),
    valuesIn: text => [keyIn(text, 'AWSCURRENT').secret],
    stranger: isDedicated ? undefined : async () => {
      // Whoever takes the second slot has to remove what is in it.
      const [, older] = [...keys.keys()].reverse();
      if (older) keys.delete(older);
      const theirs = make();
      return async () => isTaken(theirs);
    },
  };
}

interface Key {
  readonly id: string;
  readonly secret: string;
}

function keyIn(text: string, which: string): Key {
  const { id, secret } = documentIn(text, which);
  if (typeof id !== 'string' || typeof secret !== 'string') throw wrong(which);
  return { id, secret };
}

function passwordIn(text: string, which: string): string {
  const { password } = documentIn(text, which);
  if (typeof password !== 'string' || password === '') throw wrong(which);
  return password;
}

function documentIn(text: string, which: string): Record<string, unknown> {
  try {
    return (JSON.parse(text) ?? {}) as Record<string, unknown>;
  } catch {
    throw wrong(which);
  }
}

function wrong(which: string): RotationError {
  return new RotationError('configuration', `${which} is no value of this kind; correct the secret`);
}
