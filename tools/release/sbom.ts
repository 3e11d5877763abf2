import { readFileSync } from 'fs';
import * as path from 'path';

/** A package whose code is in the functions that ship. */
export interface Component {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

const HEADING = /^-{80}\n(?<name>\S+) (?<version>\S+) \((?<license>[^)]+)\), in /gm;

/** Those that a THIRD-PARTY-LICENSES.txt names, which esbuild's metafile decides: what is in a bundle, and not what is installed. */
export function componentsIn(licenses: string): Component[] {
  return [...licenses.matchAll(HEADING)].map(({ groups }) => ({ ...groups } as unknown as Component));
}

/** The bill of materials of the package, in CycloneDX 1.6. Its peers are not in it: they do not ship. */
export function sbomOf(root: string, families: readonly string[]): object {
  const { name, version, license } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Component;
  const found = families.flatMap(family => componentsIn(readFileSync(path.join(root, 'assets', family, 'THIRD-PARTY-LICENSES.txt'), 'utf8')));
  const components = [...new Map(found.map(component => [purlOf(component), component])).values()].sort((a, b) => (purlOf(a) < purlOf(b) ? -1 : 1));
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: entry({ name, version, license }) },
    components: components.map(entry),
    dependencies: [{ ref: purlOf({ name, version, license }), dependsOn: components.map(purlOf) }],
  };
}

function entry(component: Component): object {
  const { name, version, license } = component;
  const purl = purlOf(component);
  return { 'type': 'library', 'bom-ref': purl, name, version, 'licenses': [{ expression: license }], purl };
}

function purlOf({ name, version }: Component): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}
