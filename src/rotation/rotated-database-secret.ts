import { aws_iam as iam, aws_secretsmanager as secretsmanager, Lazy, Resource, Stack } from 'aws-cdk-lib';
import { Construct, type IConstruct, type IDependable } from 'constructs';
import { DatabaseRotator } from './database-rotator';
import type { IDatabaseRotator } from './database-rotator-props';
import { plan, requestOf, RotationPlan } from './private/rotation-plan';
import { createSchedule } from './private/schedule-of-secret';
import { SecretRotation } from './private/secret-rotation';
import type { UserPlan } from './private/user-plan';
import { UserResource } from './private/user-resource';
import type { RotatedDatabaseSecretProps } from './rotated-database-secret-props';
import { SECRET_READ } from '../private/actions';
import { fail } from '../private/errors';
import { ManagedSecret } from '../secret/managed-secret';
import { denyDeletion } from '../secret/private/resource-policy';

/** The id of the L2, whose schedules of databases stand below the attachment: it is part of the logical ids of what is deployed. */
const ATTACHMENT_ID = 'Attachment';

/** The fields that stay what they are when the password is rotated; the user name does too, unless users alternate. */
const LASTING_FIELDS = ['engine', 'host', 'port', 'dbname', 'dbInstanceIdentifier', 'dbClusterIdentifier', 'masterarn'];

/**
 * The credentials of a database user, rotated on a schedule by a Lambda function of this package. The strategy says what clients notice.
 *
 * The schedule is deployed after all that a rotation needs: network, attachment, permissions. The function needs neither a nested
 * application nor a macro.
 *
 * Tags of the secret say where its database is and who its superuser is. A rotation refuses a value that says otherwise, so that
 * whoever may only write values cannot have passwords sent elsewhere.
 *
 * The value is a JSON object with the user name and a generated password, as AWS's own rotation functions read it. `content` is for a
 * secret that is deployed already and keeps its value.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda.html
 *
 * @example
 * const secrets = new SecretNamespace(this, 'Secrets', { environment: 'prod', service: 'payments' });
 * new RotatedDatabaseSecret(this, 'DbCredentials', {
 *   namespace: secrets,
 *   purpose: 'db-credentials',
 *   username: 'payments_app',
 *   database: RotationTarget.fromCluster(cluster),
 *   vpc,
 * });
 */
export class RotatedDatabaseSecret extends ManagedSecret {
  /** The name of this class for a property injector. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-managed-secrets.RotatedDatabaseSecret';

  /** What rotates the secret. */
  public readonly rotator: IDatabaseRotator;

  /**
   * For those who use the value.
   *
   * @internal
   */
  public readonly _rotation: SecretRotation;

  /**
   * For what the user waits for; without a `user` it is that of all others.
   *
   * @internal
   */
  public readonly _arnWithoutUser?: string;

  private readonly _keepsUser: boolean;

  constructor(scope: Construct, id: string, props: RotatedDatabaseSecretProps) {
    props = ManagedSecret._withInjected(RotatedDatabaseSecret.PROPERTY_INJECTION_ID, scope, id, props);
    const rotation = plan(scope, id, props);
    super(scope, id, { ...props, content: rotation.content });
    this._rotation = new SecretRotation(rotation.strategy._overlap, rotation.schedule._rules(this.node.path, this._name ?? this.node.path));
    this._keepsUser = rotation.strategy._name !== 'alternatingUsers';
    this._denyDeletion(rotation);
    Object.entries(rotation.tags).forEach(([key, value]) => (this.node.defaultChild as secretsmanager.CfnSecret).tags.setTag(key, value));
    const attachment = this._waitForAttachment(rotation);
    if (rotation.user) this._arnWithoutUser = attachment?.ref ?? this.secretArn;
    this.rotator = rotation.rotator ?? new DatabaseRotator(this, 'Rotator', rotation.ownRotator!);
    this._deploy(rotation, attachment);
  }

  /** @internal */
  public _lasts(jsonField: string | undefined): boolean {
    return LASTING_FIELDS.includes(jsonField ?? '') || (jsonField === 'username' && this._keepsUser);
  }

  /** Throws an error: the secret belongs to the database that it was created for. */
  public attach(target: secretsmanager.ISecretAttachmentTarget): secretsmanager.ISecret {
    const isProxy = target.asSecretAttachmentTarget().targetType === secretsmanager.AttachmentTargetType.RDS_DB_PROXY;
    return fail(this.node.path, isProxy
      ? '`attach` must not be called with an RDS Proxy, which has no password of its own; give the proxy this secret in `secrets`'
      : '`attach` must not be called, because the secret belongs to `database`; for a master user let Amazon RDS manage the password '
      + '(`manageMasterUserPassword`), and set its schedule by MasterUserRotation');
  }

  /**
   * As a rotation of the L2 does it: what is rotated cannot be deleted by a principal of the account, and neither can its superuser's
   * secret.
   */
  private _denyDeletion({ strategy: { _superuserSecret } }: RotationPlan): void {
    this.denyAccountRootDelete();
    if (_superuserSecret && Resource.isOwnedResource(_superuserSecret)) denyDeletion(_superuserSecret);
  }

  /**
   * CloudFormation writes engine, host and port into the secret, and what refers to it in this stack waits for that. Other stacks wait
   * for this one, and go on to refer to the secret itself: an export in use could not be replaced.
   */
  private _waitForAttachment(
    { target: { attachment }, removalPolicy }: RotationPlan,
  ): secretsmanager.CfnSecretTargetAttachment | undefined {
    if (!attachment) return undefined;
    const secretArn = this.secretArn;
    const resource = new secretsmanager
      .CfnSecretTargetAttachment(new Construct(this, ATTACHMENT_ID), 'Resource', { secretId: secretArn, ...attachment });
    // An attachment that goes takes engine, host and port out of the secret, also out of one that stays.
    resource.applyRemovalPolicy(removalPolicy);
    this._keepPolicyOf(resource);
    this._referBy(resource.ref, secretArn);
    return resource;
  }

  /** In this stack by one resource, for which whatever refers to the secret from now on waits; elsewhere by the secret itself. */
  private _referBy(arnHere: string, arnElsewhere: string): void {
    const { stack } = this;
    (this as { secretArn: string }).secretArn = Lazy
      .uncachedString({ produce: ({ scope }) => isWithin(stack, scope) ? arnHere : arnElsewhere });
  }

  private _deploy(rotation: RotationPlan, attachment?: secretsmanager.CfnSecretTargetAttachment): void {
    const request = requestOf(rotation);
    const granted = this.rotator._serve({ secret: this, ...request, statements: this._beforeRotation() });
    const waitsFor = [...granted, ...rotation.target.instances];
    const secretId = attachment?.ref ?? this.secretArn;
    const user = rotation.user && this._makeUser(rotation.user, { rotation, secretId, waitsFor });
    createSchedule(this, {
      rules: this._rotation.rules,
      rotateImmediately: rotation.rotateImmediately,
      scope: attachment?.node.scope as Construct | undefined,
      secretId,
      by: this.rotator._schedule({ secret: this, reads: request.reads }),
      waitsFor: user ? [...waitsFor, user] : waitsFor,
    });
    if (user) this._referBy(user.secretArn, this.secretArn);
  }

  /** The user is made before the schedule, so that no condition can ask for the function of the secret; nothing is written then. */
  private _beforeRotation(): iam.PolicyStatement[] {
    if (this._arnWithoutUser === undefined) return [];
    return [new iam.PolicyStatement({ actions: SECRET_READ, resources: [this._arnWithoutUser] })];
  }

  private _makeUser(user: UserPlan, { rotation, secretId, waitsFor }: Deployment): UserResource {
    const { _superuserSecret: superuser } = rotation.strategy;
    return new UserResource(this, 'User', {
      user,
      secretArn: secretId,
      serviceToken: this.rotator._provideUsers(),
      // Its own user may be one that the deployment makes.
      waitsFor: superuser instanceof RotatedDatabaseSecret ? [...waitsFor, superuser] : waitsFor,
    });
  }
}

interface Deployment {
  readonly rotation: RotationPlan;
  readonly secretId: string;
  readonly waitsFor: IDependable[];
}

/** In the stack, or in one that is nested in it. */
function isWithin(stack: Stack, scope: IConstruct): boolean {
  const { nestedStackParent } = Stack.of(scope);
  return Stack.of(scope) === stack || (nestedStackParent !== undefined && isWithin(stack, nestedStackParent));
}
