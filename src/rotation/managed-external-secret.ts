import { Annotations, aws_iam as iam, aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { ExternalPartner } from './external-partner';
import type { ManagedExternalSecretProps } from './managed-external-secret-props';
import { externalPlan, type ExternalPlan } from './private/external-plan';
import { callerWith, guardRailsOf } from './private/rotator-fit';
import { createSchedule } from './private/schedule-of-secret';
import { SecretRotation } from './private/secret-rotation';
import { warnWhereDenied } from '../access/private/guarded-rotation';
import { acknowledge, acknowledgeInlinePolicy, acknowledgeWildcard } from '../private/acknowledgement';
import { RANDOM_PASSWORD } from '../private/actions';
import { fail } from '../private/errors';
import { ManagedSecret } from '../secret/managed-secret';

/**
 * A credential of a partner of AWS, such as Salesforce or Snowflake, that Secrets Manager rotates there itself, without a function.
 *
 * The value is the partner's: deploy the secret, put its value, and give it a `schedule` then. The rotation gets a role of its own, which
 * only Secrets Manager can assume, for this secret. Secrets Manager calls the partner over the internet, from the addresses of the managed
 * prefix list `com.amazonaws.<region>.secretsmanager-managed-external-secrets`; what you host yourself must let them in.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/managed-external-secrets.html
 *
 * @example
 * const secrets = new SecretNamespace(this, 'Secrets', { environment: 'prod', service: 'payments' });
 * const salesforce = new ManagedExternalSecret(this, 'Salesforce', {
 *   namespace: secrets,
 *   purpose: 'salesforce',
 *   partner: ExternalPartner.SALESFORCE_CLIENT_SECRET,
 *   metadata: { apiVersion: 'v65.0' },
 *   schedule: RotationSchedule.spread(),
 * });
 */
export class ManagedExternalSecret extends ManagedSecret {
  /** The name of this class for a property injector. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-managed-secrets.ManagedExternalSecret';

  /** Who holds the secret. */
  public readonly partner: ExternalPartner;

  /** What Secrets Manager assumes to rotate the secret; absent without a `schedule`. */
  public readonly rotationRole?: iam.IRole;

  /**
   * For those who use the value: the older one may be gone as soon as there is a newer one.
   *
   * @internal
   */
  public readonly _rotation?: SecretRotation;

  constructor(scope: Construct, id: string, props: ManagedExternalSecretProps) {
    props = ManagedSecret._withInjected(ManagedExternalSecret.PROPERTY_INJECTION_ID, scope, id, props);
    const plan = externalPlan(scope, id, props);
    super(scope, id, { ...props, content: plan.content, description: plan.description });
    this.partner = props.partner;
    (this.node.defaultChild as secretsmanager.CfnSecret).type = props.partner.type;
    if (props.schedule === undefined) {
      this._warnOfNoSchedule();
      return;
    }
    this._rotation = new SecretRotation('none', props.schedule._rules(this.node.path, this._name ?? this.node.path));
    this.denyAccountRootDelete();
    this.rotationRole = this._rotateBy(plan, props);
    for (const rule of ['SMG4', 'SecretsManagerRotationEnabled'] as const) {
      acknowledge(this, rule, 'The secret is rotated at the partner, on its schedule; the rule looks for a function alone.');
    }
  }

  /** Throws an error: Secrets Manager rotates the secret at the partner, by `schedule`. */
  public addRotationSchedule(_id: string, _options: secretsmanager.RotationScheduleOptions): secretsmanager.RotationSchedule {
    return fail(this.node.path, '`addRotationSchedule` must not be called, because Secrets Manager rotates the secret at the partner '
      + 'itself; give `schedule`, or use RotatedSecret for a function of your own');
  }

  /** Throws an error: the secret is no database's. */
  public attach(_target: secretsmanager.ISecretAttachmentTarget): secretsmanager.ISecret {
    return fail(this.node.path, '`attach` must not be called, because the secret is no database\'s; use RotatedDatabaseSecret');
  }

  private _warnOfNoSchedule(): void {
    Annotations.of(this).addWarningV2('cdk-managed-secrets:externalNotRotated',
      'The managed external secret is not rotated yet. Put its value, give it a `schedule`, and deploy again.');
  }

  private _rotateBy({ metadata }: ExternalPlan, { adminSecret, rotateImmediately = false }: ManagedExternalSecretProps): iam.IRole {
    const role = this._createRole();
    this._grants.rotate(role);
    adminSecret?.grantRead(role);
    role.addToPolicy(new iam.PolicyStatement({ actions: RANDOM_PASSWORD, resources: ['*'] }));
    acknowledgeWildcard(role, '*', 'GetRandomPassword has no resource types; secrets and keys are named.');
    acknowledgeInlinePolicy(role);
    warnWhereDenied(this, guardRailsOf(this.namespace, adminSecret ? [{ secret: adminSecret }] : []), callerWith({}, role));
    createSchedule(this, {
      rules: this._rotation!.rules,
      rotateImmediately,
      by: { externalSecretRotationRoleArn: role.roleArn, ...metadata.length > 0 && { externalSecretRotationMetadata: metadata } },
      waitsFor: [role],
    });
    return role;
  }

  /** Secrets Manager assumes it for this secret alone. */
  private _createRole(): iam.Role {
    return new iam.Role(this, 'RotationRole', {
      description: 'Rotates a managed external secret',
      assumedBy: new iam.ServicePrincipal('secretsmanager.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': this.env.account }, ArnLike: { 'aws:SourceArn': this.secretArn } },
      }),
    });
  }
}
