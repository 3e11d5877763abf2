import { isDeepStrictEqual } from 'util';
import type { Measurement } from './measure';
import type { Sizes } from './sizes';

/** What the repetitions of one contender at one size gave. */
export interface Result extends Sizes {
  /** The median. */
  readonly seconds: number;
  /** The median. */
  readonly peakBytes: number;
}

/** The two contenders at one size. */
export interface Comparison {
  readonly secrets: number;
  readonly managedSecret: Result;
  readonly plainSecret: Result;
}

/** Fails when the contenders make different secrets, for then the rest compares nothing. */
export function compare(secrets: number, managedSecret: Measurement[], plainSecret: Measurement[]): Comparison {
  const comparison = { secrets, managedSecret: resultOf(managedSecret), plainSecret: resultOf(plainSecret) };
  const [ours, theirs] = [comparison.managedSecret.secret, comparison.plainSecret.secret];
  if (!isDeepStrictEqual(ours, theirs)) {
    throw new Error('the contenders must make the same secret but for its key; correct tools/bench/plain-secret.ts. '
      + `ManagedSecret: ${JSON.stringify(ours)}. L2: ${JSON.stringify(theirs)}`);
  }
  return comparison;
}

function resultOf(measurements: Measurement[]): Result {
  return {
    ...measurements[0].sizes,
    seconds: median(measurements.map(({ seconds }) => seconds)),
    peakBytes: median(measurements.map(({ peakBytes }) => peakBytes)),
  };
}

/** Of an odd number of values. */
function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
