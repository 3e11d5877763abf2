import { aws_iam as iam, aws_secretsmanager as secretsmanager, type SecretsManagerSecretOptions, type SecretValue } from 'aws-cdk-lib';
import { dynamicReference, dynamicReferenceKey } from './resolved-once';
import { addRotationSchedule } from './rotation-wiring';
import type { RegionalAccess } from '../../access/private/regional-access';
import { SecretGrants } from '../../access/private/secret-grants';
import type { SecretEncryption } from '../../encryption/secret-encryption';
import type { ISecretNamespace } from '../../namespace/secret-namespace-props';
import { fail } from '../../private/errors';

/** The id of the L2: it is part of the logical id of deployed attachments. */
const ATTACHMENT_ID = 'Attachment';

/** A `ManagedSecret`, as its attachment sees it. */
interface Owner extends secretsmanager.Secret {
  readonly namespace: ISecretNamespace;
  readonly encryption: SecretEncryption;
  readonly _arnPattern: string;
  readonly _replicas: RegionalAccess[];
  _lasts(jsonField: string | undefined): boolean;
  _keepPolicyOf(attachment: secretsmanager.CfnSecretTargetAttachment): void;
}

/**
 * The secret as its target attachment gives it: the same secret, to be used by what must wait for the attachment. Its grants
 * are the secret's own, and its statements go into the secret's one policy.
 */
export class AttachedSecret extends secretsmanager.SecretTargetAttachment {
  public static attach(secret: Owner, target: secretsmanager.ISecretAttachmentTarget): AttachedSecret {
    if (secret.node.tryFindChild(ATTACHMENT_ID)) {
      fail(secret.node.path, '`attach` must be called once, because a secret holds the connection of one target; create another secret');
    }
    return new AttachedSecret(secret, target);
  }

  private readonly _grants: SecretGrants;

  private constructor(private readonly _owner: Owner, target: secretsmanager.ISecretAttachmentTarget) {
    super(_owner, ATTACHMENT_ID, { secret: _owner, target });
    this._grants = new SecretGrants(() => ({
      scope: this,
      secretArns: [this.arnForPolicies],
      arnPattern: _owner._arnPattern,
      encryption: _owner.encryption,
      sharedByOwner: false,
      replicas: _owner._replicas,
      ..._owner.env,
    }));
  }

  public grantRead(grantee: iam.IGrantable, versionStages?: string[]): iam.Grant {
    return this._grants.read(grantee, versionStages);
  }

  public grantWrite(grantee: iam.IGrantable): iam.Grant {
    return this._grants.write(grantee);
  }

  public secretValueFromJson(jsonField: string): SecretValue {
    return dynamicReference(this.cfnDynamicReferenceKey({ jsonField }));
  }

  public cfnDynamicReferenceKey(options: SecretsManagerSecretOptions = {}): string {
    const { _owner: secret } = this;
    return dynamicReferenceKey({ secret, secretArn: () => this.secretArn, lasts: secret._lasts(options.jsonField) }, options);
  }

  public addRotationSchedule(id: string, options: secretsmanager.RotationScheduleOptions): secretsmanager.RotationSchedule {
    const { _owner: owner, _grants: grants } = this;
    const { encryption, namespace: { guardRails: guards } } = owner;
    return addRotationSchedule({ secret: this, scope: this, owner, grants, encryption, guards }, id, options);
  }

  /** A secret has one resource policy, that of the owner, whatever the feature flags say. They decide its logical id. */
  public addToResourcePolicy(statement: iam.PolicyStatement): iam.AddToResourcePolicyResult {
    const result = this._owner.addToResourcePolicy(statement);
    this._owner._keepPolicyOf(this.node.defaultChild as secretsmanager.CfnSecretTargetAttachment);
    return result;
  }
}
