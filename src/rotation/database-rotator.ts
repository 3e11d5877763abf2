import { type aws_ec2 as ec2, type aws_iam as iam, type aws_lambda as lambda, Stack } from 'aws-cdk-lib';
import { Construct, type IDependable } from 'constructs';
import { ROTATION_ENVIRONMENT } from './contract/environment';
import type { DatabaseEngine } from './database-engine';
import type { DatabaseRotatorProps, IDatabaseRotator, RotationNeeds } from './database-rotator-props';
import type { HostedRotationOptions } from './hosted-rotation-options';
import { FunctionOfRotator } from './private/function-of-rotator';
import { HostedRotator } from './private/hosted-rotator';
import { ImportedRotator } from './private/imported-rotator';
import { passwordEnvironment } from './private/password-environment';
import type { RotationRequest } from './private/rotation-request';
import { requireNetwork, requireRotatorProps, requireSamePlace, requireTrust } from './private/rotator-fit';
import { type ScheduledBy, scheduledBy } from './private/schedule-of-secret';
import { UserProvider } from './private/user-provider';
import { RotationStrategy } from './rotation-strategy';
import { requireAllowedByGuardRails } from '../access/private/guarded-rotation';
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

  /**
   * A rotation function that AWS hosts, for the one secret that names it: PostgreSQL, MySQL, MariaDB, SQL Server, Oracle, Db2, MongoDB and
   * Amazon DocumentDB, Amazon Redshift.
   *
   * CloudFormation makes the function of a template of AWS, in a nested stack: by the transform `AWS::SecretsManager-2024-09-16`, for which
   * a deployment needs `CAPABILITY_AUTO_EXPAND`. `cdk deploy` gives it; StackSets and `cdk import` take no such template. This library
   * checks what goes into the function, and does not change how it rotates.
   *
   * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_available-rotation-templates.html
   */
  public static hosted(scope: Construct, id: string, options: HostedRotationOptions = {}): IDatabaseRotator {
    return new HostedRotator(scope, id, options);
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

  private readonly deployed: FunctionOfRotator;
  private readonly options: DatabaseRotatorProps;
  private users?: UserProvider;

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
    this.deployed = new FunctionOfRotator(this, {
      description: `Rotates credentials of ${this.engine.name} databases, ${this.strategy._name}`,
      handler: this.engine._rotated!.handler,
      roleDescription: 'Rotates credentials of databases',
      environment: environmentOf(this, options),
      options,
    });
    const { rotationFunction, role, connections } = this.deployed;
    this.rotationFunction = rotationFunction;
    this.role = role;
    this.grantPrincipal = role;
    this.connections = connections;
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
    requireNetwork(path, this.options.vpc, target);
    requireAllowedByGuardRails(path, guardRails, this.deployed.caller);
    requireTrust(path, env.region, target, this.options);
  }

  /** @internal */
  public _serve(request: RotationRequest): IDependable[] {
    return this.deployed.serve(request);
  }

  /** @internal */
  public _schedule(): ScheduledBy {
    return scheduledBy(this.rotationFunction);
  }

  /**
   * Made when the first secret asks for it.
   *
   * @internal
   */
  public _provideUsers(): string {
    this.users ??= new UserProvider(this, 'Users', this.rotationFunction as lambda.Function, this.options);
    return this.users.serviceToken;
  }
}

/** What only a function for databases knows. */
function environmentOf(
  { strategy, passwordPolicy }: DatabaseRotator, { tlsServerName, legacyAuthentication = [] }: DatabaseRotatorProps,
): { [variable: string]: string } {
  const names = ROTATION_ENVIRONMENT;
  const { _name, _superuserArn } = strategy;
  return {
    [names.ROTATION_STRATEGY]: _name,
    ...passwordEnvironment(passwordPolicy),
    ...(tlsServerName !== undefined && { [names.TLS_SERVER_NAME]: tlsServerName }),
    ...(legacyAuthentication.length > 0 && { [names.LEGACY_AUTHENTICATION]: [...new Set(legacyAuthentication)].sort().join(',') }),
    // For secrets that do not name a superuser themselves.
    ...(_superuserArn !== undefined && { [names.SUPERUSER_SECRET_ARN]: _superuserArn }),
  };
}
