/**
 * What the evaluator of policies is asked, and what it answers. `compile` makes a `CompiledPolicy` of a policy, once;
 * `decide(request, policies)` answers one request; `Candidates` finds the pairs of principal and resource that any statement
 * could allow at all, so that nobody need ask for the others: they are denied, for no statement allows them.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */

/** Something of which synthesis does not know the value, such as an intrinsic that has none yet or a managed policy of another app. */
export interface UnknownValue {
  /** What is missing, in words that end a sentence: `the value of Fn::ImportValue "Key"`, `the document of arn:aws:iam::aws:policy/Audit`. */
  readonly unknown: string;
  /** The text that the value begins with for sure: the known part in front of an intrinsic in `Fn::Join` or `Fn::Sub`. Only for a value inside a policy. */
  readonly startsWith?: string;
}

/** One value of a policy. Numbers and booleans count as the text that JSON has for them. */
export type PolicyValue = string | number | boolean | UnknownValue;

export type OneOrMany<T> = T | readonly T[];

/** Operators with the context keys that they compare and the values of the policy: the element `Condition`. */
export type ConditionBlock = Readonly<Record<string, Readonly<Record<string, OneOrMany<PolicyValue>>> | UnknownValue>>;

/** A principal element: `*`, or identifiers by their type (`AWS`, `Service`, `Federated`, `CanonicalUser`). */
export type PrincipalElement = '*' | Readonly<Record<string, OneOrMany<PolicyValue>>> | UnknownValue;

/** A statement as a resolved template has it. What it does not know is an `UnknownValue`, in any place. */
export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: PrincipalElement;
  readonly NotPrincipal?: PrincipalElement;
  readonly Action?: OneOrMany<PolicyValue>;
  readonly NotAction?: OneOrMany<PolicyValue>;
  readonly Resource?: OneOrMany<PolicyValue>;
  readonly NotResource?: OneOrMany<PolicyValue>;
  readonly Condition?: ConditionBlock | UnknownValue;
}

export interface PolicyDocument {
  /** @default '2008-10-17', as IAM has it: policy variables are then plain text */
  readonly Version?: string | UnknownValue;
  readonly Statement: OneOrMany<PolicyStatement | UnknownValue>;
}

/** A policy with the name under which answers mention it. */
export interface NamedPolicy {
  readonly name: string;
  /** Unknown for a policy of which only the ARN is known. */
  readonly document: PolicyDocument | UnknownValue;
}

/** A policy made ready for many decisions, by `compile`. It holds for every role that the policy can have in a `PolicySet`. */
export interface CompiledPolicy {
  readonly name: string;
  /**
   * Whether a statement, of either effect, could be about that action on that resource; conditions and principals are not looked at.
   * `false` is certain: such a policy neither allows nor denies the request. Cheap.
   */
  mayConcern(action: string, resource: string): boolean;
  /** The same for statements that allow: `false` says for sure that this policy does not allow the request. */
  mayAllow(action: string, resource: string): boolean;
}

/** The part that a policy plays in a decision. */
export type PolicyKind =
  | 'identity policy' | 'permissions boundary' | 'session policy'
  | 'resource policy' | 'key policy'
  | 'VPC endpoint policy' | 'service control policy' | 'resource control policy';

/** Every policy that a request meets. What is absent does not exist; what exists and is not known is compiled from an `UnknownValue`. */
export interface PolicySet {
  /** Inline and managed policies of the principal, with those of the groups of a user. */
  readonly identity?: readonly CompiledPolicy[];
  readonly permissionsBoundary?: CompiledPolicy;
  /** Session policies of the session of a role or a federated user. */
  readonly session?: readonly CompiledPolicy[];
  /** The policy of the resource: of the secret, or of the key when the action is one of KMS. A key always has one. */
  readonly resource?: CompiledPolicy;
  /** The policy of the VPC endpoint through which the request comes. @default - the request comes through no endpoint that has a policy */
  readonly endpoint?: CompiledPolicy;
  /** From the root of the organization of the principal down to its account, one list a level; each level has to allow. Empty or absent: none in force. */
  readonly serviceControl?: ReadonlyArray<readonly CompiledPolicy[]>;
  /** The same for the organization of the resource. AWS attaches `RCPFullAWSAccess` to each level; leave it out or give it, to the same effect. */
  readonly resourceControl?: ReadonlyArray<readonly CompiledPolicy[]>;
}

/**
 * Who makes the request.
 *
 * - `role`: `arn` is that of the role, with its path. Whoever uses a role does so in a session; `sessionName` tells which one.
 * - `user`: an IAM user.
 * - `federated user`: `arn` is `arn:aws:sts::<account>:federated-user/<name>`; `identity` holds the policies of the user who called GetFederationToken.
 * - `root`: the root user of the account, `arn:aws:iam::<account>:root`.
 * - `service`: `arn` is the name of an AWS service, such as `secretsmanager.amazonaws.com`; it has no account and no identity policies.
 * - `anonymous`: nobody who signed the request; `arn` is `*`.
 */
export interface RequestPrincipal {
  readonly kind: 'role' | 'user' | 'federated user' | 'root' | 'service' | 'anonymous';
  readonly arn: string;
  /** Twelve digits. @default - none, as for a service and for an anonymous request */
  readonly account?: string;
  /** @default - not known: a statement that names one session of the role then leads to a condition in words */
  readonly sessionName?: string;
  /** Of a federated user: the ARN of the user who called GetFederationToken. @default - not known */
  readonly userArn?: string;
}

/**
 * The context keys of a request. Their names have no case, as in IAM. The evaluator fills in none itself, not even `aws:PrincipalArn`:
 * who asks says which key has which values, which are absent, and that the others are unknown.
 */
export interface RequestContext {
  /**
   * Keys with their values: a text for a key that has one value, a list for one that can have several, even where it has one or none. IAM documents
   * what a list is only for the operators with `ForAllValues` and `ForAnyValue`, and for `Null`.
   */
  readonly known: Readonly<Record<string, OneOrMany<string>>>;
  /** Keys that the request does not have. A `*` at the end stands for any rest: `aws:PrincipalTag/*`. `known` wins. */
  readonly absent?: readonly string[];
  /** Keys of which nothing is known, written like those of `absent`. `known` wins, and so does the longer of two names that fit. */
  readonly unknown?: readonly string[];
  /** What each other key is. @default 'unknown' */
  readonly otherwise?: 'absent' | 'unknown';
}

export interface AccessRequest {
  readonly principal: RequestPrincipal;
  /** Such as `secretsmanager:GetSecretValue`; its case has no meaning. */
  readonly action: string;
  /** The ARN of one resource, without wildcards, or `*` for an action that knows no resources. */
  readonly resource: string;
  /** The account of the resource. For an action without a resource it is that of the principal. */
  readonly resourceAccount: string;
  readonly context: RequestContext;
}

/** A statement that took part in a decision. */
export interface DecidingStatement {
  readonly kind: PolicyKind;
  /** The name of its policy. */
  readonly policy: string;
  /** Its place in the document, from 0. */
  readonly index: number;
  readonly sid?: string;
  readonly effect: 'Allow' | 'Deny';
}

/** One condition on the request, of which the truth is not known in advance. */
export interface ContextCondition {
  /**
   * The context key, as the policy writes it; `sts:RoleSessionName` for a principal element that names one session, and `Resource` for a resource
   * element with a variable.
   */
  readonly key: string;
  /** With its quantifier, and never negated: `StringNotEquals` of a policy is `StringEquals` that does not hold. `IfExists` is a `Null` beside it. */
  readonly operator: string;
  /** The values of the policy, with its variables replaced where they are known. A wildcard that is no wildcard is `${*}` or `${?}`. */
  readonly values: readonly string[];
  /** `true`: the condition must match; `false`: it must not. A condition on a key that the request does not have does not match, but for `ForAllValues`. */
  readonly holds: boolean;
  /** A clause, such as `the request comes through VPC endpoint vpce-1` or `the principal's tag team is not payments`. */
  readonly words: string;
}

/** What has to be true of a request for it to be allowed. */
export type Requirement =
  | ContextCondition
  | { readonly all: readonly Requirement[] }
  | { readonly any: readonly Requirement[] };

/** Whatever the unknown keys are, and whatever is missing, the request is allowed. */
export interface Allowed {
  readonly outcome: 'allowed';
  /** The statements that allow it, of each kind of policy that has to allow. */
  readonly statements: readonly DecidingStatement[];
}

/** Whatever the unknown keys are, and whatever is missing, the request is denied. */
export interface Denied {
  readonly outcome: 'denied';
  /** `true` if a statement denies it, and not only no statement allows it. */
  readonly explicit: boolean;
  /** The statements that deny it; empty if it is only that none allows it. */
  readonly statements: readonly DecidingStatement[];
  /** A sentence's worth, such as `no statement of its identity policies allows it`. */
  readonly reason: string;
}

/** The request is allowed exactly when `requirement` is fulfilled; otherwise it is denied. */
export interface AllowedIf {
  readonly outcome: 'allowed if';
  readonly requirement: Requirement;
  /** The requirement as one clause. */
  readonly words: string;
  /** The statements, of both effects, that allow or deny it depending on the requirement, and those that allow it in any case. */
  readonly statements: readonly DecidingStatement[];
}

/** Something is missing on which the answer depends. */
export interface NotDecided {
  readonly outcome: 'not decided';
  /** What is missing, one clause each: the texts of `UnknownValue`, and operators that IAM does not document. */
  readonly missing: readonly string[];
  /** The request is allowed at least when this is fulfilled, whatever is missing. Absent: nothing is certain to be enough. */
  readonly allowedAtLeastIf?: Requirement;
  /** The request is denied unless this is fulfilled, whatever is missing. Absent: nothing known stands in its way. */
  readonly allowedAtMostIf?: Requirement;
  /** The statements that matter, as far as they are known. */
  readonly statements: readonly DecidingStatement[];
}

export type Decision = Allowed | Denied | AllowedIf | NotDecided;
