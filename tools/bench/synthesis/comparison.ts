import { isDeepStrictEqual } from 'util';
import type { Measurement } from './measure';
import type { Sizes } from './sizes';
import { median } from '../frame';

/** What the repetitions of one contender at one size gave. */
export interface Result extends Sizes {
  /** The median. */
  readonly seconds: number;
  /** The median. */
  readonly peakBytes: number;
}

/** The two contenders at one size: of this library, and of the L2. */
export interface Comparison {
  readonly secrets: number;
  readonly ours: Result;
  readonly theirs: Result;
}

/** Fails when the contenders make different secrets, for then the rest compares nothing. */
export function compare(secrets: number, ours: Measurement[], theirs: Measurement[]): Comparison {
  const comparison = { secrets, ours: resultOf(ours), theirs: resultOf(theirs) };
  const [ourSecret, theirSecret] = [comparison.ours.secret, comparison.theirs.secret];
  if (!isDeepStrictEqual(ourSecret, theirSecret)) {
    throw new Error('the contenders must make the same secret but for its key; correct the contender of the L2. '
      + `Ours: ${JSON.stringify(ourSecret)}. L2: ${JSON.stringify(theirSecret)}`);
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
