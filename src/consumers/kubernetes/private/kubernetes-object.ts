import { Duration } from 'aws-cdk-lib';
import { fail } from '../../../private/errors';

const SHORTEST = Duration.minutes(1);

/** An object as `kubectl apply` takes it. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly annotations?: Record<string, string> };
  readonly [field: string]: unknown;
}

/** Fails on an interval between two reads that would cost more than it is worth. */
export function requireInterval(path: string, prop: string, interval: Duration, remedy: string): void {
  if (interval.toSeconds() >= SHORTEST.toSeconds()) return;
  fail(path, `\`${prop}\` must be at least ${SHORTEST.toHumanString()}, because each read is a call that is paid for, got ${interval.toHumanString()}; ${remedy}`);
}

/** As Go writes a duration, such as `1h30m0s`. */
export function goDuration(duration: Duration): string {
  const seconds = duration.toSeconds();
  return `${Math.floor(seconds / 3600)}h${Math.floor(seconds % 3600 / 60)}m${seconds % 60}s`;
}
