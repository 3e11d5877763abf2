import type { aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import { fail } from '../../private/errors';
import type { IManagedSecret } from '../../secret/managed-secret-props';

/** Fails on a secret of the L2, whose grants leave out the key of an import. JavaScript and the types of `ISecret` let it pass. */
export function requireManaged(path: string, prop: string, secrets: readonly secretsmanager.ISecret[]): void {
  const other = secrets.find(each => (each as Partial<IManagedSecret> | undefined)?.encryption === undefined);
  if (other === undefined && !secrets.some(each => each === undefined)) return;
  fail(path, `\`${prop}\` must hold secrets of this package, whose grants cover the key, got ${other?.node.path ?? 'undefined'}; `
    + 'create it as a ManagedSecret, or import it by ManagedSecret.fromAttributes');
}

/** Each once, in the order in which they are given. */
export function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

/** Fails unless there is one, and each is one of this package and given once. */
export function requireSecrets(path: string, prop: string, secrets: readonly secretsmanager.ISecret[]): void {
  if (secrets.length === 0) fail(path, `\`${prop}\` must hold a secret, got none; give each that is used`);
  requireManaged(path, prop, secrets);
  const twice = secrets.find((secret, index) => secrets.indexOf(secret) !== index);
  if (twice !== undefined) fail(path, `\`${prop}\` must hold each secret once, got ${twice.node.path} twice; leave one out`);
}
