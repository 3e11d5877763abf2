import { type CfnResource, RemovalPolicy } from 'aws-cdk-lib';

/**
 * What is in use is kept. What a failed deployment has just created is deleted, so that the deployment can be repeated: a secret
 * that were left behind would keep its name.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html
 */
export const KEPT_WHEN_IN_USE = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;

/**
 * For a key in the stack of its secrets. A failed deployment may have moved a deployed secret to the new key already, and taking
 * `KmsKeyId` away again need not move it back; a key that is scheduled for deletion decrypts nothing. So the key is kept then, too. It has
 * no name of its own that a second attempt could find taken.
 */
export function forKeyBesideSecrets(removalPolicy: RemovalPolicy): RemovalPolicy {
  return removalPolicy === KEPT_WHEN_IN_USE ? RemovalPolicy.RETAIN : removalPolicy;
}

/** Whether that is the removal policy of a resource. Applies it in any case. */
export function hasRemovalPolicy(resource: CfnResource, removalPolicy: RemovalPolicy): boolean {
  const { deletionPolicy, updateReplacePolicy } = resource.cfnOptions;
  resource.applyRemovalPolicy(removalPolicy);
  return resource.cfnOptions.deletionPolicy === deletionPolicy && resource.cfnOptions.updateReplacePolicy === updateReplacePolicy;
}
