import { aws_iam as iam, aws_lambda as lambda, aws_secretsmanager as secretsmanager, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { refuseServiceOwned } from './service-owned';
import { callerOf, requireAllowedByGuardRails, warnWhereDenied } from '../../access/private/guarded-rotation';
import { allowInvocation, warnOfUnknownRole } from '../../access/private/rotation-invocation';
import type { SecretGrants } from '../../access/private/secret-grants';
import type { SecretEncryption } from '../../encryption/secret-encryption';
import { RANDOM_PASSWORD } from '../../private/actions';
import { fail } from '../../private/errors';
import type { Guard } from '../../private/guarded-caller';
import { refuseSecondSchedules, requireFirstSchedule } from '../../private/one-schedule';

/** The secret, the scope of its schedule (the secret itself, where it is ours) and its grants. */
interface Rotated {
  readonly secret: secretsmanager.ISecret;
  readonly scope: Construct;
  /** The secret of an attachment, which has the schedules of both. */
  readonly owner?: Construct;
  readonly grants: SecretGrants;
  readonly encryption: SecretEncryption;
  /** Absent for a secret whose resource policy is its owner's. */
  readonly guards?: Guard[];
}

/**
 * The L2's schedule with our permissions, unless AWS makes the function, with its role and its permissions: Secrets Manager may invoke the
 * function on behalf of the secret's account only, and the function may use the key for this secret only. The L2 asks for neither (aws-cdk
 * issue 28406, Control Tower CT.LAMBDA.PR.2).
 */
export function addRotationSchedule(
  { secret, scope, owner = scope, grants, encryption, guards = [] }: Rotated, id: string, options: secretsmanager.RotationScheduleOptions,
): secretsmanager.RotationSchedule {
  const { rotationLambda: rotationFunction } = options;
  refuseServiceOwned(owner.node.path, secret.secretArn);
  requireFirstSchedule(owner.node.path, secret.secretArn, Stack.of(owner), owner);
  refuseSecondSchedules(owner);
  const caller = rotationFunction ? callerOf(rotationFunction) : {}; // hosted rotation keeps its VPC to itself
  requireAllowedByGuardRails(scope.node.path, guards, caller);
  warnWhereDenied(owner, guards, caller);
  if (rotationFunction === undefined || isOfApplication(rotationFunction)) {
    requireKnownKey(scope.node.path, encryption);
    return new secretsmanager.RotationSchedule(scope, id, { secret, ...options });
  }
  const rotationLambda = withoutPermissions(scope, id, rotationFunction);
  const schedule = new secretsmanager.RotationSchedule(scope, id, { secret, ...options, rotationLambda });
  const invocation = allowInvocation(rotationFunction, secret.env.account);
  if (invocation) schedule.node.addDependency(invocation);
  allowRotation(grants, rotationFunction, schedule);
  return schedule;
}

/** The function of an application of AWS, which writes the policy of its role and its permission itself. */
function isOfApplication(rotationFunction: lambda.IFunction): boolean {
  return rotationFunction.node.scope instanceof secretsmanager.SecretRotation;
}

/** AWS writes the policy of the role of a function that it hosts. */
export function requireKnownKey(path: string, encryption: SecretEncryption): void {
  if (encryption._kmsKeyId === undefined || encryption.encryptionKey !== undefined) return;
  fail(path, 'hosted rotation must know the ARN of the key, because it writes the policy of its role itself; give the namespace '
    + 'its `encryption` with the ARN of the key, '
    + 'or rotate with a function of your own');
}

/** The same function, to which the L2 can grant nothing. */
function withoutPermissions(scope: Construct, id: string, rotationFunction: lambda.IFunction): lambda.IFunction {
  const { functionArn } = rotationFunction;
  return lambda.Function.fromFunctionAttributes(scope, `${id}Function`, { functionArn, skipPermissions: true });
}

function allowRotation(grants: SecretGrants, rotationFunction: lambda.IFunction, schedule: secretsmanager.RotationSchedule): void {
  if (rotationFunction.role === undefined) {
    warnOfUnknownRole(schedule, grants);
    return;
  }
  grants.rotate(rotationFunction).applyBefore(schedule);
  iam.Grant.addToPrincipal({ grantee: rotationFunction, actions: RANDOM_PASSWORD, resourceArns: ['*'] });
}

