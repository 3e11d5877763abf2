import { neededFirst } from '../assembly/creation-order';
import type { Placed } from '../model/roles';

/**
 * Whether an `AWS::Lambda::Permission` lets Secrets Manager invoke the function on behalf of a secret.
 *
 * @param unknown the answer for a property that has no value before the deployment
 */
export function permits({ resource: { Properties = {} } }: Placed, source: { account: string; arn?: string }, unknown: boolean): boolean {
  const { Principal, Action, SourceAccount, SourceArn } = Properties;
  const fits = (value: unknown, test: (text: string) => boolean) => typeof value === 'object' ? unknown : test(String(value));
  return fits(Principal, text => text === 'secretsmanager.amazonaws.com')
    && fits(Action, text => /^(lambda:(InvokeFunction|\*)|\*)$/i.test(text))
    && (SourceAccount === undefined || fits(SourceAccount, text => text === source.account))
    && (SourceArn === undefined || source.arn === undefined || fits(SourceArn, text => arnLike(text, source.arn!)));
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
