import { Annotations, type aws_ec2 as ec2, type aws_lambda as lambda } from 'aws-cdk-lib';
import { Construct, type IDependable } from 'constructs';
import { RotatorAccess } from './rotator-access';
import { requireSamePlace } from './rotator-fit';
import { allowInvocation } from '../../access/rotation-invocation';
import type { IDatabaseRotator, RotationNeeds, RotationRequest } from '../database-rotator-props';

/** A function of the user's own: it is given what ours is given, and what it does is its own business. */
export class ImportedRotator extends Construct implements IDatabaseRotator {
  constructor(scope: Construct, id: string, public readonly rotationFunction: lambda.IFunction) {
    super(scope, id);
  }

  /** @internal */
  public _requireFit(path: string, { env }: RotationNeeds): void {
    requireSamePlace(path, env, this); // engine, strategy and network are what the function is made for
  }

  /** @internal */
  public _serve(request: RotationRequest): IDependable[] {
    const { rotationFunction } = this;
    const invocation = allowInvocation(rotationFunction, request.secret.env.account);
    return [...invocation ? [invocation] : [], ...this.permissions(request)];
  }

  private permissions(request: RotationRequest): IDependable[] {
    const { rotationFunction } = this;
    if (rotationFunction.role === undefined) {
      Annotations.of(request.secret).addWarningV2('cdk-managed-secrets:rotationFunctionRoleUnknown',
        `The role of the imported rotation function is not known, so it was granted nothing. It needs ${request.secret.grants._describeRotate()}`
        + ' and Secrets Manager needs lambda:InvokeFunction with SourceAccount; or import the function with its `role`.');
      return [];
    }
    const securityGroups: ec2.ISecurityGroup[] = rotationFunction.isBoundToVpc ? rotationFunction.connections.securityGroups : [];
    return RotatorAccess.of({ construct: this, rotationFunction, role: rotationFunction.role, securityGroups }, request.secret).admit(request);
  }
}
