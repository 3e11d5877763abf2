import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import type { Template } from '../examples/synthesis';

/** What holds values, or without which they cannot be read. A replaced alias leaves its name to the new one, so the deployment fails. */
const KEPT = ['AWS::SecretsManager::Secret', 'AWS::KMS::Key', 'AWS::KMS::ReplicaKey', 'AWS::KMS::Alias'];

const LOSING: readonly string[] = [
  ResourceImpact.WILL_REPLACE, ResourceImpact.MAY_REPLACE, ResourceImpact.WILL_DESTROY, ResourceImpact.WILL_ORPHAN,
];

/** A resource that an update of the stack replaces, or takes out of it. */
export interface Replacement {
  readonly logicalId: string;
  readonly type: string;
  readonly impact: string;
  /** Whether a secret or a key is lost, or exists twice. */
  readonly isOfSecrets: boolean;
  /** The properties whose change replaces it; none for one that is in the new template no more. */
  readonly properties: readonly string[];
}

/**
 * What CloudFormation would replace or let go of if the stack of the first template was deployed with the second. AWS's specification says
 * which properties replace a resource.
 */
export function replacementsBetween(before: Template, after: Template): Replacement[] {
  const { resources } = fullDiff(before, after);
  return Object.entries(resources.changes).filter(([, { changeImpact }]) => LOSING.includes(changeImpact)).map(([logicalId, change]) => ({
    logicalId,
    type: (change.oldValue ?? change.newValue)!.Type,
    impact: change.changeImpact,
    isOfSecrets: KEPT.includes(change.oldValue?.Type ?? ''),
    properties: Object.entries(change.propertyUpdates).filter(([, { changeImpact }]) => LOSING.includes(changeImpact ?? '')).map(([name]) => name),
  }));
}
