import { spawnSync } from 'child_process';
import { existsSync, readdirSync } from 'fs';
import * as path from 'path';

/** Rules that no template is held to, each with the reason. */
const IGNORED: Record<string, string> = {
  W3005: 'the CDK orders a resource after the whole role, policy included; naming the role twice does no harm',
};

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
  const findings = matches.filter(match => !(match.Rule.Id in IGNORED));
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
  for (const [id, reason] of Object.entries(IGNORED)) {
    const count = matches.filter(match => match.Rule.Id === id).length;
    console.log(`${id} ignored ${count} times: ${reason}`);
  }
}

try {
  main(process.argv[2]);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
