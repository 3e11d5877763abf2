import { aws_ec2 as ec2, type aws_iam as iam, type aws_lambda as lambda, Stack } from 'aws-cdk-lib';
import type { Construct, IDependable } from 'constructs';
import { createFunction, RotationFunctionProps } from './rotation-function';
import type { RotationRequest } from './rotation-request';
import { RotatorAccesses } from './rotator-access';
import { callerWith, guardRailsOf } from './rotator-fit';
import { RotatorLimit } from './rotator-limit';
import { RotatorNetwork } from './rotator-network';
import { warnWhereDenied } from '../../access/private/guarded-rotation';
import { allowInvocation } from '../../access/private/rotation-invocation';
import type { GuardedCaller } from '../../private/guarded-caller';

/** A rotation function of ours with its role, network and permissions, whatever it rotates. */
export class FunctionOfRotator {
  public readonly rotationFunction: lambda.Function;
  public readonly role: iam.IRole;
  public readonly connections: ec2.Connections;
  /** The VPC in which it runs. */
  public readonly vpc?: ec2.IVpc;
  private readonly network?: RotatorNetwork;
  private readonly accesses: RotatorAccesses;
  private readonly invocation: IDependable;

  constructor(construct: Construct, private readonly props: RotationFunctionProps) {
    const { options, roleDescription } = props;
    this.vpc = options.vpc;
    this.network = RotatorNetwork.of(construct, roleDescription, options);
    this.connections = new ec2.Connections({ securityGroups: this.network?.securityGroups });
    this.rotationFunction = createFunction(construct, props, this.network);
    this.role = this.rotationFunction.role!;
    this.network?.allowRole(this.role);
    const { rotationFunction, role, connections: { securityGroups }, vpc } = this;
    const limit = new RotatorLimit(construct, role);
    this.accesses = new RotatorAccesses({ construct, rotationFunction, role, securityGroups, vpc, limit });
    this.invocation = allowInvocation(rotationFunction, rotationFunction.env.account)!;
  }

  /** As guard rails see it. */
  public get caller(): GuardedCaller {
    return callerWith(this.props.options, this.role);
  }

  /** Lets the function rotate a secret, and returns what its schedule must wait for. */
  public serve(request: RotationRequest): IDependable[] {
    const { secret, reads } = request;
    warnWhereDenied(secret, guardRailsOf(secret.namespace, reads), this.caller);
    return [...this.accesses.in(Stack.of(secret)).grant(request), this.invocation, ...this.network?.allowSecret(request) ?? []];
  }
}
