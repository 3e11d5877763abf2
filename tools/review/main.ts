import { existsSync } from 'fs';
import * as path from 'path';
import { Style, styleFor } from './layout';
import { findingsReport, report } from './report';
import { reviewOf } from './review';
import { exampleNames } from '../examples/examples';
import { Finding, ruleFindings } from '../rules';
import { resolveTemplates } from '../templates';

const CLOUD_ASSEMBLIES = path.resolve(__dirname, '../../cdk.out');

/** Prints the review of one app and returns the exit code: 0 without findings, 1 with findings, 2 when there is nothing to review. */
async function main(app: string | undefined, style: Style): Promise<number> {
  if (app === undefined) {
    console.error('Usage: npx projen review <example, such as golden-path, or the directory of a cloud assembly>');
    return 2;
  }
  const ofExample = path.join(CLOUD_ASSEMBLIES, app);
  const review = await reviewOf(resolveTemplates(existsSync(ofExample) ? ofExample : path.resolve(app)));
  console.log(report(app, review, style).join('\n'));
  const findings = [...review.findings, ...await findingsOfRules(app)];
  console.log(`\n${findingsReport(findings, style).join('\n')}`);
  return findings.length === 0 ? 0 : 1;
}

/** The rules run over the live app, which only an example has. */
async function findingsOfRules(app: string): Promise<Finding[]> {
  if (exampleNames().includes(app)) return ruleFindings(app);
  console.log(`\nThe rules of tools/rules are not checked: ${app} is not an example, but templates alone.`);
  return [];
}

main(process.argv[2], styleFor(process.stdout, process.env)).then(
  code => { process.exitCode = code; },
  (error: Error) => {
    console.error(`The review failed: ${error.message}`);
    process.exitCode = 2;
  },
);
