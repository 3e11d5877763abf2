/**
 * What a rotation construct writes and a rotation function reads. The names of the variables are those of AWS's own rotation functions
 * where AWS has one, so that a function can be exchanged.
 */

/** Environment variables of a rotation function. */
export const ROTATION_ENVIRONMENT = {
  /** Endpoint of Secrets Manager; the SDK's own when absent. */
  SECRETS_MANAGER_ENDPOINT: 'SECRETS_MANAGER_ENDPOINT',
  /** One of `ROTATION_STRATEGIES` of strategies.ts; single user when absent. */
  ROTATION_STRATEGY: 'ROTATION_STRATEGY',
  /** The name of the credential kind, where a bundle has several. */
  CREDENTIAL_KIND: 'CREDENTIAL_KIND',
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
  /** The region of Amazon SES for which SMTP passwords are made; the function's own when absent. */
  SES_REGION: 'SES_REGION',
  /** The servers of a cache: `host:port`, several separated by commas. */
  CACHE_NODES: 'CACHE_NODES',
  /** The host of a RabbitMQ broker, its ports of AMQPS and of the management API, and the virtual host that clients use, if any. */
  RABBITMQ_HOST: 'RABBITMQ_HOST',
  RABBITMQ_PORT: 'RABBITMQ_PORT',
  RABBITMQ_MANAGEMENT_PORT: 'RABBITMQ_MANAGEMENT_PORT',
  RABBITMQ_VIRTUAL_HOST: 'RABBITMQ_VIRTUAL_HOST',
  /** The host name or address of a directory. */
  DIRECTORY_HOST: 'DIRECTORY_HOST',
  /** The port at which a directory listens with TLS. */
  DIRECTORY_PORT: 'DIRECTORY_PORT',
  /** Those of `LEGACY_AUTHENTICATIONS` that may be used, separated by commas; none when absent. */
  LEGACY_AUTHENTICATION: 'LEGACY_AUTHENTICATION',
} as const;

/** Ways to log in that show a server more of a password than it must see. */
export const LEGACY_AUTHENTICATIONS = ['md5', 'mysql_clear_password'] as const;

export type LegacyAuthenticationName = typeof LEGACY_AUTHENTICATIONS[number];
