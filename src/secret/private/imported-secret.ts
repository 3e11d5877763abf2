import {
  Annotations, ArnFormat, aws_iam as iam, aws_kms as kms, aws_secretsmanager as secretsmanager,
  Resource, SecretsManagerSecretOptions, SecretValue, Stack, Token,
} from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import { addRotationSchedule } from './rotation-wiring';
import { makerOf } from './service-owned';
import { SecretGrants } from '../../access/private/secret-grants';
import { requireEncryption, type SecretEncryption } from '../../encryption/secret-encryption';
import { nameOfPurpose, requireSecretName, warnOfAmbiguousName } from '../../namespace/private/secret-name';
import { SecretNamespace } from '../../namespace/secret-namespace';
import { ARN_SUFFIX_PATTERN, inRegion, secretArn } from '../../private/arns';
import { fail, pathOf } from '../../private/errors';
import { namesOfGiven, requireText, TextRule } from '../../private/validation';
import { COMPLETE_SECRET_ARN, SECRET_ARN } from '../../rotation/contract/secrets';
import type { IManagedSecret, ManagedSecretAttributes, NamespacedSecretAttributes } from '../managed-secret-props';

const PARTIAL_ARN: TextRule = {
  pattern: SECRET_ARN,
  words: 'the ARN of a secret without its suffix, such as arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/payments/key',
};
const COMPLETE_ARN: TextRule = {
  pattern: COMPLETE_SECRET_ARN,
  words: 'the ARN of a secret with its suffix of a hyphen and six characters, such as '
    + 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/payments/key-a1b2c3',
};

/** What identifies a secret that is not ours. */
interface Identity {
  readonly name: string;
  /** What the API takes: the complete ARN, or the partial one. */
  readonly arn: string;
  readonly isComplete: boolean;
  readonly account: string;
  readonly region: string;
}

/** A secret that this app does not own. What only its owner can do is refused or said, never left out in silence. */
export class ImportedSecret extends Resource implements IManagedSecret {
  public static ofPurpose(scope: Construct, id: string, { namespace, purpose }: NamespacedSecretAttributes): ImportedSecret {
    const path = pathOf(scope, id);
    const owner = SecretNamespace._find(scope, path, namespace);
    const secretPartialArn = secretArn(scope, owner.env, nameOfPurpose(path, owner.prefix, purpose));
    const replicas = owner.replicaRegions.map(region => {
      const arnPattern = `${inRegion(scope, secretPartialArn, region)}${ARN_SUFFIX_PATTERN}`;
      return { region, secretArns: [arnPattern], arnPattern, encryption: owner._encryptionIn(region)! };
    });
    return new ImportedSecret(scope, id, {
      secretPartialArn,
      encryption: owner.encryption,
      sharedByOwner: owner.sharedByOwner,
      _replicas: replicas,
      _tags: owner.tags,
    });
  }

  public readonly encryption: SecretEncryption;
  public readonly encryptionKey?: kms.IKey;
  private readonly grants: SecretGrants;
  public readonly secretName: string;
  public readonly secretArn: string;
  public readonly secretFullArn?: string;
  /** Of a replica. */
  public readonly _primary?: IConstruct;

  constructor(scope: Construct, id: string, attributes: ManagedSecretAttributes) {
    requireEncryption(pathOf(scope, id), attributes.encryption ?? null);
    const identity = identify(scope, pathOf(scope, id), attributes);
    super(scope, id, { account: identity.account, region: identity.region });
    this._primary = attributes._createdBy;
    this.encryption = attributes.encryption;
    this.encryptionKey = attributes.encryption.encryptionKey;
    this.secretName = identity.name;
    this.secretArn = identity.arn;
    this.secretFullArn = identity.isComplete ? identity.arn : undefined;
    if (!identity.isComplete) warnOfAmbiguousName(this, identity.name);
    this.grants = new SecretGrants(() => ({
      scope: this,
      secretArns: [this.secretArnForPolicies],
      encryption: this.encryption,
      account: identity.account,
      region: identity.region,
      sharedByOwner: attributes.sharedByOwner ?? false,
      createdBy: attributes._createdBy,
      replicas: attributes._replicas,
      tags: attributes._tags,
    }));
  }

  public get secretArnForPolicies(): string {
    return this.secretFullArn ?? `${this.secretArn}${ARN_SUFFIX_PATTERN}`;
  }

  public get secretRef(): secretsmanager.ISecret['secretRef'] {
    return { secretId: this.secretArn };
  }

  public get secretValue(): SecretValue {
    return this.secretValueFromJson('');
  }

  public secretValueFromJson(jsonField: string): SecretValue {
    return SecretValue.secretsManager(this.secretArn, { jsonField });
  }

  public cfnDynamicReferenceKey(options: SecretsManagerSecretOptions = {}): string {
    return SecretValue.cfnDynamicReferenceKey(this.secretArn, options);
  }

  public grantRead(grantee: iam.IGrantable, versionStages?: string[]): iam.Grant {
    return this.grants.read(grantee, versionStages);
  }

  public grantWrite(grantee: iam.IGrantable): iam.Grant {
    return this.grants.write(grantee);
  }

  public grantRotate(grantee: iam.IGrantable): iam.Grant {
    return this.grants.rotate(grantee);
  }

  public grantManage(grantee: iam.IGrantable): iam.Grant {
    return this.grants.manage(grantee);
  }

  public grantBatchRead(grantee: iam.IGrantable): iam.Grant {
    return this.grants.batchRead(grantee);
  }

  public addRotationSchedule(id: string, options: secretsmanager.RotationScheduleOptions): secretsmanager.RotationSchedule {
    return addRotationSchedule({ secret: this, scope: this, grants: this.grants, encryption: this.encryption }, id, options);
  }

  /** Nothing is written, as the result says; the warning holds what the owner must add. */
  public addToResourcePolicy(statement: iam.PolicyStatement): iam.AddToResourcePolicyResult {
    Annotations.of(this).addWarningV2('cdk-managed-secrets:resourcePolicyOfOwner', (this._primary
      ? `A replica has the resource policy of its primary, ${this._primary.node.path}; add the statement there. `
      : 'The resource policy of an imported secret is its owner\'s to write. ')
      + `If it is not there yet, add this statement: ${JSON.stringify(Stack.of(this).resolve(statement.toStatementJson()))}`);
    return { statementAdded: false };
  }

  public denyAccountRootDelete(): void {
    this.addToResourcePolicy(new iam.PolicyStatement({
      effect: iam.Effect.DENY,
      actions: ['secretsmanager:DeleteSecret'],
      principals: [new iam.AccountRootPrincipal()],
      resources: ['*'],
    }));
  }

  public attach(target: secretsmanager.ISecretAttachmentTarget): secretsmanager.ISecret {
    if (this.node.tryFindChild('Attachment')) {
      fail(this.node.path, '`attach` must be called once, because a secret holds the connection of one target; create another secret');
    }
    return new secretsmanager.SecretTargetAttachment(this, 'Attachment', { secret: this, target });
  }
}

function identify(scope: Construct, path: string, attributes: ManagedSecretAttributes): Identity {
  const { secretCompleteArn, secretPartialArn, secretName } = attributes;
  const given = namesOfGiven({ secretCompleteArn, secretPartialArn, secretName });
  if (given.length !== 1) {
    fail(path, 'exactly one of `secretCompleteArn`, `secretPartialArn` and `secretName` must be given, '
      + `got ${given.join(' and ') || 'none'}`);
  }
  if (secretName !== undefined) {
    requireSecretName(path, 'secretName', secretName);
    const { account, region } = Stack.of(scope);
    return { name: secretName, arn: secretArn(scope, { account, region }, secretName), isComplete: false, account, region };
  }
  if (secretCompleteArn !== undefined) {
    requireText(path, 'secretCompleteArn', secretCompleteArn, COMPLETE_ARN);
    return ofArn(scope, secretCompleteArn, true);
  }
  requireText(path, 'secretPartialArn', secretPartialArn!, PARTIAL_ARN);
  return ofArn(scope, secretPartialArn!, false);
}

function ofArn(scope: Construct, arn: string, isComplete: boolean): Identity {
  const { resourceName = '', ...place } = Stack.of(scope).splitArn(arn, ArnFormat.COLON_RESOURCE_NAME);
  const maker = makerOf(arn);
  const { account, region } = maker ? Stack.of(maker) : place;
  const name = isComplete && !Token.isUnresolved(resourceName) ? resourceName.slice(0, -'-a1b2c3'.length) : resourceName;
  return { name, arn, isComplete, account: account!, region: region! };
}
