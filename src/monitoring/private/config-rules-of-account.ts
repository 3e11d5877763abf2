import { Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { fail } from '../../private/errors';

/** The sets of rules of an app by their place, on its root. Two copies of this package in one app share it. */
const SETS = Symbol.for('cdk-managed-secrets.ConfigRules');

/** Fails when the account and region has such rules already: each secret would be evaluated, and paid for, twice. */
export function claimConfigRules(path: string, stack: Stack): void {
  const root = stack.node.root as IConstruct & { [SETS]?: Map<string, string> };
  const sets = root[SETS] ??= new Map();
  const place = [stack.account, stack.region].some(each => Token.isUnresolved(each)) ? stack.node.path : `${stack.account} in ${stack.region}`;
  const other = sets.get(place);
  if (other !== undefined) fail(path, `${place} must have one SecretConfigRules, and ${other} is there already; remove one`);
  sets.set(place, path);
}
