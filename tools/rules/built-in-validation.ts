import type { Finding, RuleRun } from './finding';
import { enclosingStackPath } from './finding';
import type { Synthesized } from '../examples/synthesis';
import type { PluginReport } from '../examples/validation';
import { annotationsOf } from '../examples/validation';

/**
 * What the template validation built into aws-cdk-lib raised during synthesis; releases before 2.262.0 have none.
 * It owns no rule id, because aws-cdk-lib acknowledges some of these rules itself, whether they are broken or not.
 */
export function readBuiltInValidation({ pluginReports, stacks }: Synthesized): RuleRun {
  const raised = pluginReports.flatMap(report => [...brokenPlugin(report), ...violationsOf(report)]);
  return {
    owns: () => false,
    raised: raised.map(finding => ({ ...finding, stack: enclosingStackPath(stacks, finding.resource) })),
  };
}

/** Warnings and errors that constructs annotate themselves with. */
export function readAnnotations({ app, stacks }: Synthesized): RuleRun {
  return {
    owns: () => false,
    raised: annotationsOf(app).map(({ level, path, message }) => ({
      rule: /\[ack: ([^\]]+)\]/.exec(message)?.[1] ?? `annotation-${level}`,
      stack: enclosingStackPath(stacks, path),
      resource: path,
      message,
    })),
  };
}

function violationsOf(report: PluginReport): Omit<Finding, 'stack'>[] {
  return [...report.violations, ...report.suppressedViolations ?? []].flatMap(violation => violation.violatingConstructs
    .map(({ constructPath = '' }) => ({
      rule: `${report.pluginName}::${violation.ruleName}`.replaceAll(' ', '-'),
      resource: constructPath,
      message: [violation.description, violation.suggestedFix].filter(Boolean).join('. '),
    })));
}

/** A plugin that threw has checked nothing: that is a finding, not a clean run. */
function brokenPlugin({ pluginName, metadata }: PluginReport): Omit<Finding, 'stack'>[] {
  return metadata?.error ? [{ rule: pluginName, resource: '', message: metadata.error }] : [];
}
