import { createHash } from 'crypto';

/** One grant, as the construct writes it and the rotation function reads it. Names are as they are, without quotes. */
export type GrantDescription =
  | { readonly on: 'database'; readonly database: string; readonly privileges: readonly string[] }
  | { readonly on: 'schema'; readonly database: string; readonly schema: string; readonly privileges: readonly string[] }
  | ObjectGrantDescription
  | FutureGrantDescription
  | { readonly on: 'role'; readonly role: string }
  /** On the whole server, for what a strategy needs; no app can ask for more. */
  | { readonly on: 'server'; readonly privileges: readonly string[] }
  /** A statement of the user's own, with a database where the engine has schemas. */
  | { readonly on: 'statement'; readonly database: string; readonly statement: string };

/** On those of `names`, or on all that are there. MySQL and MariaDB have no schemas, and all of a database are the future ones, too. */
export interface ObjectGrantDescription {
  readonly on: 'tables' | 'sequences';
  readonly database: string;
  readonly schema?: string;
  readonly names?: readonly string[];
  readonly privileges: readonly string[];
}

/** On what `owner` will create. */
export interface FutureGrantDescription {
  readonly on: 'futureTables' | 'futureSequences';
  readonly database: string;
  readonly schema: string;
  /** The superuser, where absent. */
  readonly owner?: string;
  readonly privileges: readonly string[];
}

export type GrantKind = GrantDescription['on'];

/** A database user, as the app wants it. */
export interface UserDescription {
  readonly username: string;
  /** Where the superuser logs in, and where statements run that name no other; none where the engine needs none. */
  readonly database?: string;
  readonly grants: readonly GrantDescription[];
  /** A user who is there already and was not made for this secret becomes the secret's. */
  readonly takeOver: boolean;
  /** The user goes when it goes from the app. */
  readonly drop: boolean;
}

/** The properties of the custom resource that makes the user. The description is one text, so that nothing turns its numbers into texts. */
export const USER_PROPERTIES = { SECRET_ARN: 'SecretArn', USER: 'User' } as const;

/** The most characters of a description. */
export const MAX_USER_CHARACTERS = 32_768;

/**
 * The tag of a secret holds this of the description of its user: whoever may invoke the rotation function can send it any description, and
 * it believes none but that.
 */
export function fingerprintOf(description: string): string {
  return createHash('sha256').update(description).digest('hex');
}

type Privileges = Readonly<Partial<Record<Exclude<GrantKind, 'role' | 'statement'>, readonly string[]>>>;

const OF_POSTGRES_TABLES = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'];
const OF_POSTGRES_SEQUENCES = ['USAGE', 'SELECT', 'UPDATE'];

/** The dynamic privilege of MySQL by which a user keeps its present password beside a new one. */
export const DUAL_PASSWORD_PRIVILEGE = 'APPLICATION_PASSWORD_ADMIN';

/** `EVENT` is left out: all of them together would be called `ALL PRIVILEGES` by the server. */
const OF_MYSQL: Privileges = {
  database: ['EXECUTE', 'CREATE TEMPORARY TABLES', 'LOCK TABLES', 'CREATE VIEW', 'SHOW VIEW', 'CREATE ROUTINE', 'ALTER ROUTINE'],
  tables: ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'DROP', 'REFERENCES', 'INDEX', 'ALTER', 'TRIGGER'],
};

/** The privileges that can be asked for, by the name of the engine and the kind of object. */
export const PRIVILEGES: Readonly<Record<string, Privileges>> = {
  postgres: {
    database: ['CONNECT', 'CREATE', 'TEMPORARY'],
    schema: ['USAGE', 'CREATE'],
    tables: OF_POSTGRES_TABLES,
    sequences: OF_POSTGRES_SEQUENCES,
    futureTables: OF_POSTGRES_TABLES,
    futureSequences: OF_POSTGRES_SEQUENCES,
  },
  mysql: { ...OF_MYSQL, server: [DUAL_PASSWORD_PRIVILEGE] },
  mariadb: OF_MYSQL,
  // Built-in roles. Neither `dbOwner` nor `userAdmin`: whoever has one of them can make itself more powerful.
  mongo: { database: ['read', 'readWrite', 'dbAdmin'] },
};

/** Where it stands which users of MongoDB a rotation has made. Whoever writes there could have another user taken over. */
export const MARKS_DATABASE = 'cdk_managed_secrets';
