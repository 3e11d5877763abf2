import type { aws_ec2 as ec2, aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import type { SecretEncryption } from '../../encryption/secret-encryption';
import type { PasswordPolicy } from '../../secret/password-policy';

/** What users of all directories have in common. */
export interface DirectoryUserOptions {
  /**
   * Host name or address of the directory, without a port. It must take writes: referrals to another server are not followed. Clients find
   * it in the secret.
   */
  readonly host: string;

  /**
   * The port at which it listens with TLS from the first byte (LDAPS). There is no StartTLS.
   *
   * @default 636
   */
  readonly port?: number;

  /**
   * The secret of an administrator who sets the password, of the account and region of the rotated one: a JSON object with `username` and
   * `password`. In OpenLDAP `username` is a distinguished name.
   *
   * @default - the user changes its own password. It must then have that of the secret before the first rotation
   */
  readonly administratorSecret?: secretsmanager.ISecret;

  /**
   * The key under which the administrator's secret is encrypted.
   *
   * @default - the key that `administratorSecret` knows, else the AWS managed key, which needs no permission
   */
  readonly administratorEncryption?: SecretEncryption;

  /**
   * The security groups of the directory, which are opened to the rotation function. To be given when that runs in a VPC.
   *
   * @default - the directory is reached over the internet
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * The name in the certificate of the directory, when `host` is an alias of it.
   *
   * @default - `host`
   */
  readonly tlsServerName?: string;

  /**
   * The rules for every new password, from 16 to 128 characters. Active Directory asks for three of upper-case letters, lower-case letters,
   * digits and punctuation.
   *
   * @default - 32 letters and digits
   */
  readonly passwordPolicy?: PasswordPolicy;
}

/** A user of OpenLDAP, or of a directory that takes several values of `userPassword` as it does. */
export interface OpenLdapUserOptions extends DirectoryUserOptions {
  /**
   * The entry of the user, by which it logs in, such as `uid=app,ou=services,dc=example,dc=com`: of letters, digits, spaces and `._@-`, as
   * the directory writes it, up to 256 characters.
   */
  readonly distinguishedName: string;
}

/** A user of Active Directory. */
export interface ActiveDirectoryUserOptions extends DirectoryUserOptions {
  /** By which the user logs in, such as `app@corp.example.com`: the attribute `userPrincipalName` of one user in the domain of `host`. */
  readonly userPrincipalName: string;
}
