import { aws_iam as iam, type aws_lambda as lambda } from 'aws-cdk-lib';
import type { IDependable } from 'constructs';

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
