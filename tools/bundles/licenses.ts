import { existsSync, readdirSync, readFileSync } from 'fs';
import * as path from 'path';
import type { Bundle } from './bundle';

const LICENSE_FILE = /^(licen[cs]e|copying|notice)(\.(md|txt))?$/i;

interface Package {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly texts: readonly string[];
  readonly bundles: readonly string[];
}

/** The licenses of all that the bundles hold, from the inputs that ended up in them. */
export function licensesOf(root: string, bundles: readonly Bundle[]): string {
  const folders = new Map<string, string[]>();
  for (const { name, metafile } of bundles) {
    for (const folder of packageFoldersIn(metafile)) folders.set(folder, [...folders.get(folder) ?? [], name]);
  }
  const packages = [...folders].map(([folder, names]) => packageAt(root, folder, names)).sort((a, b) => (a.name < b.name ? -1 : 1));
  return `${['The files in this folder contain code of these packages.', ...packages.map(section)].join('\n\n')}\n`;
}

function packageFoldersIn(metafile: Bundle['metafile']): Set<string> {
  const inputs = Object.values(metafile.outputs).flatMap(({ inputs: used }) => Object.entries(used))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([input]) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1]);
  return new Set(inputs.filter(folder => folder !== undefined));
}

function packageAt(root: string, folder: string, bundles: readonly string[]): Package {
  const directory = path.join(root, folder);
  const { name, version, license } = JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8')) as Record<string, string>;
  if (/\bA?GPL/.test(license ?? '')) throw new Error(`${name} is under ${license}, which nothing that ships may be; leave it out of ${bundles.join(', ')}`);
  if (!license) throw new Error(`${folder}/package.json names no license; find out whether it may be shipped`);
  const texts = readdirSync(directory).filter(file => LICENSE_FILE.test(file)).sort()
    .map(file => readFileSync(path.join(directory, file), 'utf8').trim());
  return { name, version, license, texts: texts.length > 0 ? texts : readmeSection(path.join(directory, 'README.md')), bundles };
}

/** Some packages have their license at the end of what they say of themselves. */
function readmeSection(readme: string): string[] {
  if (!existsSync(readme)) return [];
  const found = /^#+ *licen[cs]e *\n+(?<text>(?:(?!^#).*\n?)+)/im.exec(readFileSync(readme, 'utf8'))?.groups?.text.trim();
  return found ? [found] : [];
}

function section({ name, version, license, texts, bundles }: Package): string {
  const heading = `${'-'.repeat(80)}\n${name} ${version} (${license}), in ${bundles.join(', ')}`;
  return [heading, ...(texts.length > 0 ? texts : [`The package has no license file; its package.json says ${license}.`])].join('\n\n');
}
