/** What a construct and a rotation function know of a database engine. */
export interface RotatedEngine {
  /** The value of `engine` in a secret. */
  readonly name: string;
  /** Further values of `engine` that mean the same: what Amazon RDS calls it, and what other tools write. */
  readonly aliases: readonly string[];
  /** What people call it. */
  readonly title: string;
  /** The file in `lambda/rotation/handlers`, which is the folder in `assets/rotation`. */
  readonly handler: string;
  /** The port at which the database listens when nobody says otherwise. */
  readonly defaultPort: number;
  /** The longest user name, `_clone` included. A server would cut a longer one off, or refuse it. */
  readonly usernameLimit: { readonly max: number; readonly unit: 'bytes' | 'characters' };
  /** Characters that no password may hold, whatever its policy allows. */
  readonly refusedCharacters: string;
  /** The server can keep the old password of a user beside the new one. */
  readonly keepsOldPassword: boolean;
  /** The most characters of a password, where that is fewer than a rotation makes. */
  readonly passwordLimit?: number;
  /**
   * `dbname` is the database that holds the user, beside whom one of another database may have the same name; who administers users is of
   * the adapter's default.
   */
  readonly usersAreOfDatabase?: boolean;
  /** The secret says `ssl`, by which AWS's rotation function and clients decide whether they use TLS: it must not be false. */
  readonly saysSsl?: boolean;
  /** Types of characters that each password must hold. @default - none */
  readonly passwordNeeds?: readonly ('uppercase' | 'lowercase' | 'numbers')[];
  /** Why no user can do all that another one does, where that is so. @default - users can alternate */
  readonly noAlternatingUsers?: string;
  /** The server keeps letters of ASCII in lower case, whatever a login says. @default false */
  readonly usernamesInLowerCase?: boolean;
}

/** The engines for which there is a rotation function. */
export const ENGINES = {
  /** @see https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS */
  postgres: {
    name: 'postgres',
    aliases: ['postgresql', 'aurora-postgresql'],
    title: 'PostgreSQL',
    handler: 'postgres',
    defaultPort: 5432,
    usernameLimit: { max: 63, unit: 'bytes' },
    refusedCharacters: '\0',
    keepsOldPassword: false,
  },
  /** @see https://dev.mysql.com/doc/refman/9.0/en/user-names.html */
  mysql: {
    name: 'mysql',
    aliases: ['aurora-mysql'],
    title: 'MySQL',
    handler: 'mysql',
    defaultPort: 3306,
    usernameLimit: { max: 32, unit: 'characters' },
    refusedCharacters: '\0',
    keepsOldPassword: true,
  },
  /** The documented limit; the server takes more. @see https://mariadb.com/kb/en/identifier-names/ */
  mariadb: {
    name: 'mariadb',
    aliases: [],
    title: 'MariaDB',
    handler: 'mysql',
    defaultPort: 3306,
    usernameLimit: { max: 80, unit: 'characters' },
    refusedCharacters: '\0',
    keepsOldPassword: false,
  },
  /**
   * MongoDB has no limits of its own; they are those of Amazon DocumentDB.
   *
   * @see https://docs.aws.amazon.com/documentdb/latest/developerguide/limits.html
   * @see https://docs.aws.amazon.com/documentdb/latest/developerguide/API_CreateDBCluster.html
   */
  mongo: {
    name: 'mongo',
    aliases: ['mongodb', 'documentdb'],
    title: 'MongoDB',
    handler: 'mongo',
    defaultPort: 27017,
    usernameLimit: { max: 63, unit: 'bytes' },
    refusedCharacters: '\0/"@',
    keepsOldPassword: false,
    passwordLimit: 100,
    usersAreOfDatabase: true,
    saysSsl: true,
  },
  /**
   * @see https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_USER.html
   * @see https://docs.aws.amazon.com/redshift/latest/dg/r_names.html
   */
  redshift: {
    name: 'redshift',
    aliases: [],
    title: 'Amazon Redshift',
    handler: 'redshift',
    defaultPort: 5439,
    usernameLimit: { max: 127, unit: 'bytes' },
    refusedCharacters: '\0 \'"\\/@',
    keepsOldPassword: false,
    passwordLimit: 64,
    passwordNeeds: ['uppercase', 'lowercase', 'numbers'],
    noAlternatingUsers: 'whose users cannot be members of users, so that none can do what another one does',
    usernamesInLowerCase: true,
  },
} as const satisfies Record<string, RotatedEngine>;

/** A database of MongoDB. @see https://www.mongodb.com/docs/manual/reference/limits/#naming-restrictions */
export const MONGO_DATABASE = /^[^/\\. "$*<>:|?\0]{1,63}$/;

/** Every value of `engine` in a secret that means this engine. */
export function namesOf({ name, aliases }: RotatedEngine): string[] {
  return [name, ...aliases];
}

/** Such as "PostgreSQL, MySQL or MariaDB". */
export function titlesOf(engines: readonly RotatedEngine[]): string {
  const titles = engines.map(({ title }) => title);
  return [titles.slice(0, -1).join(', '), ...titles.slice(-1)].filter(text => text !== '').join(' or ');
}
