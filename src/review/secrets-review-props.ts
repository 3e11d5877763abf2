/** How bad a finding is. */
export enum ReviewSeverity {
  /** It fails the synthesis. */
  ERROR = 'error',
  /** It is shown. */
  WARNING = 'warning',
  /** It is shown, as information. */
  NOTE = 'note',
  /** The rule is left out. */
  OFF = 'off',
}

/** Properties of `SecretsReview`. */
export interface SecretsReviewProps {
  /**
   * How bad it is to break a rule, by the id of the rule, such as `plaintext-value`.
   *
   * @default - as the table of rules in the guide has it
   */
  readonly severities?: { [rule: string]: ReviewSeverity };

  /**
   * How the names of secrets begin, such as `prod/payments/`. `*` stands for one level of any name.
   *
   * @default - two levels of any name, as in `prod/payments/`
   */
  readonly hierarchy?: string[];

  /**
   * Accounts and organizations that may have access to secrets, such as `111122223333` or `o-a1b2c3d4e5`.
   *
   * @default - those alone that a `CrossAccountSecretPolicy` of the app names
   */
  readonly allowedAccounts?: string[];

  /**
   * A directory with documents of managed policies that no template holds, such as `TeamBoundary.json` or `aws/ReadOnlyAccess.json`: a
   * policy document, or what `aws iam get-policy-version` prints.
   *
   * @default - what depends on such a policy is not decided, and the report says so
   */
  readonly managedPolicies?: string;

  /**
   * A directory with the service control policies of the organization as JSON files; those in a folder that is named like an account hold
   * for that account alone.
   *
   * @default - none is in force
   */
  readonly serviceControlPolicies?: string;

  /**
   * The same with the resource control policies of the organization.
   *
   * @default - none is in force
   */
  readonly resourceControlPolicies?: string;
}
