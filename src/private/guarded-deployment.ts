import { Stack, type StackSynthesizer, Token } from 'aws-cdk-lib';
import { fail } from './errors';
import type { Guard } from './guarded-caller';

/**
 * Fails when a guard rail is known to deny the role with which CloudFormation deploys the stack: once the resource policy is there, no
 * deployment could do anything with the secret any more.
 *
 * CloudFormation works on resources in a forward access session, which a guard rail on endpoints lets through.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/fas-requests-and-permission-evaluation.html
 */
export function requireDeployable(path: string, stack: Stack, guards: Guard[]): void {
  const principalArn = executionRoleOf(stack);
  const denying = guards.find(guard => guard._rule({ principalArn }) === 'denies');
  if (!denying) return;
  fail(path, `GuardRail.${denying._kind} of the namespace would deny ${principalArn}, the role with which CloudFormation deploys the secret, and no later deployment `
    + 'could change it; write patterns that do not match that role');
}

/** As far as the synthesizer says, with a word for what only the deployment knows; absent where CloudFormation takes on no role. */
function executionRoleOf(stack: Stack): string | undefined {
  if (stack.nestedStackParent) return executionRoleOf(stack.nestedStackParent);
  const { cloudFormationExecutionRole } = stack.synthesizer as Partial<StackSynthesizer>;
  const partition = Token.isUnresolved(stack.partition) ? 'aws' : stack.partition;
  return cloudFormationExecutionRole?.replace(/\$\{AWS::Partition\}/g, partition).replace(/\$\{AWS::(\w+)\}/g, '$1');
}
