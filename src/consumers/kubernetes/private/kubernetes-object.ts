import type { Duration } from 'aws-cdk-lib';

/** An object as `kubectl apply` takes it. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly annotations?: Record<string, string> };
  readonly [field: string]: unknown;
}

/** As Go writes a duration, such as `1h30m0s`. */
export function goDuration(duration: Duration): string {
  const seconds = duration.toSeconds();
  return `${Math.floor(seconds / 3600)}h${Math.floor(seconds % 3600 / 60)}m${seconds % 60}s`;
}
