import { RotationError } from './errors';
import { withoutFinalDot } from '../../../src/rotation/contract/hosts';
import { ROTATION_TAGS, superuserArnFrom } from '../../../src/rotation/contract/tags';

/** Where a database listens. */
export interface DatabaseServer {
  readonly host: string;
  readonly port: number;
}

export type Tags = Readonly<Record<string, string>>;

const { DATABASE_HOST, DATABASE_PORT, SUPERUSER_SECRET } = ROTATION_TAGS;
const PORT = /^\d{1,5}$/;

/** The server that the tags of the secret name. Whoever may write its value, and no more, cannot write them. */
export function serverIn(tags: Tags): DatabaseServer | undefined {
  const { [DATABASE_HOST]: host, [DATABASE_PORT]: port } = tags;
  if (host === undefined && port === undefined) return undefined;
  if (!host || !PORT.test(port ?? '')) {
    throw new RotationError('configuration', `the tags ${DATABASE_HOST} and ${DATABASE_PORT} must both be there; deploy the secret again, `
      + 'which writes them');
  }
  return { host, port: Number(port) };
}

/** The superuser's secret that the tags name: one of the account and region of `secretArn`. */
export function superuserArnIn(tags: Tags, secretArn: string): string | undefined {
  const name = tags[SUPERUSER_SECRET];
  return name && superuserArnFrom(name, secretArn);
}

/** A host name is the same in upper case, and with the dot that ends a complete one. */
export function isSameServer(one: DatabaseServer, other: DatabaseServer): boolean {
  return nameOf(one) === nameOf(other) && one.port === other.port;
}

function nameOf({ host }: DatabaseServer): string {
  return withoutFinalDot(host.toLowerCase());
}

/** Goes before every connection: the value of a secret does not choose where passwords are sent. */
export function checkServer(which: string, named: DatabaseServer, server: DatabaseServer | undefined): void {
  if (server === undefined || isSameServer(named, server)) return;
  throw new RotationError('configuration', `${which} names another host or port than the tags ${DATABASE_HOST} and ${DATABASE_PORT} of the `
    + 'secret, which say where its database is; '
    + 'correct the value, or, if the database has moved, deploy the secret with its new `database`');
}
