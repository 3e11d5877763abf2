import {
  Annotations, aws_secretsmanager as secretsmanager, CfnDynamicReference, CfnDynamicReferenceService, CfnElement, CfnResource, Lazy,
  SecretValue, type SecretsManagerSecretOptions,
} from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { wayOut } from '../../private/ways-out';

/** A database starts with the value, and the rotation then changes its password in the database itself. */
const STARTS_WITH_VALUE = [
  'AWS::RDS::DBInstance', 'AWS::RDS::DBCluster', 'AWS::DocDB::DBCluster', 'AWS::Redshift::Cluster', 'AWS::Neptune::DBCluster',
];

/** What a dynamic reference is about. */
export interface Referred {
  /** The secret; what rotates it stands below. */
  readonly secret: IConstruct;
  readonly secretArn: () => string;
  /** Whether a rotation leaves the field as it is. */
  readonly lasts: boolean;
}

/**
 * The key of a dynamic reference. A resource that holds it, in whatever stack, gets a warning when the secret is rotated: CloudFormation
 * resolves the reference when it deploys the resource, and not after a rotation.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html
 */
export function dynamicReferenceKey(referred: Referred, options: SecretsManagerSecretOptions): string {
  const produce = ({ scope }: { scope: IConstruct }) => {
    // A stack resolves its template once more, as a whole.
    if (!referred.lasts && CfnElement.isCfnElement(scope) && isRotated(referred.secret)) warn(scope, referred.secret, options);
    return referred.secretArn();
  };
  return SecretValue.cfnDynamicReferenceKey(Lazy.uncachedString({ produce }), options);
}

/** The reference with that key. */
export function dynamicReference(key: string): SecretValue {
  return SecretValue.cfnDynamicReference(new CfnDynamicReference(CfnDynamicReferenceService.SECRETS_MANAGER, key));
}

/** However the schedule was made: the L2 and this package put it below the secret. */
function isRotated(secret: IConstruct): boolean {
  return secret.node.findAll().some(each => each instanceof secretsmanager.CfnRotationSchedule);
}

function warn(holder: IConstruct, secret: IConstruct, { versionId, versionStage }: SecretsManagerSecretOptions): void {
  const type = CfnResource.isCfnResource(holder) ? holder.cfnResourceType : undefined;
  if (STARTS_WITH_VALUE.includes(type ?? '')) return;
  const pinned = versionId ?? (versionStage === 'AWSCURRENT' ? undefined : versionStage);
  Annotations.of(holder).addWarningV2('cdk-managed-secrets:rotatedValueIsResolvedOnce', `The value of ${secret.node.path} is resolved when `
    + `this is deployed, and not again after a rotation; ${pinned === undefined ? '' : `the version ${pinned} is never the newest; `}`
    + `${wayOut(type)}.`);
}
