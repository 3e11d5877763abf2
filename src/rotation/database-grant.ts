import type { GrantDescription } from './contract/database-user';
import type { DatabaseEngine } from './database-engine';
import type {
  DatabaseGrantOptions, FutureSequenceGrantOptions, FutureTableGrantOptions, SchemaGrantOptions, SequenceGrantOptions, TableGrantOptions,
} from './database-grant-options';
import { type GrantRequest, settledGrant } from './private/settled-grant';

/**
 * Something that a database user may do. Names are those of the database, without quotes; the rotation function quotes them.
 *
 * A name or a privilege that the engine does not have is an error at synthesis, and so is a token.
 *
 * @see https://www.postgresql.org/docs/current/ddl-priv.html
 * @see https://dev.mysql.com/doc/refman/8.4/en/privileges-provided.html
 */
export class DatabaseGrant {
  /** On a whole database. In MongoDB, roles on it. */
  public static onDatabase(options: DatabaseGrantOptions): DatabaseGrant {
    return new DatabaseGrant({ ...options, on: 'database' });
  }

  /** On a schema of PostgreSQL. */
  public static onSchema(options: SchemaGrantOptions): DatabaseGrant {
    return new DatabaseGrant({ ...options, on: 'schema' });
  }

  /** On tables and views: on those named, or on all. */
  public static onTables(options: TableGrantOptions): DatabaseGrant {
    const { tables, ...rest } = options ?? {};
    return new DatabaseGrant({ ...rest, names: tables, on: 'tables' });
  }

  /** On sequences of PostgreSQL: on those named, or on all. */
  public static onSequences(options: SequenceGrantOptions): DatabaseGrant {
    const { sequences, ...rest } = options ?? {};
    return new DatabaseGrant({ ...rest, names: sequences, on: 'sequences' });
  }

  /** On tables that a role of PostgreSQL will create: default privileges. */
  public static onFutureTables(options: FutureTableGrantOptions): DatabaseGrant {
    return new DatabaseGrant({ ...options, on: 'futureTables' });
  }

  /** On sequences that a role of PostgreSQL will create: default privileges. */
  public static onFutureSequences(options: FutureSequenceGrantOptions): DatabaseGrant {
    return new DatabaseGrant({ ...options, on: 'futureSequences' });
  }

  /**
   * Membership in a role that is there already, with all that it may do. In MySQL and MariaDB the role is on from the start; MariaDB has
   * one such role for a user. In MongoDB it is a role of the database `admin`, which gives no power over users or over the whole server.
   */
  public static role(name: string): DatabaseGrant {
    return new DatabaseGrant({ on: 'role', role: name });
  }

  /**
   * A statement of your own, which the superuser runs after all other grants, each time that the user is brought up to date: so it must be
   * one that can be repeated. It is for what has no grant here. Nobody checks or quotes it, it stands in the template, and no name is found
   * without its schema.
   *
   * @param sql one statement; it must not set a password
   * @param database that of PostgreSQL in which it runs; that of the secret by default
   */
  public static statement(sql: string, database?: string): DatabaseGrant {
    return new DatabaseGrant({ on: 'statement', statement: sql, database });
  }

  private constructor(private readonly request: GrantRequest) {}

  /**
   * The grant for a database, checked.
   *
   * @internal
   */
  public _describe(path: string, engine: DatabaseEngine, database: string | undefined): GrantDescription {
    return settledGrant(path, this.request, { engine: engine._rotated!, database });
  }
}
