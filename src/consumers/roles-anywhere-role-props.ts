import type { Duration } from 'aws-cdk-lib';

/** Whose certificates are trusted, and which of them. */
export interface RolesAnywhereRoleProps {
  /**
   * The ARN of a certificate authority of AWS Private CA that issues the certificates of the machines.
   *
   * @default - `certificateBundle` must be given
   */
  readonly certificateAuthorityArn?: string;

  /**
   * The certificates of an authority of your own, as PEM, of which the certificates of the machines are issued. No key: it is public.
   *
   * @default - `certificateAuthorityArn` must be given
   */
  readonly certificateBundle?: string;

  /** The common names (CN) of the certificates that may take on the role: at least one, without wildcards. */
  readonly commonNames: string[];

  /**
   * How long the credentials are valid that a machine gets, from 15 minutes to 12 hours.
   *
   * @default Duration.hours(1)
   */
  readonly sessionDuration?: Duration;
}
