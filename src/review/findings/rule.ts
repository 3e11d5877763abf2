import type { ResolvedStack } from '../assembly/resolved-stack';
import type { Place, ReviewDocument, Severity } from '../document/review-document';
import type { AccessModel } from '../model/model';
import type { Placed } from '../model/roles';

/** In front of the id of each rule, so that `Validations.of(scope).acknowledge` keeps it apart from the rules of others. */
export const RULE_PREFIX = 'cdk-managed-secrets::';

/** What rules look at: the templates, and what was decided about them. */
export interface Evidence {
  readonly stacks: ResolvedStack[];
  readonly model: AccessModel;
  /** The review without its findings. */
  readonly document: Omit<ReviewDocument, 'findings' | 'hints' | 'acknowledged'>;
  readonly placeOf: (placed: Pick<Placed, 'stack' | 'logicalId'>) => Place;
}

/** What is known of templates before anything is decided about them. */
export type TemplateEvidence = Omit<Evidence, 'document'>;

/** What an organization decides for itself. */
export interface RuleOptions {
  /**
   * How the names of secrets begin, such as `prod/payments/`; `*` stands for one level of any name.
   *
   * @default - two levels of any name
   */
  readonly hierarchy?: readonly string[];
  /**
   * Accounts and organizations that may have access.
   *
   * @default - those that a `CrossAccountSecretPolicy` of the app names
   */
  readonly allowedAccounts?: readonly string[];
}

/** One place where a rule is broken. */
export interface Flaw {
  readonly place: Place;
  /** What is wrong here. */
  readonly message: string;
}

export interface Rule {
  /** Stable, without the prefix. */
  readonly id: string;
  readonly severity: Severity;
  /** What it finds breaks nothing: it is listed apart, and counts nowhere, unless the user decides how bad it is. @default - it is counted */
  readonly isHint?: boolean;
  /** What it finds, in one line. */
  readonly finds: string;
  /** What to do. */
  readonly fix: string;
  /** The page of AWS that it rests on. */
  readonly page: string;
  readonly flaws: (evidence: Evidence, options: RuleOptions) => Flaw[];
}

/** A rule that needs no decision. */
export interface TemplateRule extends Rule {
  readonly flaws: (evidence: TemplateEvidence) => Flaw[];
}

/** The documentation that rules rest on. */
export const SECRETS_MANAGER_GUIDE = 'https://docs.aws.amazon.com/secretsmanager/latest/userguide';
export const KMS_GUIDE = 'https://docs.aws.amazon.com/kms/latest/developerguide';
