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

/** What a guard rail says of a caller. */
export type Ruling = 'lets in' | 'denies' | 'depends';

/** A guard rail, for what must not know namespaces. */
export interface Guard {
  readonly _kind: string;
  _rule(caller: GuardedCaller): Ruling;
}

/**
 * Whether a pattern of ARNs matches an ARN, as `ArnLike` does: part by part. A token matches nothing that is known.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
 */
export function arnLike(arn: string, pattern: string): boolean {
  if (Token.isUnresolved(arn) || Token.isUnresolved(pattern)) return false;
  const [parts, wanted] = [partsOf(arn), partsOf(pattern)];
  return parts.length === wanted.length && parts.every((part, index) => asPattern(wanted[index]).test(part));
}

/** The sixth part may hold colons. */
function partsOf(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}

function asPattern(part: string): RegExp {
  return new RegExp(`^${part.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.')}$`);
}
