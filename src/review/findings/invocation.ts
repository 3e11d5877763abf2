import { neededFirst } from '../assembly/creation-order';
import type { Placed } from '../model/roles';

/** Whether an `AWS::Lambda::Permission` lets Secrets Manager invoke the function on behalf of a secret. */
export function permits({ resource: { Properties = {} } }: Placed, source: { account: string; arn?: string }): boolean {
  const { Principal, Action, SourceAccount, SourceArn } = Properties;
  return Principal === 'secretsmanager.amazonaws.com'
    && /^(lambda:(InvokeFunction|\*)|\*)$/i.test(Action)
    && (SourceAccount === undefined || String(SourceAccount) === source.account)
    && (SourceArn === undefined || source.arn === undefined || arnLike(SourceArn, source.arn));
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN */
function arnLike(pattern: string, arn: string): boolean {
  const expression = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.');
  return new RegExp(`^${expression}$`).test(arn);
}

/** Whether CloudFormation has the one before it makes the other. */
export function isCreatedBefore(permission: Placed, { stack, logicalId }: Pick<Placed, 'stack' | 'logicalId'>): boolean {
  return permission.stack === stack
    ? neededFirst(stack.source, logicalId).has(permission.logicalId)
    : stack.dependencies.includes(permission.stack.path);
}
