import { readdirSync, readFileSync } from 'fs';
import * as path from 'path';
import { CfnGuardValidator } from '@cdklabs/cdk-validator-cfnguard';
import { CfnElement, Stack } from 'aws-cdk-lib';
import type { Finding, RuleRun } from './finding';
import type { Synthesized, SynthesizedStack } from '../examples/synthesis';
import { templateOf } from '../examples/synthesis';

/** The folder of the validator that has its rules. */
export const RULES = path.join(path.dirname(require.resolve('@cdklabs/cdk-validator-cfnguard/package.json')), 'rules/control-tower/cfn-guard');

/** Each rule file, with every resource type that it names. */
const RULE_FILES = readdirSync(RULES, { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.guard'))
  .map(name => path.join(RULES, name))
  .map(name => ({ name, types: Array.from(readFileSync(name, 'utf8').matchAll(/["'](AWS::[\w:]+)["']/g), ([, type]) => type) }));

/** cfn-guard prints the whole evaluated template for each rule: node's default of 1 MiB is soon too small. */
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

/**
 * Runs AWS Control Tower's proactive controls over the synthesized templates with the cfn-guard program that the
 * validator ships for Linux and macOS; it opens no network connection.
 */
export function runControlTowerRules({ app, stacks }: Synthesized): RuleRun {
  const rules = rulesFor(typesIn(stacks));
  const validator = new CfnGuardValidator({ maxBuffer: MAX_OUTPUT_BYTES, controlTowerRulesEnabled: false, rules });
  const templatePaths = stacks.map(stack => stack.templateFile);
  // Without a rule cfn-guard fails.
  const violations = rules.length === 0 ? [] : validator.validate({ templatePaths, appConstruct: app }).violations;
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

/** The files of the rules about these resource types: for each rule, cfn-guard reads the whole template, also where it has no such resource. */
export function rulesFor(types: Set<string>): string[] {
  return RULE_FILES.filter(file => file.types.length === 0 || file.types.some(type => types.has(type))).map(file => file.name);
}

function typesIn(stacks: SynthesizedStack[]): Set<string> {
  return new Set(stacks.flatMap(stack => Object.values(templateOf(stack).Resources ?? {}).map(({ Type }) => Type)));
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
