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

/**
 * The engine of a database, on Amazon RDS, Aurora or elsewhere.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html
 */
export class DatabaseEngine {
  /** PostgreSQL, also Aurora's: single user and alternating users. */
  public static readonly POSTGRESQL = DatabaseEngine.rotated(ENGINES.postgres, PasswordPolicy.DATABASE);

  /** MySQL 8 and newer, also Aurora's: single user, alternating users and dual password. */
  public static readonly MYSQL = DatabaseEngine.rotated(ENGINES.mysql, PasswordPolicy.DATABASE);

  /** MariaDB: single user and alternating users. */
  public static readonly MARIADB = DatabaseEngine.rotated(ENGINES.mariadb, PasswordPolicy.DATABASE);

  /**
   * Another engine, whose rotation function is your own: see `DatabaseRotator.fromFunction`.
   *
   * @param name the value of `engine` in the secret, such as `oracle`
   */
  public static of(name: string, options: DatabaseEngineOptions): DatabaseEngine {
    return new DatabaseEngine(name, options);
  }

  /**
   * The engine that a secret or Amazon RDS calls by this name; absent where this library has no function for it.
   *
   * @internal
   */
  public static _named(name: string): DatabaseEngine | undefined {
    return ROTATED.find(({ _rotated }) => namesOf(_rotated!).includes(name));
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
  ) {
    this.defaultPort = options.defaultPort;
    this.passwordPolicy = options.passwordPolicy ?? PasswordPolicy.DEFAULT;
  }
}
