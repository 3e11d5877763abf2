/**
 * The name of a secret that is deployed already. It keeps that name when it moves into a namespace, and is not replaced.
 *
 * A new secret takes a `purpose`: the namespace names it, and the policy of its key allows it by its prefix.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-secretsmanager-secret.html
 */
export class DeployedName {
  /**
   * A name that was given, as `secretName` of the L2 gives it.
   *
   * @param secretName the full name, such as `legacy/stripe-api-key`
   */
  public static explicit(secretName: string): DeployedName {
    return new DeployedName(secretName);
  }

  /** A name that CloudFormation made, as for an L2 `Secret` without `secretName`. */
  public static generated(): DeployedName {
    return new DeployedName(undefined);
  }

  private constructor(private readonly name: string | undefined) {}

  /** @internal */
  public get _name(): string | undefined {
    return this.name;
  }
}
