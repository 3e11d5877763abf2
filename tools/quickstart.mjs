/**
 * From a fresh clone to the golden path, reviewed and rotated for real: `npm run quickstart`.
 *
 * Plain Node without dependencies, because a fresh clone has none installed yet.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const MINIMUM_NODE = [20, 16];
const EXAMPLE = 'golden-path';
const PAGE = `cdk.out/${EXAMPLE}.html`;

requireNode();
if (needsInstall()) run('Installing the packages of package-lock.json', 'npm ci');
if (needsBundles()) run('Building the functions', 'npx projen bundle:rotation');
run(`Synthesizing examples/${EXAMPLE} into cdk.out/${EXAMPLE}`, `npx projen examples ${EXAMPLE}`);
run('Reviewing the synthesized templates', `npx tsx --tsconfig tools/tsconfig.json tools/review/main.ts --stage prod ${EXAMPLE}`);
run('Writing the review as a page', `npx tsx --tsconfig tools/tsconfig.json src/review/command/main.ts review cdk.out/${EXAMPLE} --format html --output ${PAGE}`);
run('Rotating its database credential, for real', `npx tsx --tsconfig tools/tsconfig.json tools/rotate/main.ts cdk.out/${EXAMPLE}`);
sayWhatIsNext();

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [minimumMajor, minimumMinor] = MINIMUM_NODE;
  if (major > minimumMajor || (major === minimumMajor && minor >= minimumMinor)) return;
  console.error(`This project needs Node.js ${MINIMUM_NODE.join('.')} or later, and this is ${process.versions.node}.`);
  console.error('Install a current release from https://nodejs.org, then run: npm run quickstart');
  process.exit(1);
}

function sayWhatIsNext() {
  console.log(`
What next:
  Open the review in a browser:                    ${PAGE}
  Read the app that was reviewed and rotated:      examples/${EXAMPLE}/app.ts
  Put a secret into an app of yours:               README.md, "A first secret"
  Review an app of yours, after cdk synth:         npx cdk-managed-secrets review`);
}

/** npm writes this file at the end of an installation; without it, the last one did not finish. */
function needsInstall() {
  const modules = join(ROOT, 'node_modules');
  if (lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) {
    console.error('node_modules is a link, and npm would empty what it leads to. Remove the link, then run: npm run quickstart');
    process.exit(1);
  }
  const installed = join(modules, '.package-lock.json');
  return !existsSync(installed) || statSync(installed).mtimeMs < statSync(join(ROOT, 'package-lock.json')).mtimeMs;
}

/** The build writes this file at its end, too; a source that is newer is not in what was built. */
function needsBundles() {
  const built = join(ROOT, 'assets', 'rotation', 'THIRD-PARTY-LICENSES.txt');
  const sources = join(ROOT, 'lambda');
  return !existsSync(built) || readdirSync(sources, { recursive: true }).map(file => statSync(join(sources, file)))
    .some(source => source.isFile() && source.mtimeMs > statSync(built).mtimeMs);
}

/** Runs one command, in a shell because npm and npx are scripts on Windows. When it fails, nothing after it makes sense. */
function run(what, command) {
  console.log(`\n> ${what}: ${command}`);
  const start = Date.now();
  const { status, signal, error } = spawnSync(command, { cwd: ROOT, shell: true, stdio: 'inherit' });
  console.log(`> ${((Date.now() - start) / 1000).toFixed(1)} s`);
  if (status === 0) return;
  console.error(`\nThis command failed (${error?.message ?? (signal ? `ended by ${signal}` : `exit code ${status}`)}): ${command}`);
  console.error('Run it again on its own, or everything from the start with: npm run quickstart');
  process.exit(status ?? 1);
}
