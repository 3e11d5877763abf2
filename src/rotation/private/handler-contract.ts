/**
 * What a rotation construct and a rotation handler agree on. It is the one file that both import; it imports nothing but the names of
 * the tags, which the grants know too.
 *
 * The names of the variables are those of AWS's own rotation functions where AWS has one, so that a function can be exchanged.
 */

export { ROTATION_TAGS } from '../../private/rotation-tags';

/** Environment variables of a rotation function. */
export const ROTATION_ENVIRONMENT = {
  /** Endpoint of Secrets Manager; the SDK's own when absent. */
  SECRETS_MANAGER_ENDPOINT: 'SECRETS_MANAGER_ENDPOINT',
  /** One of `ROTATION_STRATEGIES`; single user when absent. */
  ROTATION_STRATEGY: 'ROTATION_STRATEGY',
  /** The secret of the superuser, of every secret without `masterarn`. */
  SUPERUSER_SECRET_ARN: 'SUPERUSER_SECRET_ARN',
  /** Characters that no password may hold. */
  EXCLUDE_CHARACTERS: 'EXCLUDE_CHARACTERS',
  /** Length of a password in characters. */
  PASSWORD_LENGTH: 'PASSWORD_LENGTH',
  EXCLUDE_NUMBERS: 'EXCLUDE_NUMBERS',
  EXCLUDE_PUNCTUATION: 'EXCLUDE_PUNCTUATION',
  EXCLUDE_UPPERCASE: 'EXCLUDE_UPPERCASE',
  EXCLUDE_LOWERCASE: 'EXCLUDE_LOWERCASE',
  /** Whether each kind of character that may occur must occur: true, 1, y or yes. */
  REQUIRE_EACH_INCLUDED_TYPE: 'REQUIRE_EACH_INCLUDED_TYPE',
  /** A PEM bundle of further certificate authorities. */
  TLS_CA_BUNDLE: 'TLS_CA_BUNDLE',
  /** The name that the server's certificate carries, when the host of the secret is an alias of it. */
  TLS_SERVER_NAME: 'TLS_SERVER_NAME',
  /** Those of `LEGACY_AUTHENTICATIONS` that may be used, separated by commas; none when absent. */
  LEGACY_AUTHENTICATION: 'LEGACY_AUTHENTICATION',
} as const;

/** Ways to log in that show a server more of a password than it must see. */
export const LEGACY_AUTHENTICATIONS = ['md5', 'mysql_clear_password'] as const;

export type LegacyAuthenticationName = typeof LEGACY_AUTHENTICATIONS[number];

export const ROTATION_STRATEGIES = ['singleUser', 'alternatingUsers', 'dualPassword'] as const;

export type RotationStrategyName = typeof ROTATION_STRATEGIES[number];

/**
 * The regions whose RDS certificate authorities the rotation functions lack: there, `TLS_CA_BUNDLE` brings them. A test keeps the
 * list true in both directions.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html
 */
export const REGIONS_WITHOUT_RDS_AUTHORITIES: readonly string[] = [
  'ap-east-2',
  'ap-southeast-5',
  'ap-southeast-6',
  'ap-southeast-7',
  'ca-west-1',
  'cn-north-1',
  'cn-northwest-1',
  'eu-isoe-west-1',
  'eusc-de-east-1',
  'il-central-1',
  'me-west-1',
  'mx-central-1',
  'us-gov-east-1',
  'us-gov-west-1',
  'us-iso-east-1',
  'us-iso-west-1',
  'us-isob-east-1',
  'us-isob-west-1',
  'us-isof-east-1',
  'us-isof-south-1',
];
