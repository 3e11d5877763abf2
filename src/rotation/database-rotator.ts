import { aws_ec2 as ec2, type aws_iam as iam, type aws_lambda as lambda, Stack } from 'aws-cdk-lib';
import { Construct, type IDependable } from 'constructs';
import { ROTATION_ENVIRONMENT } from './contract/environment';
import type { DatabaseEngine } from './database-engine';
import type { DatabaseRotatorProps, IDatabaseRotator, RotationNeeds, RotationRequest } from './database-rotator-props';
import { ImportedRotator } from './private/imported-rotator';
import { createFunction } from './private/rotation-function';
import { RotatorAccesses } from './private/rotator-access';
import { callerWith, guardRailsOf, requireNetwork, requireRotatorProps, requireSamePlace, requireTrust } from './private/rotator-fit';
import { RotatorLimit } from './private/rotator-limit';
import { RotatorNetwork } from './private/rotator-network';
import { RotationStrategy } from './rotation-strategy';
import { requireAllowedByGuardRails, warnWhereDenied } from '../access/private/guarded-rotation';
import { allowInvocation } from '../access/private/rotation-invocation';
import { fail, pathOf } from '../private/errors';
import { withInjected } from '../private/property-injection';
import type { PasswordPolicy } from '../secret/password-policy';

/**
 * Rotates the credentials of databases of one engine, by one strategy, from one network: a Lambda function of this package with
 * its own role, log group and security group.
 *
 * A `RotatedDatabaseSecret` makes one of its own. Create one and pass it as `rotator` to say how the function runs, or to share it between
 * secrets, also those of other stacks: what it is allowed grows with namespaces and superusers, not with secrets. It is denied every secret
 * that does not name it as its `rotator`, so that its function is of no use to a schedule that is made otherwise.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
 *
 * @example
 * const rotator = new DatabaseRotator(this, 'Rotator', { engine: DatabaseEngine.POSTGRESQL, vpc });
 */
export class DatabaseRotator extends Construct implements IDatabaseRotator, ec2.IConnectable, iam.IGrantable {
  /** The name of this class for a property injector. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-managed-secrets.DatabaseRotator';

  /**
   * A rotation function of your own, for an engine of your own or in place of ours.
   *
   * @param rotationFunction gets the permission to rotate its secrets, when its role is known, and Secrets Manager that to invoke it
   */
  public static fromFunction(scope: Construct, id: string, rotationFunction: lambda.IFunction): IDatabaseRotator {
    if (rotationFunction?.functionArn === undefined) fail(pathOf(scope, id), '`rotationFunction` must be given: the function that rotates');
    return new ImportedRotator(scope, id, rotationFunction);
  }

  /** The engine of the databases. */
  public readonly engine: DatabaseEngine;

  /** How passwords are changed. */
  public readonly strategy: RotationStrategy;

  /** The rules for every new password. */
  public readonly passwordPolicy: PasswordPolicy;

  /** The rotation function. */
  public readonly rotationFunction: lambda.IFunction;

  /** The role of the function. */
  public readonly role: iam.IRole;

  /** The role of the function, for grants of your own. */
  public readonly grantPrincipal: iam.IPrincipal;

  /**
   * The security groups of the function. The port of each database whose credentials it rotates is opened already; EC2 refuses a rule
   * twice.
   */
  public readonly connections: ec2.Connections;

  /** @internal */
  public readonly _passwordPolicy: PasswordPolicy;

  /** @internal */
  public readonly _strategy: RotationStrategy;

  private readonly network?: RotatorNetwork;
  private readonly accesses: RotatorAccesses;
  private readonly invocation: IDependable;
  private readonly options: DatabaseRotatorProps;

  constructor(scope: Construct, id: string, props: DatabaseRotatorProps) {
    const options = withInjected(DatabaseRotator.PROPERTY_INJECTION_ID, scope, id, props);
    requireRotatorProps(pathOf(scope, id), options, Stack.of(scope));
    super(scope, id);
    this.options = options;
    this.engine = options.engine;
    this.strategy = options.strategy ?? RotationStrategy.singleUser();
    this._strategy = this.strategy;
    this.passwordPolicy = options.passwordPolicy ?? options.engine.passwordPolicy;
    this._passwordPolicy = this.passwordPolicy;
    this.network = RotatorNetwork.of(this, options);
    this.connections = new ec2.Connections({ securityGroups: this.network?.securityGroups });
    const deployed = createFunction(this, {
      engine: this.engine,
      strategy: this.strategy._name,
      passwordPolicy: this.passwordPolicy,
      securityGroups: this.network?.securityGroups,
      environment: { ...this.network?.environment, ...superuserEnvironment(this.strategy) },
      options,
    });
    this.rotationFunction = deployed;
    this.role = deployed.role!;
    this.grantPrincipal = this.role;
    this.network?.allowRole(this.role);
    const { role, connections: { securityGroups } } = this;
    const limit = new RotatorLimit(this, role);
    this.accesses = new RotatorAccesses({ construct: this, rotationFunction: deployed, role, securityGroups, vpc: options.vpc, limit });
    this.invocation = allowInvocation(deployed, deployed.env.account)!;
  }

  /** @internal */
  public _requireFit(path: string, { env, target, strategy, guardRails }: RotationNeeds): void {
    requireSamePlace(path, env, this);
    if (target.engine !== this.engine) {
      fail(path, `\`rotator\` must be one for ${target.engine.name}, the engine of the database, `
        + `got ${this.node.path} for ${this.engine.name}; give another, or none`);
    }
    if (strategy._name !== this.strategy._name) {
      fail(path, `\`strategy\` must be that of \`rotator\` ${this.node.path}, ${this.strategy._name}, got ${strategy._name}; `
        + 'give a rotator of that strategy, or none');
    }
    requireNetwork(path, this.network?.vpc, target);
    requireAllowedByGuardRails(path, guardRails, callerWith(this.options, this.role));
    requireTrust(path, env.region, target, this.options);
  }

  /** @internal */
  public _serve(request: RotationRequest): IDependable[] {
    const { secret, strategy } = request;
    warnWhereDenied(secret, guardRailsOf(secret.namespace, strategy), callerWith(this.options, this.role));
    return [...this.accesses.in(Stack.of(request.secret)).grant(request), this.invocation, ...this.network?.allowSecret(request) ?? []];
  }
}

/** For secrets that do not name a superuser themselves. */
function superuserEnvironment({ _superuserArn }: RotationStrategy): { [variable: string]: string } {
  return _superuserArn === undefined ? {} : { [ROTATION_ENVIRONMENT.SUPERUSER_SECRET_ARN]: _superuserArn };
}
