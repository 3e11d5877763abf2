import { Token } from 'aws-cdk-lib';

/** Who asks Secrets Manager, as far as a guard rail looks at it and synthesis knows it. */
export interface GuardedCaller {
  /** The ARN of the role; absent where nobody knows it yet. */
  readonly principalArn?: string;
  /** Absent where the way is not known. */
  readonly way?: {
    /** The VPC endpoint; absent for a call that comes through none. */
    readonly vpcEndpointId?: string;
  };
}

/** What a caller asks for. */
export interface GuardedRequest extends GuardedCaller {
  readonly purpose: 'deployment' | 'rotation' | 'read';
  /** All of them must be allowed. */
  readonly actions: readonly string[];
  /** Needed in some cases. */
  readonly perhapsActions?: readonly string[];
  /** A service that calls in its own name, or for a principal in a forward access session. */
  readonly isOfAwsService?: boolean;
  /** Stands for every principal of the organization; the caller's is that of the secret when left out. */
  readonly organizationId?: string;
}

/** What a guard rail says of a request. */
export type Ruling = 'lets in' | 'denies' | 'depends';

/** A guard rail, for what must not know namespaces. */
export interface Guard {
  /** How messages name it. */
  readonly _name: string;
  /** It is there so that nobody deletes a secret. */
  readonly _keepsSecrets: boolean;
  _rule(request: GuardedRequest): Ruling;
  /** Why a request is denied, and what to do: the end of a sentence. */
  _remedy(request: GuardedRequest): string;
}

/**
 * Whether a pattern of ARNs matches an ARN, as `ArnLike` does: part by part. A token matches nothing that is known.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
 */
export function arnLike(arn: string, pattern: string): boolean {
  if (Token.isUnresolved(arn) || Token.isUnresolved(pattern)) return false;
  const [parts, wanted] = [partsOf(arn), partsOf(pattern)];
  return parts.length === wanted.length && parts.every((part, index) => isMatch(part, wanted[index]));
}

/** The sixth part may hold colons. */
function partsOf(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}

/** Whether a pattern with `*` and `?` matches the whole text. */
export function isMatch(text: string, pattern: string): boolean {
  return new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.')}$`).test(text);
}
