import type { RotatedEngine } from './engines';

/** What the other one of two alternating users is called. */
export const CLONE_SUFFIX = '_clone';

export function isClone(username: string): boolean {
  return username.endsWith(CLONE_SUFFIX);
}

/** Of two users that take turns, the one that is not this one. */
export function otherOfTwo(username: string): string {
  return isClone(username) ? username.slice(0, -CLONE_SUFFIX.length) : `${username}${CLONE_SUFFIX}`;
}

/** Whether the server would know the user by another name than this one. */
export function isFolded(username: string, { usernamesInLowerCase = false }: RotatedEngine): boolean {
  return usernamesInLowerCase && /[A-Z]/.test(username);
}

/** As the engine counts. */
export function usernameLength(username: string, { usernameLimit }: RotatedEngine): number {
  return usernameLimit.unit === 'bytes' ? Buffer.byteLength(username) : [...username].length;
}
