import { Validations } from 'aws-cdk-lib';
import { RULE_PREFIX } from './template-findings';
import type { ResolvedStack } from '../../src/review/assembly/resolved-stack';
import type { Acknowledgement, Finding } from '../rules';

/** A finding that the author of the app accepts, and why. */
export interface AcknowledgedFinding extends Finding {
  readonly reason: string;
}

/**
 * Takes the findings apart by what `Validations.of(scope).acknowledge({ id, reason })` says in the app, which the metadata of
 * its assembly holds. An acknowledgement that meets no finding is a finding itself.
 */
export function acknowledge(findings: Finding[], stacks: ResolvedStack[]): { findings: Finding[]; acknowledged: AcknowledgedFinding[] } {
  const given = stacks.flatMap(acknowledgementsOf);
  const reasonFor = (finding: Finding) => given.find(entry => covers(entry, finding))?.reason;
  return {
    findings: [
      ...findings.filter(finding => reasonFor(finding) === undefined),
      ...given.filter(entry => !findings.some(finding => covers(entry, finding))).map(({ id, path, stack }) => ({
        rule: `${RULE_PREFIX}acknowledgement-without-finding`,
        stack: stack.path,
        resource: path,
        message: `${id} is acknowledged, but nothing below breaks that rule; remove the acknowledgement or correct its id`,
      })),
    ],
    acknowledged: findings.flatMap(finding => {
      const reason = reasonFor(finding);
      return reason === undefined ? [] : [{ ...finding, reason }];
    }),
  };
}

function acknowledgementsOf(stack: ResolvedStack): (Acknowledgement & { stack: ResolvedStack })[] {
  return stack.metadata(Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
    .flatMap(({ path, data }) => Object.entries(data as Record<string, string>).map(([id, reason]) => ({ id, reason, path, stack })))
    .filter(({ id, reason }) => id.startsWith(RULE_PREFIX) && reason.trim() !== '');
}

function covers({ id, path }: Acknowledgement, { rule, resource }: Finding): boolean {
  return id === rule && (resource === path || resource.startsWith(`${path}/`));
}
