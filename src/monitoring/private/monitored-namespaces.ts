import { Stage, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { WatchedSecrets } from './watched-secrets';
import { fail } from '../../private/errors';

/** The monitors of an app, by what they watch, on its root. Two copies of this package in one app share it. */
const MONITORS = Symbol.for('cdk-managed-secrets.Monitors');

/** Fails when the same secrets are watched already: everything about them would be told twice, and under the same names. */
export function claimWatched(path: string, scope: IConstruct, secrets: WatchedSecrets): void {
  const { env: { account, region }, prefix, names } = secrets;
  const root = scope.node.root as IConstruct & { [MONITORS]?: Map<string, string> };
  const monitors = root[MONITORS] ??= new Map();
  // Without an account and a region, the stages of an app go to different places.
  const place = Token.isUnresolved(account) || Token.isUnresolved(region) ? Stage.of(scope)?.node.path : `${account} ${region}`;
  for (const each of prefix === undefined ? names : [prefix]) {
    const key = `${place} ${each}`;
    const other = monitors.get(key);
    if (other !== undefined) fail(path, `${JSON.stringify(each)} must be watched by one SecretMonitoring, and ${other} watches it already; remove one`);
    monitors.set(key, path);
  }
}
