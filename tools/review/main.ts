import { existsSync } from 'fs';
import * as path from 'path';
import { cli } from '../../src/review/command/cli';
import { paragraph, Style, styleFor } from '../../src/review/reports/layout';
import { exampleNames } from '../examples/examples';
import { Finding, ruleFindings } from '../rules';

const CLOUD_ASSEMBLIES = path.resolve(__dirname, '../../cdk.out');

/**
 * The command of the package for contributors: an example is named by its name, nothing may be found, and the rules of tools/rules are
 * checked too. They run over the live app, which only an example has. The exit code is that of the command, or 1 for a finding of those rules.
 */
async function main(args: string[]): Promise<number> {
  const app = args.find(each => exampleNames().includes(each));
  const assembly = app === undefined ? undefined : path.relative('', path.join(CLOUD_ASSEMBLIES, app));
  const isTTY = process.stdout.isTTY;
  const code = await cli(['review', '--fail-on', 'note', ...args.map(each => each === app && existsSync(assembly!) ? assembly! : each)], {
    directory: process.cwd(),
    isTTY,
    noColor: Boolean(process.env.NO_COLOR),
    print: text => process.stdout.write(text),
    warn: text => process.stderr.write(`${text}\n`),
  });
  const findings = app === undefined ? [] : await ruleFindings(app);
  console.log(ruleLines(app, findings, styleFor({ isTTY }, process.env)).join('\n'));
  return findings.length > 0 && code === 0 ? 1 : code;
}

function ruleLines(app: string | undefined, findings: Finding[], style: Style): string[] {
  if (app === undefined) return ['The rules of tools/rules are not checked: this is not an example, but templates alone.'];
  if (findings.length === 0) return [style.good('The rules of tools/rules find nothing.')];
  return findings.flatMap(({ rule, resource, message }) =>
    [...paragraph(0, rule, style.bad), ...paragraph(2, resource, style.heading), ...paragraph(2, message)]);
}

main(process.argv.slice(2)).then(
  code => { process.exitCode = code; },
  (error: Error) => {
    console.error(`The review failed: ${error.message}`);
    process.exitCode = 2;
  },
);
