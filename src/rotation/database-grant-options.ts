import type { DatabasePrivilege, SchemaPrivilege, SequencePrivilege, TablePrivilege } from './database-privileges';

/** Privileges on a whole database. */
export interface DatabaseGrantOptions {
  /** What the user may do. */
  readonly privileges: DatabasePrivilege[];

  /**
   * The name of the database.
   *
   * @default - `databaseName` of the secret, else the database that the instance or cluster was created with, else `postgres`; none in
   * MongoDB, where it must be given
   */
  readonly database?: string;
}

/** Privileges on a schema of PostgreSQL. */
export interface SchemaGrantOptions {
  /** The name of the schema. */
  readonly schema: string;

  /** What the user may do. */
  readonly privileges: SchemaPrivilege[];

  /**
   * The name of the database.
   *
   * @default - `databaseName` of the secret, else the database that the instance or cluster was created with, else `postgres`
   */
  readonly database?: string;
}

/** Privileges on tables and views. */
export interface TableGrantOptions {
  /** What the user may do. */
  readonly privileges: TablePrivilege[];

  /**
   * The names of the tables and views.
   *
   * @default - all: in PostgreSQL those of the schema that are there at the deployment, in MySQL and MariaDB those that will be, too
   */
  readonly tables?: string[];

  /**
   * The schema, in PostgreSQL alone.
   *
   * @default public
   */
  readonly schema?: string;

  /**
   * The name of the database.
   *
   * @default - `databaseName` of the secret, else the database that the instance or cluster was created with, else `postgres`
   */
  readonly database?: string;
}

/** Privileges on sequences of PostgreSQL. */
export interface SequenceGrantOptions {
  /** What the user may do. */
  readonly privileges: SequencePrivilege[];

  /**
   * The names of the sequences.
   *
   * @default - all of the schema that are there at the deployment
   */
  readonly sequences?: string[];

  /**
   * The schema.
   *
   * @default public
   */
  readonly schema?: string;

  /**
   * The name of the database.
   *
   * @default - `databaseName` of the secret, else the database that the instance or cluster was created with, else `postgres`
   */
  readonly database?: string;
}

/** Privileges on tables that will be created in PostgreSQL. */
export interface FutureTableGrantOptions {
  /** What the user may do. */
  readonly privileges: TablePrivilege[];

  /**
   * The role that will create them.
   *
   * @default - the superuser
   */
  readonly owner?: string;

  /**
   * The schema in which they will be.
   *
   * @default public
   */
  readonly schema?: string;

  /**
   * The name of the database.
   *
   * @default - `databaseName` of the secret, else the database that the instance or cluster was created with, else `postgres`
   */
  readonly database?: string;
}

/** Privileges on sequences that will be created in PostgreSQL. */
export interface FutureSequenceGrantOptions {
  /** What the user may do. */
  readonly privileges: SequencePrivilege[];

  /**
   * The role that will create them.
   *
   * @default - the superuser
   */
  readonly owner?: string;

  /**
   * The schema in which they will be.
   *
   * @default public
   */
  readonly schema?: string;

  /**
   * The name of the database.
   *
   * @default - `databaseName` of the secret, else the database that the instance or cluster was created with, else `postgres`
   */
  readonly database?: string;
}
