import { Annotations, type aws_iam as iam, type aws_lambda as lambda, CfnResource, Resource, Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { SECRET_ROTATE } from '../../private/actions';
import { fail } from '../../private/errors';
import type { Guard, GuardedCaller, GuardedRequest } from '../../private/guarded-caller';

/** Fails when a guard rail is known to keep the rotation function from its secret: every rotation would be denied. */
export function requireAllowedByGuardRails(path: string, guards: Guard[], caller: GuardedCaller): void {
  if (guards.length === 0) return;
  const rotation = rotationBy(caller);
  const denying = guards.find(guard => guard._rule(rotation) === 'denies');
  if (denying) {
    fail(path, `GuardRail.${denying._name} of the namespace would deny the rotation function its secret, `
    + `${denying._remedy(rotation)}`);
  }
}

/** What was not known before the function was there, or is not known at all. */
export function warnWhereDenied(secret: IConstruct, guards: Guard[], caller: GuardedCaller): void {
  if (guards.length === 0) return;
  const rotation = rotationBy(caller);
  for (const guard of guards.filter(each => each._rule(rotation) !== 'lets in')) {
    Annotations.of(secret).addWarningV2('cdk-managed-secrets:guardRailMayDenyRotation',
      `GuardRail.${guard._name} of the namespace may deny the rotation function its secret, ${guard._remedy(rotation)}. Every rotation `
        + 'fails when it does; '
      + 'acknowledge this warning when you know that it does not.');
  }
}

function rotationBy(caller: GuardedCaller): GuardedRequest {
  return { ...caller, purpose: 'rotation', actions: SECRET_ROTATE };
}

/** A function of the user's own: in a VPC its way is the VPC's business, and of an imported one nothing is known. */
export function callerOf(rotationFunction: lambda.IFunction): GuardedCaller {
  const isOutsideOfVpcs = Resource.isOwnedResource(rotationFunction) && !rotationFunction.isBoundToVpc;
  return { get principalArn() { return likelyArnOf(rotationFunction.role); }, way: isOutsideOfVpcs ? {} : undefined };
}

/** Longest name that IAM accepts; CloudFormation shortens what it makes up. */
const MAX_ROLE_NAME_LENGTH = 64;

/** The ARN of a role, or one like the one that it will have: CloudFormation names it `<stack>-<logical id>-<random>`. */
export function likelyArnOf(role: iam.IRole | undefined): string | undefined {
  if (role === undefined || !Token.isUnresolved(role.roleArn)) return role?.roleArn;
  const stack = Stack.of(role);
  const { account, partition, stackName } = stack;
  const resource = role.node.defaultChild;
  if (!CfnResource.isCfnResource(resource) || Token.isUnresolved(partition)) return undefined;
  const given: string | undefined = stack.resolve((resource as iam.CfnRole).roleName);
  const name = given ?? `${stackName}-${stack.getLogicalId(resource)}-RANDOM012345`;
  if (typeof name !== 'string' || Token.isUnresolved(name) || name.length > MAX_ROLE_NAME_LENGTH) return undefined;
  return `arn:${partition}:iam::${Token.isUnresolved(account) ? 'AccountId' : account}:role/${name}`;
}
