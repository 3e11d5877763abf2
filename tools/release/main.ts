import { execFileSync } from 'child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'fs';
import * as path from 'path';
import { changelogOf, entriesOf, titlesSinceRelease } from './changelog';
import { missingIn } from './metadata';
import { sbomOf } from './sbom';
import { FAMILIES } from '../bundles/bundle';

/** `npx projen release:dry-run`: everything of a release but the uploads, over what is in `dist`; what is not there is named. */

const ROOT = path.resolve(__dirname, '../..');
const DIST = path.join(ROOT, 'dist');

function run(program: string, ...args: string[]): string {
  return execFileSync(program, args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

function built(pattern: RegExp): string | undefined {
  const found = readdirSync(DIST, { recursive: true, encoding: 'utf8' }).find(file => pattern.test(file));
  return found === undefined ? undefined : path.join(DIST, found);
}

interface Step {
  readonly package: RegExp;
  readonly check: (file: string) => string[];
}

const STEPS: Readonly<Record<string, Step>> = {
  npm: { package: /^js\/.*\.tgz$/, check: file => { run('npm', 'publish', '--dry-run', '--tag', 'dry-run', '--ignore-scripts', file); return []; } },
  PyPI: { package: /\.whl$/, check: file => missingIn('wheel', run('unzip', '-p', file, '*.dist-info/METADATA')) },
  Maven: { package: /\.pom$/, check: file => missingIn('pom', readFileSync(file, 'utf8')) },
  NuGet: { package: /\.nupkg$/, check: file => missingIn('nuspec', run('unzip', '-p', file, '*.nuspec')) },
  Go: { package: /cdkmanagedsecrets\/go\.mod$/, check: file => (/^module github\.com\/cdk-managed-secrets\/cdk-managed-secrets-go\//m.test(readFileSync(file, 'utf8')) ? [] : ['module']) },
};

function main(): number {
  mkdirSync(DIST, { recursive: true });
  const results = Object.entries(STEPS).map(([registry, { package: pattern, check }]) => {
    const file = built(pattern);
    const missing = file === undefined ? [] : check(file);
    const verdict = file === undefined ? 'not built' : missing.length > 0 ? `lacks ${missing.join(', ')}` : `fine: ${path.relative(ROOT, file)}`;
    process.stdout.write(`${registry.padEnd(6)} ${verdict}\n`);
    return file !== undefined && missing.length === 0;
  });
  writeFileSync(path.join(DIST, 'sbom.cdx.json'), `${JSON.stringify(sbomOf(ROOT, FAMILIES), undefined, 2)}\n`);
  writeFileSync(path.join(DIST, 'changelog.md'), changelogOf(entriesOf(titlesSinceRelease(ROOT))));
  process.stdout.write('dist/sbom.cdx.json: what ships, with its licences\ndist/changelog.md: a draft from the commits\n');
  return results.every(Boolean) ? 0 : 1;
}

process.exitCode = main();
