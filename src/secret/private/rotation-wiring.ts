import { Annotations, aws_iam as iam, aws_lambda as lambda, aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { SecretEncryption } from '../../access/secret-encryption';
import type { SecretGrants } from '../../access/secret-grants';
import { RANDOM_PASSWORD } from '../../private/actions';
import { fail } from '../../private/errors';

const PERMISSION_ID = 'InvokeBySecretsManager';

/** The secret, the scope of its schedule (the secret itself, where it is ours) and its grants. */
interface Rotated {
  readonly secret: secretsmanager.ISecret;
  readonly scope: Construct;
  readonly grants: SecretGrants;
  readonly encryption: SecretEncryption;
}

/**
 * The L2's schedule with our permissions: Secrets Manager may invoke the function on behalf of the secret's account only, and
 * the function may use the key for this secret only. The L2 asks for neither (aws-cdk issue 28406, Control Tower CT.LAMBDA.PR.2).
 */
export function addRotationSchedule(
  { secret, scope, grants, encryption }: Rotated, id: string, options: secretsmanager.RotationScheduleOptions,
): secretsmanager.RotationSchedule {
  const { rotationLambda: rotationFunction } = options;
  if (rotationFunction === undefined && encryption._kmsKeyId !== undefined && encryption.encryptionKey === undefined) {
    fail(scope.node.path, 'hosted rotation must know the ARN of the key, because it writes the policy of its role itself; give the namespace its `keyArn`, '
      + 'or rotate with a function of your own');
  }
  if (rotationFunction === undefined) return new secretsmanager.RotationSchedule(scope, id, { secret, ...options });

  const rotationLambda = withoutPermissions(scope, id, rotationFunction);
  const schedule = new secretsmanager.RotationSchedule(scope, id, { secret, ...options, rotationLambda });
  allowInvocation(secret.env.account, rotationFunction, schedule);
  allowRotation(grants, rotationFunction, schedule);
  return schedule;
}

/** The same function, to which the L2 can grant nothing. */
function withoutPermissions(scope: Construct, id: string, rotationFunction: lambda.IFunction): lambda.IFunction {
  return lambda.Function.fromFunctionAttributes(scope, `${id}Function`, { functionArn: rotationFunction.functionArn, skipPermissions: true });
}

/** @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets-required-permissions-function.html */
function allowInvocation(sourceAccount: string, rotationFunction: lambda.IFunction, schedule: secretsmanager.RotationSchedule): void {
  const { node } = rotationFunction;
  if (node.tryFindChild(PERMISSION_ID) === undefined) {
    rotationFunction.addPermission(PERMISSION_ID, {
      principal: new iam.ServicePrincipal('secretsmanager.amazonaws.com'),
      sourceAccount,
    });
  }
  const permission = node.tryFindChild(PERMISSION_ID);
  if (permission) schedule.node.addDependency(permission);
}

/** A function whose role this app does not know keeps what it was given elsewhere; the warning says what that must be. */
function allowRotation(grants: SecretGrants, rotationFunction: lambda.IFunction, schedule: secretsmanager.RotationSchedule): void {
  if (rotationFunction.role === undefined) {
    Annotations.of(schedule).addWarningV2('cdk-managed-secrets:rotationFunctionRoleUnknown',
      `The role of the imported rotation function is not known, so it was granted nothing. It needs ${grants._describeRotate()}`
      + ' and Secrets Manager needs lambda:InvokeFunction with SourceAccount; or import the function with its `role`.');
    return;
  }
  grants.rotate(rotationFunction).applyBefore(schedule);
  iam.Grant.addToPrincipal({ grantee: rotationFunction, actions: RANDOM_PASSWORD, resourceArns: ['*'] });
}

