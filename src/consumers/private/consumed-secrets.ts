import type { aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import { fail } from '../../private/errors';
import { kindOf, requireMade, requireNamed } from '../../private/validation';
import type { IManagedSecret } from '../../secret/managed-secret-props';
import type { SecretField } from '../secret-field';

const SECRET_FIELD = { member: 'secret', words: 'a SecretField, such as SecretField.of(secret, \'password\')' };

/** Fails on a secret of the L2, whose grants leave out the key of an import. JavaScript and the types of `ISecret` let it pass. */
export function requireManaged(path: string, prop: string, secrets: readonly secretsmanager.ISecret[]): void {
  const others = secrets.filter(each => (each as Partial<IManagedSecret> | null | undefined)?.encryption === undefined);
  if (others.length === 0) return;
  const [other] = others as (Partial<secretsmanager.ISecret> | null | undefined)[];
  fail(path, `\`${prop}\` must hold secrets of this package, whose grants cover the key, got ${other?.node?.path ?? kindOf(other ?? null)}; `
    + 'create it as a ManagedSecret, or import it by ManagedSecret.fromAttributes');
}

/** Fails unless each, by its name, is a field of a secret of this package. JavaScript passes the secret itself, or nothing. */
export function requireSecretFields(path: string, prop: string, fields: Readonly<Record<string, SecretField>>): void {
  requireNamed(path, prop, fields);
  for (const [name, field] of Object.entries(fields)) {
    requireMade(path, `${prop}.${name}`, field ?? null, SECRET_FIELD);
    requireManaged(path, `${prop}.${name}`, [field.secret]);
  }
}

/** Each once, in the order in which they are given. */
export function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

/** Fails unless there is one, and each is one of this package and given once. */
export function requireSecrets(path: string, prop: string, secrets: readonly secretsmanager.ISecret[]): void {
  if (!Array.isArray(secrets) || secrets.length === 0) fail(path, `\`${prop}\` must hold a secret, got none; give each that is used`);
  requireManaged(path, prop, secrets);
  const twice = secrets.find((secret, index) => secrets.indexOf(secret) !== index);
  if (twice !== undefined) fail(path, `\`${prop}\` must hold each secret once, got ${twice.node.path} twice; leave one out`);
}
