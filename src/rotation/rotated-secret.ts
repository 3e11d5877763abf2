import type { aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { CredentialRotator } from './credential-rotator';
import type { ICredentialRotator } from './credential-rotator-props';
import { ImportedRotator } from './private/imported-rotator';
import { planOf, requestOf, RotatedSecretPlan } from './private/rotated-secret-plan';
import { createSchedule, scheduledBy } from './private/schedule-of-secret';
import { SecretRotation } from './private/secret-rotation';
import type { RotatedSecretProps } from './rotated-secret-props';
import { fail } from '../private/errors';
import { ManagedSecret } from '../secret/managed-secret';

/**
 * A credential that is no database's, rotated on a schedule by a Lambda function of this package or of your own. Its `kind` says what the
 * value looks like, what rotates it and what its users notice.
 *
 * Where Secrets Manager cannot generate the first value, the secret holds a placeholder until its first rotation, which begins as soon as
 * the schedule is there. The placeholder is a JSON object with the one field `placeholder`.
 *
 * What the function believes stands in its environment and in tags of the secret, so that whoever may only write values cannot have it
 * rotate something else. For the password of a database user use `RotatedDatabaseSecret`.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda.html
 *
 * @example
 * const secrets = new SecretNamespace(this, 'Secrets', { environment: 'prod', service: 'payments' });
 * const token = new RotatedSecret(this, 'WebhookToken', { namespace: secrets, purpose: 'webhook-token', kind: RandomToken.of() });
 */
export class RotatedSecret extends ManagedSecret {
  /** The name of this class for a property injector. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-managed-secrets.RotatedSecret';

  /** What rotates the secret. */
  public readonly rotator: ICredentialRotator;

  /**
   * For those who use the value.
   *
   * @internal
   */
  public readonly _rotation: SecretRotation;

  constructor(scope: Construct, id: string, props: RotatedSecretProps) {
    props = ManagedSecret._withInjected(RotatedSecret.PROPERTY_INJECTION_ID, scope, id, props);
    const plan = planOf(scope, id, props);
    super(scope, id, { ...props, content: plan.content });
    this._rotation = new SecretRotation(plan.kind.overlap, plan.schedule._rules(this.node.path, this._name ?? this.node.path));
    this.denyAccountRootDelete();
    Object.entries(plan.kind.tags ?? {})
      .forEach(([key, value]) => (this.node.defaultChild as secretsmanager.CfnSecret).tags.setTag(key, value));
    plan.kind.use?.(this);
    this.rotator = plan.rotator ?? this._createRotator(plan);
    const waitsFor = this.rotator._serve({ secret: this, ...requestOf(plan) });
    createSchedule(this, {
      rules: this._rotation.rules, rotateImmediately: plan.rotateImmediately, by: scheduledBy(this.rotator.rotationFunction), waitsFor,
    });
  }

  /** Throws an error: the connection to a database is part of a `RotatedDatabaseSecret`. */
  public attach(_target: secretsmanager.ISecretAttachmentTarget): secretsmanager.ISecret {
    return fail(this.node.path, '`attach` must not be called, because the secret is no database\'s; use RotatedDatabaseSecret');
  }

  private _createRotator({ kind: { rotatedBy }, ownRotator }: RotatedSecretPlan): ICredentialRotator {
    if (typeof rotatedBy === 'string') return new CredentialRotator(this, 'Rotator', ownRotator);
    return new ImportedRotator(this, 'Rotator', rotatedBy);
  }
}
