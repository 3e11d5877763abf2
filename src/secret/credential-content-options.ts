import type { SecretValue } from 'aws-cdk-lib';
import type { PasswordPolicy } from './password-policy';

/** A credential that somebody issues: its JSON fields have fixed names, which the factory tells. */
export interface CredentialContentOptions {
  /**
   * References to the secret fields, and to others that are known at deployment alone.
   *
   * @default - no value: somebody puts all fields as one JSON object later, and the description of the secret names them
   */
  readonly fields?: { [field: string]: SecretValue };

  /**
   * Fields that are no secret, and stand in the template for everyone to read: those that the factory calls plain.
   *
   * @default - no such field
   */
  readonly unsafePlainTextFields?: { [field: string]: string };

  /**
   * Lets Secrets Manager generate the secret field: for an API key that you issue yourself. In place of `fields`.
   *
   * @default - nothing is generated
   */
  readonly passwordPolicy?: PasswordPolicy;

  /**
   * When the credential expires: a date of ISO 8601, such as `2027-03-31`, which begins at midnight UTC, or `2027-03-31T12:00:00Z`.
   * Becomes the tag `cdk-managed-secrets:expires`, by which `SecretMonitoring` tells early.
   *
   * @default - the end of the certificate that is given, and for all else no such tag
   */
  readonly expires?: string;
}
