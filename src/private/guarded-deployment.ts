import { Annotations, RemovalPolicy, Stack, type StackSynthesizer, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { SECRET_DEPLOY, SECRET_DEPLOY_PERHAPS } from './actions';
import { fail } from './errors';
import type { Guard, GuardedRequest } from './guarded-caller';

/**
 * Fails when a guard rail is known to deny the role with which CloudFormation deploys the stack: once the resource policy is there, no
 * deployment could do anything with the secret any more.
 */
export function requireDeployable(path: string, stack: Stack, guards: Guard[]): void {
  if (guards.length === 0) return;
  const deployment = deploymentOf(stack);
  const denying = guards.find(guard => guard._rule(deployment) === 'denies');
  if (!denying) return;
  fail(path, `GuardRail.${denying._name} of the namespace would deny ${callerIn(deployment)}, and later deployments of it would fail, `
    + denying._remedy(deployment));
}

/** Says what guard rails may deny CloudFormation, and what they cannot. */
export function warnOfDeployment(secret: IConstruct, guards: Guard[], removalPolicy: RemovalPolicy): void {
  if (guards.length === 0) return;
  const deployment = deploymentOf(Stack.of(secret));
  for (const guard of guards.filter(each => each._rule(deployment) === 'depends')) {
    Annotations.of(secret).addWarningV2('cdk-managed-secrets:guardRailMayDenyDeployment',
      `GuardRail.${guard._name} of the namespace may deny ${callerIn(deployment)}, ${guard._remedy(deployment)}. `
      + 'Deployments of the secret fail when it does; acknowledge this warning when you know that it does not.');
  }
  if (removalPolicy === RemovalPolicy.DESTROY) guards.filter(each => each._keepsSecrets).forEach(guard => warnOfDestroy(secret, guard));
}

/** The policy refers to the secret, and has its removal policy: CloudFormation deletes it before the secret. */
function warnOfDestroy(secret: IConstruct, { _name }: Guard): void {
  Annotations.of(secret).addWarningV2('cdk-managed-secrets:guardRailDoesNotDenyDestroy',
    `GuardRail.${_name} of the namespace does not keep CloudFormation from deleting the secret, whose removal policy is DESTROY: `
    + 'the resource policy is deleted first, and the guard rail with it. Give the secret another `removalPolicy`, or acknowledge this '
    + 'warning '
    + 'when a deployment may delete the secret.');
}

/**
 * CloudFormation works on resources in a forward access session, which a guard rail on endpoints lets through.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/fas-requests-and-permission-evaluation.html
 */
function deploymentOf(stack: Stack): GuardedRequest {
  return {
    purpose: 'deployment',
    actions: SECRET_DEPLOY,
    perhapsActions: SECRET_DEPLOY_PERHAPS,
    isOfAwsService: true,
    principalArn: executionRoleOf(stack),
  };
}

function callerIn({ principalArn }: GuardedRequest): string {
  return principalArn === undefined ? 'CloudFormation the secret' : `${principalArn}, the role with which CloudFormation deploys `
    + 'the secret';
}

/** As far as the synthesizer says, with a word for what only the deployment knows; absent where CloudFormation takes on no role. */
function executionRoleOf(stack: Stack): string | undefined {
  if (stack.nestedStackParent) return executionRoleOf(stack.nestedStackParent);
  const { cloudFormationExecutionRole } = stack.synthesizer as Partial<StackSynthesizer>;
  const partition = Token.isUnresolved(stack.partition) ? 'aws' : stack.partition;
  return cloudFormationExecutionRole?.replace(/\$\{AWS::Partition\}/g, partition).replace(/\$\{AWS::(\w+)\}/g, '$1');
}
