import { spawnSync } from 'child_process';
import { existsSync, readdirSync } from 'fs';
import * as path from 'path';

interface Ignored {
  readonly rule: string;
  /** The messages of the rule that are ignored; all of them without one. */
  readonly message?: RegExp;
  readonly reason: string;
}

/** What no template is held to. */
const IGNORED: readonly Ignored[] = [
  { rule: 'W3005', reason: 'the CDK orders a resource after the whole role, policy included; naming the role twice does no harm' },
  {
    rule: 'E3703',
    message: /^Prefer using Fn::Sub over Fn::Join/,
    reason: 'inside the configuration of an action, cfn-lint reports advice on style as an error; the CDK writes a role of another account with Fn::Join',
  },
];

const HOW_TO_INSTALL = 'install it with: python3 -m venv .venv && .venv/bin/pip install cfn-lint==1.58.0, '
  + 'then put .venv/bin on PATH or set CFN_LINT=.venv/bin/cfn-lint';

const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** The parts of cfn-lint's JSON output that we print. */
interface Match {
  readonly Filename: string;
  readonly Level: string;
  readonly Message: string;
  readonly Rule: { readonly Id: string };
  readonly Location: { readonly Start: { readonly LineNumber: number }; readonly Path: (string | number)[] | null };
}

/** `tsx tools/rules/cfn-lint.ts [directory]`: checks every synthesized template below the directory, `cdk.out` by default. */
function main(directory = 'cdk.out'): void {
  const templates = templatesBelow(directory);
  if (templates.length === 0) {
    throw new Error(`there is no *.template.json below ${directory}: synthesize first with npx projen examples`);
  }
  const matches = runCfnLint(templates);
  const findings = matches.filter(match => !IGNORED.some(each => isOf(each, match)));
  findings.forEach(print);
  printIgnored(matches);
  const failed = templates.filter(template => findings.some(finding => path.resolve(finding.Filename) === path.resolve(template))).length;
  console.log(`${templates.length - failed} passed, ${failed} failed`);
  process.exitCode = findings.length > 0 ? 1 : 0;
}

function templatesBelow(directory: string): string[] {
  if (!existsSync(directory)) {
    return [];
  }
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.template.json'))
    .map(file => path.join(directory, file))
    .sort();
}

function runCfnLint(templates: string[]): Match[] {
  const command = process.env.CFN_LINT ?? 'cfn-lint';
  const { error, status, stdout, stderr } = spawnSync(
    command,
    ['--format', 'json', '--non-zero-exit-code', 'none', '--template', ...templates],
    { encoding: 'utf8', maxBuffer: MAX_OUTPUT_BYTES },
  );
  if (error && (error as NodeJS.ErrnoException).code === 'ENOENT') {
    throw new Error(`cfn-lint is not there (tried ${command}); ${HOW_TO_INSTALL}`);
  }
  if (error || status !== 0) {
    throw new Error(`cfn-lint broke down: ${error?.message ?? `exit code ${status}`}\n${stderr ?? ''}`);
  }
  return JSON.parse(stdout) as Match[];
}

function print({ Filename, Level, Message, Rule, Location }: Match): void {
  console.log(`${Filename}:${Location.Start.LineNumber} ${Level} ${Rule.Id} ${(Location.Path ?? []).join('.')}\n  ${Message}`);
}

function printIgnored(matches: Match[]): void {
  for (const ignored of IGNORED) {
    console.log(`${ignored.rule} ignored ${matches.filter(match => isOf(ignored, match)).length} times: ${ignored.reason}`);
  }
}

function isOf({ rule, message = /^/ }: Ignored, match: Match): boolean {
  return match.Rule.Id === rule && message.test(match.Message);
}

try {
  main(process.argv[2]);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
