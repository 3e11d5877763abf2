import { type aws_secretsmanager as secretsmanager, Token } from 'aws-cdk-lib';
import { fail } from '../private/errors';
import { requireWhole } from '../private/validation';

/** Rules for a password that Secrets Manager generates. */
export interface PasswordPolicyOptions {
  /**
   * Length in characters, from 1 to 4096.
   *
   * @default 32
   */
  readonly length?: number;

  /**
   * Characters that must not occur.
   *
   * @default - every character of the kinds below may occur
   */
  readonly excludeCharacters?: string;

  /**
   * Whether upper-case letters may occur.
   *
   * @default true
   */
  readonly uppercase?: boolean;

  /**
   * Whether lower-case letters may occur.
   *
   * @default true
   */
  readonly lowercase?: boolean;

  /**
   * Whether digits may occur.
   *
   * @default true
   */
  readonly numbers?: boolean;

  /**
   * Whether punctuation may occur.
   *
   * @default true
   */
  readonly punctuation?: boolean;

  /**
   * Whether the space may occur.
   *
   * @default false
   */
  readonly space?: boolean;

  /**
   * Whether each kind of character that may occur must occur at least once.
   *
   * @default true
   */
  readonly requireEachIncludedType?: boolean;
}

/** Refused by Amazon RDS in every engine, or in need of quoting in URLs, shells and connection strings. */
const UNSAFE_IN_CONNECTION_STRINGS = ' %+~`#$&*()|[]{}:;<>?!\'/@"\\';

/**
 * What a generated password must look like, at creation and at every rotation.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html
 */
export class PasswordPolicy {
  /** 32 characters of every kind, as Secrets Manager generates by default. */
  public static readonly DEFAULT = new PasswordPolicy({});

  /** 32 letters and digits, for values that stand in URLs and configuration files. */
  public static readonly ALPHANUMERIC = new PasswordPolicy({ punctuation: false });

  /**
   * 32 characters that PostgreSQL, MySQL, MariaDB and SQL Server on Amazon RDS and Aurora accept, and that need no quoting in a connection
   * string. Oracle accepts 30 at most: `ORACLE`.
   *
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html
   */
  public static readonly DATABASE = PasswordPolicy.forDatabase(32);

  /** 30 characters, the most that Oracle on Amazon RDS accepts, without those that need quoting. */
  public static readonly ORACLE = PasswordPolicy.forDatabase(30);

  /** Rules of your own. */
  public static of(props: PasswordPolicyOptions): PasswordPolicy {
    return new PasswordPolicy(props);
  }

  private static forDatabase(length: number): PasswordPolicy {
    return new PasswordPolicy({ length, excludeCharacters: UNSAFE_IN_CONNECTION_STRINGS });
  }

  /** Length in characters. */
  public readonly length: number;

  /** Characters that must not occur. */
  public readonly excludeCharacters: string;

  private _isChecked = false;

  private constructor(private readonly props: PasswordPolicyOptions) {
    this.length = props.length ?? 32;
    this.excludeCharacters = props.excludeCharacters ?? '';
  }

  /**
   * Every rule, with its default.
   *
   * @internal
   */
  public get _rules(): Required<PasswordPolicyOptions> {
    const { length, excludeCharacters } = this;
    const defaults = { uppercase: true, lowercase: true, numbers: true, punctuation: true, space: false, requireEachIncludedType: true };
    return { ...defaults, ...given(this.props), length, excludeCharacters };
  }

  /**
   * Fails on rules that no password can keep. They are good for every secret or for none, so that they are looked at once.
   *
   * @internal
   */
  public _validate(path: string): void {
    if (this._isChecked) return;
    const { length, uppercase, lowercase, numbers, punctuation, requireEachIncludedType } = this._rules;
    requireWhole(path, 'length', this.length, { min: 1, max: 4096 });
    const kinds = [uppercase, lowercase, numbers, punctuation].filter(Boolean).length;
    if (kinds === 0) fail(path, 'a password policy must allow at least one of `uppercase`, `lowercase`, `numbers` and `punctuation`');
    if (requireEachIncludedType && !Token.isUnresolved(length) && this.length < kinds) {
      fail(path, `\`length\` must be at least ${kinds}, one for each kind of character that is required, got ${length}; `
        + 'allow fewer kinds or set `requireEachIncludedType` to false');
    }
    this._isChecked = true;
  }

  /**
   * The part of `GenerateSecretString` that this policy fixes. What equals the service's default is left out, so that a policy
   * renders what the L2 rendered for the same rules: each change of this property replaces the value.
   *
   * @internal
   */
  public _render(): secretsmanager.SecretStringGenerator {
    const { length, excludeCharacters, uppercase, lowercase, numbers, punctuation, space, requireEachIncludedType } = this.props;
    return {
      ...(length !== undefined && { passwordLength: length }),
      ...(excludeCharacters && { excludeCharacters }),
      ...(uppercase === false && { excludeUppercase: true }),
      ...(lowercase === false && { excludeLowercase: true }),
      ...(numbers === false && { excludeNumbers: true }),
      ...(punctuation === false && { excludePunctuation: true }),
      ...(space === true && { includeSpace: true }),
      ...(requireEachIncludedType === false && { requireEachIncludedType: false }),
    };
  }
}

/** Without what is there and undefined, as JavaScript callers and other languages may pass it. */
function given(props: PasswordPolicyOptions): PasswordPolicyOptions {
  return Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined));
}
