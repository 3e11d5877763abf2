import type { ResolvedStack } from '../assembly/resolved-stack';
import type { Secret } from '../model/model';
import { pathOf, resourcesOfType } from '../model/placed';
import { listOf } from '../model/policy';

/**
 * Who is told when the rotation of a secret fails: the rules of EventBridge that match what Secrets Manager then sends. A rule that
 * listens to another detail type matches nothing, and watches nothing.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/retrieve-ct-entries.html
 */
export function watchersOf(stacks: ResolvedStack[]): (secret: Secret) => string[] {
  const rules = resourcesOfType(stacks, 'AWS::Events::Rule').filter(({ resource: { Properties = {} } }) =>
    Properties.State !== 'DISABLED' && listOf(Properties.Targets).length > 0);
  return ({ arn, account, region }) => rules
    .filter(rule => rule.stack.account === account && rule.stack.region === region && matches(rule.resource.Properties!.EventPattern, failureOf(arn)))
    .map(pathOf);
}

function failureOf(arn: string): Event {
  return {
    'source': 'aws.secretsmanager',
    'detail-type': 'AWS Service Event via CloudTrail',
    'detail': { eventName: 'RotationFailed', eventSource: 'secretsmanager.amazonaws.com', additionalEventData: { SecretId: arn } },
  };
}

interface Event {
  readonly [field: string]: string | Event;
}

/** Every field of a pattern must match; what is not understood here matches nothing. */
function matches(pattern: unknown, event: string | Event | undefined): boolean {
  if (Array.isArray(pattern)) return pattern.some(condition => meets(condition, event));
  if (typeof pattern !== 'object' || pattern === null || typeof event !== 'object') return false;
  return Object.entries(pattern).every(([field, inner]) => matches(inner, event[field]));
}

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html */
function meets(condition: unknown, value: string | Event | undefined): boolean {
  if (typeof condition === 'string') return condition === value;
  const [[operator, operand]] = Object.entries(condition ?? {}).concat([['', undefined]]);
  if (operator === 'exists') return operand === (value !== undefined);
  if (typeof value !== 'string' || typeof operand !== 'string') return false;
  switch (operator) {
    case 'prefix': return value.startsWith(operand);
    case 'suffix': return value.endsWith(operand);
    case 'equals-ignore-case': return value.toLowerCase() === operand.toLowerCase();
    case 'wildcard': return new RegExp(`^${operand.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*')}$`).test(value);
    default: return false;
  }
}
