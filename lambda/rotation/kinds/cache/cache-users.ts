import { createHash } from 'crypto';
import { CacheNode, cacheNodesIn } from '../../../../src/rotation/contract/cache-users';
import { ROTATION_ENVIRONMENT } from '../../../../src/rotation/contract/environment';
import { ROTATION_TAGS } from '../../../../src/rotation/contract/tags';
import type { KindContext } from '../../engine/credential-kind';
import { RotationError } from '../../engine/errors';
import { tagIn } from '../json-value';

/** The passwords that a user shall have. */
export interface PasswordsToSet {
  readonly passwords: readonly string[];
  /** The first rotation knows none of the passwords that the user has. */
  readonly isFirst: boolean;
}

/** Who sets the passwords of the user of a cache that the tags of the secret name. */
export interface CacheUsers {
  /** Fails unless there is such a user, whose password can be rotated. */
  check(context: KindContext): Promise<void>;
  /** Sets them in one effect, just after a look at the secret. */
  setPasswords(change: PasswordsToSet, context: KindContext): Promise<void>;
  /** Waits until what was set holds everywhere. */
  settled(context: KindContext): Promise<void>;
}

/** The nodes of the cache: those of the environment, whatever the value of a secret says. */
export function nodesIn({ environment }: KindContext): CacheNode[] {
  const name = ROTATION_ENVIRONMENT.CACHE_NODES;
  const nodes = cacheNodesIn(environment[name] ?? '');
  if (nodes.length > 0) return nodes;
  throw new RotationError('configuration', `\`${name}\` must name the host and port of the cache; correct the environment of the function`);
}

export function usernameIn({ tags }: KindContext): string {
  return tagIn(tags, ROTATION_TAGS.USER);
}

/** As Valkey stores a password. */
export function hashOf(password: string): string {
  return createHash('sha256').update(password).digest('hex');
}
