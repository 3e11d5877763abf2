import { type Stack, Token } from 'aws-cdk-lib';
import { fail } from '../../../private/errors';
import type { IManagedSecret } from '../../../secret/managed-secret-props';
import { knownName } from '../../../secret/private/known-name';

/** A secret, with what not each of them knows. */
type PerhapsReplicated = IManagedSecret & { readonly readRegions?: string[] };

/** Fails unless the secret, or a replica, is in each of the regions. */
export function requireReadableIn(path: string, prop: string, secrets: readonly IManagedSecret[], regions: readonly string[]): void {
  for (const secret of secrets) {
    const own = (secret as PerhapsReplicated).readRegions ?? [secret.env.region];
    const missing = regions.find(region => ![region, ...own].some(each => Token.isUnresolved(each)) && !own.includes(region));
    if (missing === undefined) continue;
    fail(path, `\`${prop}\` must be in ${missing}, where it is read, and ${secret.node.path} is in ${own.join(' and ')}; `
      + `add ReplicaRegion.of(${JSON.stringify(missing)}) to its \`replicas\`, or create this construct in a stack of ${own[0]}`);
  }
}

/**
 * What the operator asks Secrets Manager for: the name, which is that of the replicas and of the events too; the complete ARN of a secret of another
 * account.
 */
export function secretIdOf(path: string, stack: Stack, secret: IManagedSecret): string {
  const { account } = secret.env;
  const isElsewhere = ![account, stack.account].some(each => Token.isUnresolved(each)) && account !== stack.account;
  if (!isElsewhere) return knownName(secret);
  if (secret.secretFullArn !== undefined) return secret.secretFullArn;
  fail(path, `a secret of another account must be known by its complete ARN, and ${secret.node.path} of ${account} is not; import it by ManagedSecret.fromArn`);
}
