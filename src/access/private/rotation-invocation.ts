import { Annotations, aws_iam as iam, type aws_lambda as lambda } from 'aws-cdk-lib';
import type { IConstruct, IDependable } from 'constructs';
import type { SecretGrants } from './secret-grants';

const PERMISSION_ID = 'InvokeBySecretsManager';

/**
 * Lets Secrets Manager invoke a rotation function on behalf of the secrets of one account, which the L2 does for every account
 * (aws-cdk issue 28406, Control Tower CT.LAMBDA.PR.2). Absent for a function whose policy is not this app's to write.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets-required-permissions-function.html
 */
export function allowInvocation(rotationFunction: lambda.IFunction, sourceAccount: string): IDependable | undefined {
  const { node } = rotationFunction;
  if (node.tryFindChild(PERMISSION_ID) === undefined) {
    rotationFunction.addPermission(PERMISSION_ID, { principal: new iam.ServicePrincipal('secretsmanager.amazonaws.com'), sourceAccount });
  }
  return node.tryFindChild(PERMISSION_ID);
}

/** A function whose role this app does not know keeps what it was given elsewhere; the warning says what that must be. */
export function warnOfUnknownRole(rotated: IConstruct, grants: SecretGrants): void {
  Annotations.of(rotated).addWarningV2('cdk-managed-secrets:rotationFunctionRoleUnknown',
    `The role of the imported rotation function is not known, so it was granted nothing. It needs ${grants.describeRotate()}`
    + ' and Secrets Manager needs lambda:InvokeFunction with SourceAccount; or import the function with its `role`.');
}
