/**
 * One level of the hierarchy in which a `SecretNamespace` names its secrets.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples.html
 */
export class NameLevel {
  /** The environment of the namespace, such as `prod`. */
  public static readonly ENVIRONMENT = new NameLevel('environment', undefined);

  /** The service of the namespace, such as `payments`. */
  public static readonly SERVICE = new NameLevel('service', undefined);

  /**
   * A fixed level, such as the organization or the team.
   *
   * @param value one level: letters, digits and `_+=.@-`, without a slash
   */
  public static literal(value: string): NameLevel {
    return new NameLevel('literal', value);
  }

  private constructor(private readonly kind: 'environment' | 'service' | 'literal', private readonly value: string | undefined) {}

  /** @internal */
  public get _kind(): 'environment' | 'service' | 'literal' {
    return this.kind;
  }

  /** @internal */
  public get _value(): string | undefined {
    return this.value;
  }
}
