/**
 * What a rotation function believes of a secret, whatever its value says: tags that `RotatedDatabaseSecret` and `RotatedSecret` write.
 * Whoever may only write values cannot change them, and nobody else should: `ROTATION_TAG_KEYS` are for the statements that deny it.
 */
export const ROTATION_TAGS = {
  /** The host name or address of the database. */
  DATABASE_HOST: 'cdk-managed-secrets:database-host',
  /** The port of the database. */
  DATABASE_PORT: 'cdk-managed-secrets:database-port',
  /** The superuser's secret: the last part of its ARN, with a space for `!`, which no tag may hold. */
  SUPERUSER_SECRET: 'cdk-managed-secrets:superuser-secret',
  /** The fingerprint of the user that is to be made: see `fingerprintOf` of database-user.ts. */
  DATABASE_USER: 'cdk-managed-secrets:database-user',
  /** The user whose credential is rotated: of IAM, of a cache or of a directory, by the name with which it logs in. */
  USER: 'cdk-managed-secrets:user',
  /** By which the service that manages the user of a cache knows it. */
  USER_ID: 'cdk-managed-secrets:user-id',
  /** `true` when nobody else makes credentials of the user. */
  DEDICATED: 'cdk-managed-secrets:dedicated',
} as const;

export const ROTATION_TAG_KEYS: readonly string[] = Object.values(ROTATION_TAGS);

/** The value of the tag for the superuser's secret. */
export function superuserTagFor(superuserArn: string): string {
  return superuserArn.split(':')[6].replaceAll('!', ' ');
}

/** The superuser's secret that a tag names: one of the account and region of the secret that is tagged. */
export function superuserArnFrom(tag: string, taggedArn: string): string {
  return [...taggedArn.split(':').slice(0, 6), tag.replaceAll(' ', '!')].join(':');
}
