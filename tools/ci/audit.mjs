/**
 * `node tools/ci/audit.mjs`: asks the registry for known vulnerabilities of what the package installs at its users.
 * Exit code 1 on a finding, 75 when the registry has no answer, for some mirrors refuse the request.
 */
import { spawnSync } from 'node:child_process';

const NOT_MADE = 75;

function main() {
  const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], { encoding: 'utf8' });
  const report = parse(stdout);
  if (report?.auditReportVersion === undefined) {
    console.log(`npm audit could not be made: ${reasonIn(report)}`);
    return NOT_MADE;
  }
  const { vulnerabilities, dependencies } = report.metadata;
  // npm counts the package itself as one of its production dependencies.
  console.log(`npm audit: ${vulnerabilities.total} vulnerabilities in ${dependencies.prod - 1} production dependencies`);
  for (const { name, severity, range } of Object.values(report.vulnerabilities)) {
    console.log(`  ${severity}: ${name} ${range}`);
  }
  return vulnerabilities.total > 0 ? 1 : 0;
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The answer names the registry, whose address may be private. */
function reasonIn(report) {
  const message = report?.message ?? report?.error?.summary ?? 'npm gave no report';
  return message.replace(/https?:\/\/\S+/g, 'the registry');
}

process.exitCode = main();
