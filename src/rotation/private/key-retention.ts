import type { Duration } from 'aws-cdk-lib';
import type { SecretRotation } from './secret-rotation';
import { fail } from '../../private/errors';
import { bytesOfKey, type KeyAlgorithmName, RSA_BITS } from '../contract/keys';
import { MAX_SECRET_BYTES } from '../contract/secrets';

const LONGEST_DAYS = 36_500;

/** How long a key is kept, in whole seconds. */
export function retentionSeconds(path: string, prop: string, duration: Duration | undefined): number {
  if (typeof duration?.toSeconds !== 'function') fail(path, `\`${prop}\` must be a Duration, such as Duration.hours(1)`);
  if (duration.isUnresolved()) fail(path, `\`${prop}\` must be known at synthesis, got a token; give a number`);
  const seconds = duration.toSeconds({ integral: false });
  if (Number.isInteger(seconds) && seconds >= 1 && duration.toDays({ integral: false }) <= LONGEST_DAYS) return seconds;
  return fail(path, `\`${prop}\` must be whole seconds, from one on and at most ${LONGEST_DAYS} days, got ${duration.toHumanString()}`);
}

interface Kept {
  readonly prop: string;
  readonly seconds: number;
  readonly algorithm: KeyAlgorithmName;
  readonly rsaBits?: number;
}

/** All keys that are kept at once stand in one secret. */
export function requireRoom(path: string, { interval }: SecretRotation, { prop, seconds, algorithm, rsaBits = RSA_BITS[0] }: Kept): void {
  if (interval === undefined) return;
  const most = Math.floor(MAX_SECRET_BYTES / bytesOfKey(algorithm, rsaBits));
  const count = Math.ceil(seconds / interval.toSeconds()) + 2;
  if (count <= most) return;
  fail(path, `\`${prop}\` must be at most ${most - 2} times as long as the time between two rotations, which is `
    + `${interval.toHumanString()}, because the secret has room for ${most} keys of ${algorithm} and would hold ${count}; `
    + 'make it shorter, or rotate less often');
}
