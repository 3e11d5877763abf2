import { existsSync } from 'fs';
import * as path from 'path';
import { parseArgs } from 'util';
import { Style, styleFor } from './layout';
import { managedPoliciesIn } from './managed-policies';
import { findingsReport, report } from './report';
import { Review, reviewOf } from './review';
import { resolveTemplates } from '../../src/review/assembly/resolve-templates';
import { exampleNames } from '../examples/examples';
import { ruleFindings } from '../rules';

const CLOUD_ASSEMBLIES = path.resolve(__dirname, '../../cdk.out');

/** Prints the review of one app and returns the exit code: 0 without findings, 1 with findings, 2 when there is nothing to review. */
async function main(style: Style): Promise<number> {
  const { values: { 'managed-policies': policies, stage }, positionals: [app] } =
    parseArgs({ options: { 'managed-policies': { type: 'string' }, 'stage': { type: 'string' } }, allowPositionals: true });
  if (app === undefined) {
    console.error('Usage: npx projen review <example, such as golden-path, or the directory of a cloud assembly> [--managed-policies <directory>] [--stage <name>]');
    return 2;
  }
  const ofExample = path.join(CLOUD_ASSEMBLIES, app);
  const templates = resolveTemplates(existsSync(ofExample) ? ofExample : path.resolve(app));
  const review = await reviewOf(templates, { managedPolicies: policies === undefined ? undefined : managedPoliciesIn(policies) });
  requireStage(review, stage);
  const isExample = exampleNames().includes(app);
  const findings = [...review.findings, ...isExample ? await ruleFindings(app) : []];
  // The rules run over the live app, which only an example has.
  const unchecked = isExample ? [] : ['', `The rules of tools/rules are not checked: ${app} is not an example, but templates alone.`];
  console.log([...report(app, { ...review, findings }, style, stage), ...unchecked, ...findingsReport(findings, style)].join('\n'));
  return findings.length === 0 ? 0 : 1;
}

function requireStage({ stages }: Review, stage: string | undefined): void {
  if (stage === undefined || stages.some(each => each.stage === stage)) return;
  throw new Error(`there is no stage ${stage}; there are: ${stages.map(each => each.stage || '(outside of any stage)').join(', ')}`);
}

main(styleFor(process.stdout, process.env)).then(
  code => { process.exitCode = code; },
  (error: Error) => {
    console.error(`The review failed: ${error.message}`);
    process.exitCode = 2;
  },
);
