import { deflateRawSync } from 'zlib';

/** Headers of a zip file with one file, `index.js`: local header, central directory, end of it. */
const ZIP_HEADERS = 30 + 46 + 22 + 2 * 'index.js'.length;

/** The most that the zip file of a handler may have, in bytes. */
export const MAX_ZIPPED_BYTES: Readonly<Record<string, number>> = {
  custom: 150_000,
  http: 120_000,
  iam: 120_000,
  keys: 120_000,
  ldap: 100_000,
  mongo: 200_000,
  mysql: 260_000,
  postgres: 180_000,
  redshift: 180_000,
  rabbitmq: 120_000,
  valkey: 120_000,
  watcher: 120_000,
};

/** What Lambda gets: the size of a zip file with this as its one file. */
export function zippedBytes(contents: Uint8Array): number {
  return deflateRawSync(contents, { level: 9 }).length + ZIP_HEADERS;
}
