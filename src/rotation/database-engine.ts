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

/**
 * The engine of a database, on Amazon RDS, Aurora or elsewhere.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html
 */
export class DatabaseEngine {
  /** PostgreSQL, also Aurora's: single user and alternating users. */
  public static readonly POSTGRESQL = new DatabaseEngine('postgres', {
    defaultPort: 5432, passwordPolicy: PasswordPolicy.POSTGRESQL, function: 'postgres', maxUsernameLength: 63, rdsNames: ['postgres', 'aurora-postgresql'],
  });

  /** MySQL 8 and newer, also Aurora's: single user, alternating users and dual password. */
  public static readonly MYSQL = new DatabaseEngine('mysql', {
    defaultPort: 3306, passwordPolicy: PasswordPolicy.MYSQL, function: 'mysql', maxUsernameLength: 32, rdsNames: ['mysql', 'aurora-mysql'], keepsOldPassword: true,
  });

  /** MariaDB: single user and alternating users. */
  public static readonly MARIADB = new DatabaseEngine('mariadb', {
    defaultPort: 3306, passwordPolicy: PasswordPolicy.MARIADB, function: 'mysql', maxUsernameLength: 80, rdsNames: ['mariadb'],
  });

  /**
   * Another engine, whose rotation function is your own: see `DatabaseRotator.fromFunction`.
   *
   * @param name the value of `engine` in the secret, such as `oracle`
   */
  public static of(name: string, options: DatabaseEngineOptions): DatabaseEngine {
    return new DatabaseEngine(name, { ...options, rdsNames: [name] });
  }

  /**
   * The engine that Amazon RDS calls by this name; absent where this library has no function for it.
   *
   * @internal
   */
  public static _ofRds(name: string): DatabaseEngine | undefined {
    return [DatabaseEngine.POSTGRESQL, DatabaseEngine.MYSQL, DatabaseEngine.MARIADB].find(engine => engine.rdsNames.includes(name));
  }

  /** The port at which the database listens when nobody says otherwise. */
  public readonly defaultPort: number;

  /** What a password may look like. */
  public readonly passwordPolicy: PasswordPolicy;

  /**
   * The folder of the function that rotates its users, in `assets/rotation`; absent where there is none.
   *
   * @internal
   */
  public readonly _function?: string;

  /**
   * In characters, in bytes for PostgreSQL, `_clone` included.
   *
   * @internal
   */
  public readonly _maxUsernameLength?: number;

  /**
   * The server can keep the old password beside the new one.
   *
   * @internal
   */
  public readonly _keepsOldPassword: boolean;

  private readonly rdsNames: string[];

  private constructor(
    /** The value of `engine` in a secret. */
    public readonly name: string,
    known: KnownEngine,
  ) {
    this.defaultPort = known.defaultPort;
    this.passwordPolicy = known.passwordPolicy ?? PasswordPolicy.DEFAULT;
    this._function = known.function;
    this._maxUsernameLength = known.maxUsernameLength;
    this._keepsOldPassword = known.keepsOldPassword ?? false;
    this.rdsNames = known.rdsNames;
  }
}

interface KnownEngine extends DatabaseEngineOptions {
  readonly function?: string;
  readonly maxUsernameLength?: number;
  readonly keepsOldPassword?: boolean;
  /** What Amazon RDS calls the engine. */
  readonly rdsNames: string[];
}
