import { type aws_lambda as lambda, Stack } from 'aws-cdk-lib';
import { Construct, type IDependable } from 'constructs';
import type { RotationRequest } from './rotation-request';
import { RotatorAccesses } from './rotator-access';
import { guardRailsOf, requireSamePlace } from './rotator-fit';
import { type ScheduledBy, scheduledBy } from './schedule-of-secret';
import { callerOf, requireAllowedByGuardRails, warnWhereDenied } from '../../access/private/guarded-rotation';
import { allowInvocation, warnOfUnknownRole } from '../../access/private/rotation-invocation';
import { fail } from '../../private/errors';
import type { CredentialNeeds, ICredentialRotator } from '../credential-rotator-props';
import type { IDatabaseRotator, RotationNeeds } from '../database-rotator-props';

/** A function of the user's own: it is given what ours is given, and what it does is its own business. */
export class ImportedRotator extends Construct implements IDatabaseRotator, ICredentialRotator {
  private readonly accesses?: RotatorAccesses;

  constructor(scope: Construct, id: string, public readonly rotationFunction: lambda.IFunction) {
    super(scope, id);
    const { role, isBoundToVpc } = rotationFunction;
    const securityGroups = isBoundToVpc ? rotationFunction.connections.securityGroups : [];
    this.accesses = role && new RotatorAccesses({ construct: this, rotationFunction, role, securityGroups });
  }

  /** @internal */
  public _requireFit(path: string, { env, guardRails }: Pick<RotationNeeds, 'env' | 'guardRails'>): void {
    requireSamePlace(path, env, this); // engine, strategy, kind and network are what the function is made for
    requireAllowedByGuardRails(path, guardRails, callerOf(this.rotationFunction));
  }

  /** @internal */
  public _requireKind(path: string, needs: Pick<CredentialNeeds, 'env' | 'guardRails'>): void {
    this._requireFit(path, needs);
  }

  /** @internal */
  public _serve(request: RotationRequest): IDependable[] {
    const { secret, reads } = request;
    warnWhereDenied(secret, guardRailsOf(secret.namespace, reads), callerOf(this.rotationFunction));
    const invocation = allowInvocation(this.rotationFunction, secret.env.account);
    if (this.accesses === undefined) warnOfUnknownRole(secret, secret._grants);
    return [...invocation ? [invocation] : [], ...this.accesses?.in(Stack.of(secret)).grant(request) ?? []];
  }

  /** @internal */
  public _schedule(): ScheduledBy {
    return scheduledBy(this.rotationFunction);
  }

  /** @internal */
  public _provideUsers(): string {
    return fail(this.node.path, '`user` of a secret must come with a DatabaseRotator; give one, or create the user otherwise');
  }
}
