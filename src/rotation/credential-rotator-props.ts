import type { aws_lambda as lambda, ResourceEnvironment } from 'aws-cdk-lib';
import type { IConstruct, IDependable } from 'constructs';
import type { CredentialKind } from './credential-kind';
import type { BoundKind } from './private/bound-kind';
import type { RotationRequest } from './private/rotation-request';
import type { RotationFunctionOptions } from './rotation-function-options';
import type { GuardRail } from '../access/guard-rail';

/**
 * What rotates credentials of one kind: a Lambda function with what it is allowed. It is a `CredentialRotator`. Do not implement it: a
 * secret refuses what is none.
 */
export interface ICredentialRotator extends IConstruct {
  /** The rotation function. */
  readonly rotationFunction: lambda.IFunction;

  /**
   * Fails unless this rotator can do what a secret needs; before anything of the secret is created.
   *
   * @internal
   */
  _requireKind(path: string, needs: CredentialNeeds): void;

  /**
   * Lets the function rotate a secret, and returns what its schedule must wait for.
   *
   * @internal
   */
  _serve(request: RotationRequest): IDependable[];
}

/**
 * What a secret needs of its rotator.
 *
 * @internal
 */
export interface CredentialNeeds {
  readonly env: ResourceEnvironment;
  readonly guardRails: GuardRail[];
  readonly kind: BoundKind;
}

/** Properties of `CredentialRotator`. */
export interface CredentialRotatorProps extends RotationFunctionOptions {
  /** The kind of the credentials: that of every secret which the rotator serves. */
  readonly kind: CredentialKind;
}
