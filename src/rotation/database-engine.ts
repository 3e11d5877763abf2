import { ENGINES, namesOf, type RotatedEngine, titlesOf } from './contract/engines';
import { PasswordPolicy } from '../secret/password-policy';

/** Properties of an engine for which the rotation function is your own. */
export interface DatabaseEngineOptions {
  /** The port at which the database listens when nobody says otherwise. */
  readonly defaultPort: number;

  /**
   * What a password may look like.
   *
   * @default PasswordPolicy.DEFAULT
   */
  readonly passwordPolicy?: PasswordPolicy;
}

/** Those with a function, in the order of the constants below, each of which adds itself. */
const ROTATED: DatabaseEngine[] = [];

/** Those that AWS alone rotates. */
const HOSTED: DatabaseEngine[] = [];

/** An engine without a rotation function of this library. */
interface HostedFacts {
  readonly name: string;
  /** As Amazon RDS calls it. */
  readonly aliases: readonly string[];
  readonly defaultPort: number;
  readonly passwordPolicy: PasswordPolicy;
  /** Fields of the value of each secret, whoever rotates it. */
  readonly fields?: { readonly [field: string]: string };
}

const SSL = { ssl: 'true' };

/**
 * The engine of a database, on Amazon RDS, Aurora or elsewhere.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html
 */
export class DatabaseEngine {
  /** PostgreSQL, also Aurora's: single user, alternating users, and a superuser who sets the password. */
  public static readonly POSTGRESQL = DatabaseEngine.rotated(ENGINES.postgres, PasswordPolicy.DATABASE);

  /** MySQL 8 and newer, also Aurora's: single user, alternating users, dual password, and a superuser who sets the password. */
  public static readonly MYSQL = DatabaseEngine.rotated(ENGINES.mysql, PasswordPolicy.DATABASE);

  /** MariaDB: single user, alternating users, and a superuser who sets the password. */
  public static readonly MARIADB = DatabaseEngine.rotated(ENGINES.mariadb, PasswordPolicy.DATABASE);

  /**
   * Amazon DocumentDB, with instances or elastic, and MongoDB 3.6 and newer: single user, alternating users, and a superuser who sets the
   * password. `databaseName` is the database that holds the user, `admin` by default. A single user needs a role with the action
   * `changeOwnPassword`, which no built-in role for applications has. The value of its secrets says `ssl: true`.
   *
   * @see https://docs.aws.amazon.com/documentdb/latest/developerguide/role_based_access_control.html
   */
  public static readonly MONGODB = DatabaseEngine.rotated(ENGINES.mongo, PasswordPolicy.DATABASE);

  /**
   * Amazon Redshift and Redshift Serverless: single user, and a superuser who sets the password. Its function was tested with PostgreSQL in
   * place of the service, which speaks the same protocol, and never on the service itself.
   *
   * A user logs in by MD5, which is all that the service and the driver have in common, so that the function sets an MD5 hash.
   *
   * @see https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_USER.html
   */
  public static readonly REDSHIFT = DatabaseEngine.rotated(ENGINES.redshift, PasswordPolicy.DATABASE);

  /** Microsoft SQL Server, rotated by a function that AWS hosts: `DatabaseRotator.hosted`. The value of its secrets says `ssl: true`. */
  public static readonly SQLSERVER = DatabaseEngine.hosted({
    name: 'sqlserver',
    aliases: ['sqlserver-ee', 'sqlserver-se', 'sqlserver-ex', 'sqlserver-web'],
    defaultPort: 1433,
    passwordPolicy: PasswordPolicy.DATABASE,
    fields: SSL,
  });

  /**
   * Oracle, rotated by a function that AWS hosts: `DatabaseRotator.hosted`. The value of its secrets says `ssl: true`, so that the database
   * needs a listener for TLS.
   */
  public static readonly ORACLE = DatabaseEngine.hosted({
    name: 'oracle',
    aliases: ['oracle-ee', 'oracle-ee-cdb', 'oracle-se2', 'oracle-se2-cdb'],
    defaultPort: 1521,
    passwordPolicy: PasswordPolicy.ORACLE,
    fields: SSL,
  });

  /**
   * IBM Db2, rotated by a function that AWS hosts: `DatabaseRotator.hosted`. It logs in without TLS, and as a superuser: by
   * `RotationStrategy.superuserSets` or `alternatingUsers`.
   */
  public static readonly DB2 = DatabaseEngine.hosted({
    name: 'db2', aliases: ['db2-se', 'db2-ae'], defaultPort: 50_000, passwordPolicy: PasswordPolicy.DATABASE,
  });

  /**
   * Another engine, whose rotation function is your own: see `DatabaseRotator.fromFunction`.
   *
   * @param name the value of `engine` in the secret, such as `oracle`
   */
  public static of(name: string, options: DatabaseEngineOptions): DatabaseEngine {
    return new DatabaseEngine(name, options);
  }

  /**
   * The engine that a secret or Amazon RDS calls by this name; absent where neither this library nor AWS has a function for it.
   *
   * @internal
   */
  public static _named(name: string): DatabaseEngine | undefined {
    return ROTATED.find(({ _rotated }) => namesOf(_rotated!).includes(name)) ?? HOSTED.find(({ _names }) => _names!.includes(name));
  }

  /**
   * Those for which this library has a function, in words.
   *
   * @internal
   */
  public static _titles(): string {
    return titlesOf(ROTATED.map(({ _rotated }) => _rotated!));
  }

  private static rotated(facts: RotatedEngine, passwordPolicy: PasswordPolicy): DatabaseEngine {
    const engine = new DatabaseEngine(facts.name, { defaultPort: facts.defaultPort, passwordPolicy }, facts);
    ROTATED.push(engine);
    return engine;
  }

  private static hosted(facts: HostedFacts): DatabaseEngine {
    const engine = new DatabaseEngine(facts.name, facts, undefined, facts);
    HOSTED.push(engine);
    return engine;
  }

  /** The port at which the database listens when nobody says otherwise. */
  public readonly defaultPort: number;

  /** What a password may look like. */
  public readonly passwordPolicy: PasswordPolicy;

  private constructor(
    /** The value of `engine` in a secret. */
    public readonly name: string,
    options: DatabaseEngineOptions,
    /**
     * What the rotation function knows of the engine; absent where this library has none.
     *
     * @internal
     */
    public readonly _rotated?: RotatedEngine,
    private readonly hostedFacts?: HostedFacts,
  ) {
    this.defaultPort = options.defaultPort;
    this.passwordPolicy = options.passwordPolicy ?? PasswordPolicy.DEFAULT;
  }

  /**
   * Every value of `engine` that means an engine that AWS alone rotates.
   *
   * @internal
   */
  public get _names(): readonly string[] | undefined {
    return this.hostedFacts && [this.name, ...this.hostedFacts.aliases];
  }

  /**
   * Fields that the value of each of its secrets has, whoever rotates it.
   *
   * @internal
   */
  public get _fields(): { readonly [field: string]: string } {
    return this.hostedFacts?.fields ?? (this._rotated?.saysSsl ? SSL : {});
  }
}
