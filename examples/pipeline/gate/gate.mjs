/**
 * The gate of a stage: what would this deployment change for secrets, against what is deployed now?
 *
 *   node gate.mjs <assembly of the stage> <file of approved changes>
 *
 * REVIEW_ROLE_ARN names the role that may read the deployed templates. Ends with 0 when nothing is lost or gained, or when somebody has approved just this.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FAIL_ON = 'access-gained,not-decided,value-lost,key-exchanged,rotation-lost,replica-lost,guard-rail-lost,finding-new';

const [after, approvals] = process.argv.slice(2);
// The same in each run, because the report names them, and an approval is of the report.
const [before, report] = ['deployed', 'secrets.md'];

deployedAssembly();
const { status } = spawnSync('npx', ['--no', 'cdk-managed-secrets', 'diff', before, after, '--output', report, '--fail-on', FAIL_ON], { stdio: 'inherit' });
if (existsSync(report)) console.log(readFileSync(report, 'utf8'));
process.exitCode = status === 1 && isApproved() ? 0 : status ?? 2;

/** The assembly of the stage, with the templates as they are deployed: a stack that is not there yet has none. */
function deployedAssembly() {
  for (const each of [before, report]) rmSync(each, { recursive: true, force: true });
  cpSync(after, before, { recursive: true });
  const credentials = assumeRole();
  const { artifacts } = JSON.parse(readFileSync(join(after, 'manifest.json'), 'utf8'));
  for (const [id, { type, environment, properties }] of Object.entries(artifacts)) {
    if (type !== 'aws:cloudformation:stack') continue;
    const region = environment.split('/').at(-1);
    writeFileSync(join(before, properties.templateFile), deployedTemplate(properties.stackName ?? id, region, credentials));
  }
}

function assumeRole() {
  const { Credentials } = JSON.parse(aws(['sts', 'assume-role', '--role-arn', process.env.REVIEW_ROLE_ARN, '--role-session-name', 'secrets-gate']));
  return { AWS_ACCESS_KEY_ID: Credentials.AccessKeyId, AWS_SECRET_ACCESS_KEY: Credentials.SecretAccessKey, AWS_SESSION_TOKEN: Credentials.SessionToken };
}

/** Fails on every error but one: a gate that cannot see what is deployed must not open. */
function deployedTemplate(stackName, region, credentials) {
  try {
    const { TemplateBody } = JSON.parse(aws(['cloudformation', 'get-template', '--template-stage', 'Original', '--stack-name', stackName, '--region', region], credentials));
    return typeof TemplateBody === 'string' ? TemplateBody : JSON.stringify(TemplateBody);
  } catch (error) {
    if (/\(ValidationError\).*does not exist/.test(error.stderr)) return '{"Resources":{}}';
    throw error;
  }
}

function aws(args, credentials = {}) {
  return execFileSync('aws', [...args, '--output', 'json'], { encoding: 'utf8', env: { ...process.env, ...credentials }, maxBuffer: 16 * 1024 * 1024 });
}

/** Each approval is of one difference, word by word: its digest, and who approves it and why. */
function isApproved() {
  const digest = createHash('sha256').update(readFileSync(report)).digest('hex');
  const line = existsSync(approvals) && readFileSync(approvals, 'utf8').split('\n').find(each => each.startsWith(`${digest} `));
  console.log(line ? `Approved: ${line}` : `Not approved. If this is meant, add a line to ${approvals} in a pull request:\n${digest} <who approves it, and why>`);
  return Boolean(line);
}
