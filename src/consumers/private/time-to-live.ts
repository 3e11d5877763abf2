import { Duration } from 'aws-cdk-lib';
import type { Freshness } from './freshness';
import { fail } from '../../private/errors';
import { rotationOf } from '../../rotation/private/secret-rotation';
import type { IManagedSecret } from '../../secret/managed-secret-props';

/** That of the extension and of the agent. */
const DEFAULT_SECONDS = 300;

/** Fails on what the extension would cut off, with a line in its log alone, and the agent would not start with. */
export function requireTimeToLive(path: string, timeToLive: Duration, maxSeconds: number): void {
  const seconds = timeToLive.isUnresolved() ? NaN : timeToLive.toSeconds({ integral: false });
  if (Number.isInteger(seconds) && seconds <= maxSeconds) return;
  fail(path, `\`timeToLive\` must be a whole number of seconds from 0 to ${maxSeconds}, got ${timeToLive.toString()}`);
}

/** The usual one, or as long as the older value of each secret is accepted for certain. Of a secret that is not rotated here nothing is known. */
export function safeTimeToLive(secrets: readonly IManagedSecret[]): Duration {
  const certain = secrets.flatMap(secret => rotationOf(secret)?.certainOverlap?.toSeconds() ?? []);
  return Duration.seconds(Math.min(DEFAULT_SECONDS, ...certain));
}

/** How old a value may be that a reader uses, who has a cache, and one before it. */
export function cachedBy(reader: string, timeToLive: Duration, maxAge?: Duration): Freshness {
  const staleFor = timeToLive.plus(maxAge ?? Duration.seconds(0));
  return {
    words: `${reader} may use it ${staleFor.toSeconds() === 0 ? 'until it is read again' : `for ${staleFor.toHumanString()} after that`}`,
    staleFor,
    prop: maxAge === undefined ? 'timeToLive' : 'maxAge',
    remedy: 'have the code read the secret again when it is refused, and choose a shorter time',
  };
}
