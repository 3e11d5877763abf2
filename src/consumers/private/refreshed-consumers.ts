import type { IConstruct } from 'constructs';
import { fail } from '../../private/errors';

/** What refreshes a service or a function, on it. Two copies of this package in one app share it. */
const REFRESHED_BY = Symbol.for('cdk-managed-secrets.RefreshedBy');

/**
 * Fails when another construct refreshes the same one already: both would do it at once.
 *
 * @param off how a construct is told not to refresh
 */
export function claimRefreshed(path: string, refreshed: IConstruct, off: string): void {
  const claimed = refreshed as IConstruct & { [REFRESHED_BY]?: string };
  if (claimed[REFRESHED_BY] !== undefined) {
    fail(path, `${refreshed.node.path} must be refreshed by one construct, and ${claimed[REFRESHED_BY]} does it already; give that one all secrets, `
      + `or this one \`${off}\``);
  }
  claimed[REFRESHED_BY] = path;
}
