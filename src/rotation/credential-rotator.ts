import { type aws_ec2 as ec2, type aws_iam as iam, type aws_lambda as lambda, Stack } from 'aws-cdk-lib';
import { Construct, type IDependable } from 'constructs';
import { requireKind } from './credential-kind';
import type { CredentialNeeds, CredentialRotatorProps, ICredentialRotator } from './credential-rotator-props';
import type { BoundKind } from './private/bound-kind';
import { FunctionOfRotator } from './private/function-of-rotator';
import { environmentOf, requireKindOptions, requireWayTo } from './private/kind-fit';
import type { RotationRequest } from './private/rotation-request';
import { requireSamePlace } from './private/rotator-fit';
import { requireAllowedByGuardRails } from '../access/private/guarded-rotation';
import { acknowledge } from '../private/acknowledgement';
import { fail, pathOf } from '../private/errors';
import { withInjected } from '../private/property-injection';

/**
 * Rotates credentials of one kind: a Lambda function of this package with its own role and log group, and in a VPC its own security group.
 *
 * A `RotatedSecret` makes one of its own. Create one and pass it as `rotator` to say how the function runs, or to share it between secrets
 * of one kind, also those of other stacks. It is denied every secret that does not name it as its `rotator`.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
 *
 * @example
 * const rotator = new CredentialRotator(this, 'Rotator', { kind: RandomToken.of(), memorySize: 512 });
 */
export class CredentialRotator extends Construct implements ICredentialRotator, ec2.IConnectable, iam.IGrantable {
  /** The name of this class for a property injector. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-managed-secrets.CredentialRotator';

  /** The rotation function. */
  public readonly rotationFunction: lambda.IFunction;

  /** The role of the function. */
  public readonly role: iam.IRole;

  /** The role of the function, for grants of your own. */
  public readonly grantPrincipal: iam.IPrincipal;

  /** The security groups of the function; those of the servers whose credentials it rotates are opened to it already. */
  public readonly connections: ec2.Connections;

  private readonly kind: BoundKind;
  private readonly deployed: FunctionOfRotator;

  constructor(scope: Construct, id: string, props: CredentialRotatorProps) {
    const options = withInjected(CredentialRotator.PROPERTY_INJECTION_ID, scope, id, props);
    const path = pathOf(scope, id);
    requireKind(path, options.kind);
    const kind = options.kind._bind(path);
    requireKindOptions(path, kind, options, Stack.of(scope));
    super(scope, id);
    this.kind = kind;
    this.deployed = new FunctionOfRotator(this, {
      description: `Rotates ${kind.title}`,
      handler: kind.rotatedBy as string,
      roleDescription: `Rotates ${kind.title}`,
      environment: environmentOf(kind),
      options: { ...options, timeout: options.timeout ?? kind.timeout },
    });
    const { rotationFunction, role, connections } = this.deployed;
    if (options.vpc === undefined) {
      acknowledge(rotationFunction, 'LambdaInsideVPC', 'What the function calls to rotate such a credential stands in no network of the '
        + 'account.');
    }
    this.rotationFunction = rotationFunction;
    this.role = role;
    this.grantPrincipal = role;
    this.connections = connections;
  }

  /** @internal */
  public _requireKind(path: string, { env, guardRails, kind }: CredentialNeeds): void {
    requireSamePlace(path, env, this);
    const stack = Stack.of(this);
    if (JSON.stringify(stack.resolve(environmentOf(kind))) !== JSON.stringify(stack.resolve(environmentOf(this.kind)))) {
      fail(path, `\`kind\` must be that of \`rotator\` ${this.node.path}, ${this.kind.title} with the same options, got ${kind.title}; `
        + 'give the same kind to both, or no rotator');
    }
    requireWayTo(path, kind, this.deployed.vpc);
    requireAllowedByGuardRails(path, guardRails, this.deployed.caller);
  }

  /** @internal */
  public _serve(request: RotationRequest): IDependable[] {
    return this.deployed.serve(request);
  }
}
