import type { NagPack } from 'cdk-nag';
import { AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks, PCIDSS321Checks, ServerlessChecks } from 'cdk-nag';
import type { RuleRun } from './finding';
import { enclosingStackPath } from './finding';
import type { Synthesized } from '../examples/synthesis';

const PACKS = [AwsSolutionsChecks, NIST80053R5Checks, HIPAASecurityChecks, PCIDSS321Checks, ServerlessChecks];

/** Runs cdk-nag's packs over the live construct tree; synthesis comes first, because aspects change resources. */
export function runNagPacks(synthesized: Synthesized): RuleRun[] {
  return PACKS.map(Pack => runPack(new Pack(), synthesized));
}

function runPack(pack: NagPack, { app, stacks }: Synthesized): RuleRun {
  // The pack must report acknowledged findings too: without them a stale acknowledgement could not be told from a good one.
  Object.assign(pack, { isAcknowledged: () => false });
  const { violations } = pack.validateScope(app);
  return {
    owns: ruleId => ruleId.startsWith(`${pack.readPackName}-`),
    raised: violations.flatMap(({ ruleName, description, violatingResources }) => violatingResources.map(({ constructPath = '' }) => ({
      rule: ruleName,
      stack: enclosingStackPath(stacks, constructPath),
      resource: constructPath,
      message: description,
    }))),
  };
}
