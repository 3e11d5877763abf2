import { CfnGuardValidator } from '@cdklabs/cdk-validator-cfnguard';
import { CfnElement, Stack } from 'aws-cdk-lib';
import type { Finding, RuleRun } from './finding';
import type { Synthesized, SynthesizedStack } from '../examples/synthesis';

/** cfn-guard prints the whole evaluated template for each rule: node's default of 1 MiB is soon too small. */
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

/**
 * Runs AWS Control Tower's proactive controls over the synthesized templates with the cfn-guard program that the
 * validator ships for Linux and macOS; it opens no network connection.
 */
export function runControlTowerRules({ app, stacks }: Synthesized): RuleRun {
  const validator = new CfnGuardValidator({ maxBuffer: MAX_OUTPUT_BYTES });
  const { violations } = validator.validate({ templatePaths: stacks.map(stack => stack.templateFile), appConstruct: app });
  const prefix = `${validator.name}::`;
  return {
    owns: ruleId => ruleId.startsWith(prefix),
    raised: violations.flatMap(({ ruleName, description, fix, violatingResources }) => violatingResources.map(violating => ({
      rule: `${prefix}${ruleName}`,
      ...resourceOf(stacks, violating),
      message: fix ? `${description}. ${fix}` : description,
    }))),
  };
}

/** Which construct a finding in a template is about. */
function resourceOf(
  stacks: SynthesizedStack[],
  { templatePath, resourceLogicalId }: { templatePath?: string; resourceLogicalId?: string },
): Pick<Finding, 'stack' | 'resource'> {
  const found = stacks.find(stack => stack.templateFile === templatePath);
  if (!found) {
    throw new Error(`cfn-guard reported a template that no stack of the app has: ${templatePath}`);
  }
  const element = elementsOf(found.stack).find(candidate => found.stack.resolve(candidate.logicalId) === resourceLogicalId);
  return { stack: found.path, resource: element?.node.path ?? `${found.path}/${resourceLogicalId}` };
}

function elementsOf(stack: Stack): CfnElement[] {
  return stack.node.findAll()
    .filter(construct => CfnElement.isCfnElement(construct))
    .filter(element => element.stack === stack);
}
